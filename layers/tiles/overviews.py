"""Generalisation: what a crowded layer shows from afar, made once a version."""

from typing import Any

from django.db import connection

from layers.bulk import many_rows
from layers.models import Layer, Overview

WORLD = 40_075_016.685_578_5  # metres of web mercator round the equator
# A tile with more features than this is drawn from an overview: 500 kB hold about
# 12,000 small polygons.
CROWD = 9_000
NEAREST, NEAR_BY, FARTHEST = 15, 14, 0
EDGE = 64 / 4096  # what a tile draws beyond its side, as a share of it
# Shapes across a tile that an overview keeps apart: at most 80 x 80, about 200 kB.
MESH = 80
FEATURES = "layers_feature WHERE layer_id = %(layer)s AND known_to IS NULL"
# A shape on an edge has several rows there.
OVERVIEW = (
    "(SELECT DISTINCT ON (feature_id) * FROM layers_overview WHERE layer_id = %(layer)s"
    " AND version = %(version)s AND zoom = %(nearer)s ORDER BY feature_id, id) nearer"
)
MEASURE = {
    "polygon": "ST_Area(mercator)",
    "line": "ST_Length(mercator)",
    "point": "1.0::float8",
}

THIN = """
WITH sized AS MATERIALIZED (
    SELECT id, {measure} AS size,
           (ST_XMin(mercator) + ST_XMax(mercator)) / 2 AS x,
           (ST_YMin(mercator) + ST_YMax(mercator)) / 2 AS y
      FROM {source}
), quiet AS (
    SELECT floor(x / %(tile)s) AS i, floor(y / %(tile)s) AS j
      FROM sized GROUP BY 1, 2 HAVING count(*) <= %(crowd)s
), field AS (
    -- Of the largest its id, without sorting 500,000 rows for it.
    SELECT (max(ARRAY[size, id]))[2]::bigint AS id,
           max(size) AS largest, sum(size) AS total,
           sum(x * size) / nullif(sum(size), 0) AS x,
           sum(y * size) / nullif(sum(size), 0) AS y
      FROM sized LEFT JOIN quiet
        ON quiet.i = floor(x / %(tile)s) AND quiet.j = floor(y / %(tile)s)
     GROUP BY CASE WHEN quiet.i IS NOT NULL THEN id END,
              floor(sized.x / %(side)s), floor(sized.y / %(side)s)
), drawn AS (
    SELECT {feature} AS feature_id,
           coalesce({shape}, mercator) AS shape
      FROM field
      JOIN (SELECT * FROM {source}) source
        ON source.id = field.id
)
INSERT INTO layers_overview
       (layer_id, version, zoom, x, y, feature_id, mercator)
SELECT %(layer)s, %(version)s, %(zoom)s, x, y, feature_id, shape
  FROM drawn,
       generate_series(
           floor((%(half)s + ST_XMin(shape) - %(edge)s) / %(tile)s)::int,
           floor((%(half)s + ST_XMax(shape) + %(edge)s) / %(tile)s)::int) x,
       generate_series(
           floor((%(half)s - ST_YMax(shape) - %(edge)s) / %(tile)s)::int,
           floor((%(half)s - ST_YMin(shape) + %(edge)s) / %(tile)s)::int) y
 WHERE x BETWEEN 0 AND %(last)s AND y BETWEEN 0 AND %(last)s
 ORDER BY x, y
"""


def make_overviews(layer: Layer, *, version: int) -> int:
    """Draw from afar the features that are open now; returns the rows written.

    Call it in the transaction that publishes ``version``. Older overviews of the layer
    go; zooms whose tiles hold few features get none. Each is made from the one nearer.
    """
    Overview.objects.filter(layer=layer).delete()
    with many_rows(), connection.cursor() as cursor:
        zooms = _crowded_zooms(cursor, layer)
        rows = 0
        for number, zoom in enumerate(zooms):
            nearer = zooms[number - 1] if number else None
            rows += _thin(cursor, layer, version=version, zoom=zoom, nearer=nearer)
    return rows


def _crowded_zooms(cursor: Any, layer: Layer) -> list[int]:
    """Zooms with a tile that holds too much, the nearest first."""
    cursor.execute(
        """
        WITH nearest AS (
            SELECT floor((ST_XMin(mercator) + ST_XMax(mercator)) / 2 / %(side)s)::int i,
                   floor((ST_YMin(mercator) + ST_YMax(mercator)) / 2 / %(side)s)::int j,
                   count(*) n
              FROM layers_feature
             WHERE layer_id = %(layer)s AND known_to IS NULL
             GROUP BY 1, 2
        ), tile AS (
            SELECT zoom, sum(n) n FROM nearest, generate_series(%(far)s, %(near)s) zoom
             GROUP BY zoom, i >> %(near)s - zoom, j >> %(near)s - zoom
        )
        SELECT zoom FROM tile GROUP BY zoom HAVING max(n) > %(crowd)s ORDER BY 1 DESC
        """,
        {
            "layer": layer.pk,
            "side": WORLD / 2**NEAREST,
            "near": NEAREST,
            "far": FARTHEST,
            "crowd": CROWD,
        },
    )
    return [row[0] for row in cursor.fetchall()]


def _thin(
    cursor: Any, layer: Layer, *, version: int, zoom: int, nearer: int | None
) -> int:
    """One shape for each field of the mesh: the largest that lies there.

    Where no polygon stands out, a square as large as all of them together: the tone of
    a quarter stays true where its houses are too small to see. Near by, tiles that are
    not crowded keep every shape.
    """
    cursor.execute(
        THIN.format(
            measure=MEASURE[layer.geometry],
            source=FEATURES if nearer is None else OVERVIEW,
            feature="source.id" if nearer is None else "feature_id",
            shape=_shape(layer),
        ),
        {
            "layer": layer.pk,
            "version": version,
            "zoom": zoom,
            "nearer": nearer,
            "tile": WORLD / 2**zoom,
            "half": WORLD / 2,
            "last": 2**zoom - 1,
            "edge": WORLD / 2**zoom * EDGE,
            "crowd": CROWD if zoom >= NEAR_BY else 0,
            "side": WORLD / 2**zoom / MESH,
            "pixel": WORLD / 2**zoom / 512,
        },
    )
    return int(cursor.rowcount)


def _shape(layer: Layer) -> str:
    """The SQL of what stands for a field of the mesh."""
    own = "ST_Simplify(mercator, %(pixel)s / 2, true)"
    if layer.geometry != "polygon":
        return own
    return (
        "CASE WHEN largest >= 0.7 * total OR largest >= %(side)s * %(side)s"
        f" THEN {own} ELSE ST_Expand(ST_SetSRID(ST_MakePoint(field.x, field.y), 3857),"
        " least(sqrt(total), %(side)s) / 2) END"
    )
