"""The SQL of the live map's tiles. What it draws, somebody else has scoped."""

import math
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import F, FloatField, Func

from cases.models import Case, CaseQuerySet
from govmap.lib.geo import SRID
from layers.tiles.drawing import Place
from layers.tiles.sql import EXTENT

# As `Deadline.objects.in_light` has it, the worst of a case: 3 red to 1 green, 0 for
# what rests.
RANK = """max(CASE WHEN paused_at IS NOT NULL THEN 0 WHEN waits THEN 1
    WHEN due_at < %s THEN 3 WHEN yellow_at <= %s THEN 2 ELSE 1 END) AS light"""
RUNNING = "FROM workflow_deadline WHERE kind = %s AND met_at IS NULL"
# All running limits once, or those of each case by the index: the former is the faster
# where most of a district's cases are drawn.
ALL_LIMITS = f"""LEFT JOIN (SELECT subject_id, {RANK} {RUNNING} GROUP BY subject_id) d
    ON d.subject_id = near.pk"""
EACH_LIMIT = f"""LEFT JOIN LATERAL (SELECT {RANK} {RUNNING} AND subject_id = near.pk) d
    ON true"""
FAR = 12  # tile zoom up to which all limits are read
# Near each other in the square of a grid that many to a tile's side, cases are one
# cluster, so that a cluster lies in one tile and is the same wherever the map lies.
GRIDS = ((12, 8), (14, 16), (16, 32), (17, 64))
LAST_ZOOM = 17

CASES = f"""
WITH near AS ({{near}}),
placed AS (
    SELECT near.*, (lon + 180) / 360 * 2 ^ %s - %s AS nx,
        (1 - ln(tan(pi() / 4 + radians(lat) / 2)) / pi()) / 2 * 2 ^ %s - %s AS ny,
        coalesce(d.light, 0) AS light
    FROM near {{limits}}
), grouped AS (
    SELECT min(pk) AS pk, count(*) AS n, max(light) AS light,
        count(*) FILTER (WHERE light = 3) AS late, avg(nx) AS nx, avg(ny) AS ny
    FROM placed
    WHERE nx >= 0 AND nx < 1 AND ny >= 0 AND ny < 1 AND light = ANY(%s)
    GROUP BY floor(nx * %s), floor(ny * %s)
)
SELECT coalesce(ST_AsMVT(tile, 'cases', {EXTENT}, 'shape', 'id'), '') FROM (
    SELECT ST_MakePoint(floor(nx * {EXTENT}), floor(ny * {EXTENT})) AS shape,
        pk AS id, n, light, late,
        CASE WHEN n = 1 THEN c.uuid::text END AS uuid,
        CASE WHEN n = 1 THEN s.phase END AS phase,
        CASE WHEN n = 1 THEN k.kind END AS kind,
        CASE WHEN n = 1 THEN left(k.name, 1) END AS glyph
    FROM grouped JOIN cases_case c ON c.id = pk
    JOIN workflow_state s ON s.id = c.state_id
    JOIN workflow_category k ON k.id = c.category_id
    ORDER BY light, n
) tile
"""
CELLS = f"""
WITH near AS ({{near}}),
counted AS (
    SELECT near.cell_id, count(*) AS n,
        count(*) FILTER (WHERE d.light = 3) AS late
    FROM near {{limits}}
    WHERE coalesce(d.light, 0) = ANY(%s)
    GROUP BY near.cell_id
)
SELECT coalesce(ST_AsMVT(tile, 'cells', {EXTENT}, 'shape', 'id'), '') FROM (
    SELECT ST_AsMVTGeom(ST_Transform(ST_Simplify(g.geometry, %s, true), 3857),
            ST_TileEnvelope(%s, %s, %s), {EXTENT}, 64, true) AS shape,
        g.id, g.code, n, late
    FROM counted JOIN layers_gridcell g ON g.id = counted.cell_id
) tile
"""


# Of a case's place, in degrees.
LON = Func(F("place"), function="ST_X", output_field=FloatField())
LAT = Func(F("place"), function="ST_Y", output_field=FloatField())


def cases_tile(
    rows: CaseQuerySet, place: Place, *, ranks: list[int], now: datetime
) -> bytes:
    """Clusters with the count and the worst light, and cases that stand alone."""
    spots = rows.filter(place__bboverlaps=ground_of(place)).order_by()
    near, params = spots.values("pk", lon=LON, lat=LAT).query.sql_with_params()
    grid = next(side for zoom, side in GRIDS if place.z <= zoom)
    text = CASES.format(near=near, limits=limits_at(place.z))
    return _drawn(
        text,
        [*params, place.z, place.x, place.z, place.y, now, now, Case.KIND],
        [ranks, grid, grid],
    )


def cells_tile(
    rows: CaseQuerySet, place: Place, *, ranks: list[int], now: datetime
) -> bytes:
    """The cells in which there are such cases, with how many and how many late."""
    held = rows.filter(cell__geometry__bboverlaps=ground_of(place)).order_by()
    near, params = held.values("pk", "cell_id").query.sql_with_params()
    text = CELLS.format(near=near, limits=limits_at(place.z))
    pixel = 360 / 2**place.z / 512  # degrees
    return _drawn(
        text,
        [*params, now, now, Case.KIND],
        [ranks, pixel / 2, place.z, place.x, place.y],
    )


def limits_at(zoom: int) -> str:
    return ALL_LIMITS if zoom <= FAR else EACH_LIMIT


def ground_of(place: Place) -> Polygon:
    """The tile in degrees, a hair wider: rounding may not lose a point at its edge."""

    def lat(y: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**place.z))))

    def lon(x: float) -> float:
        return x / 2**place.z * 360 - 180

    hair = 1e-6
    box = Polygon.from_bbox(
        (lon(place.x - hair), lat(place.y + 1 + hair),
         lon(place.x + 1 + hair), lat(place.y - hair))
    )  # fmt: skip
    box.srid = SRID
    return box


def _drawn(text: str, first: list[Any], then: list[Any]) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(text, [*first, *then])
        (tile,) = cursor.fetchone()
    return bytes(tile)
