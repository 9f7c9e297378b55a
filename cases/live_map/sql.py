"""The SQL of the live map's tiles. What it draws, somebody else has scoped."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import connection, transaction
from django.db.models import F, FloatField, Func

from cases.live_map.wanted import RANKS
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
# where all cases that somebody sees are counted.
ALL_LIMITS = f"""LEFT JOIN (SELECT subject_id, {RANK} {RUNNING} GROUP BY subject_id) d
    ON d.subject_id = near.pk"""
EACH_LIMIT = f"""LEFT JOIN LATERAL (SELECT {RANK} {RUNNING} AND subject_id = near.pk) d
    ON true"""
# Near each other in the square of a grid that many to a tile's side, cases are one
# cluster, so that a cluster lies in one tile and is the same wherever the map lies.
GRIDS = ((12, 8), (14, 16), (16, 32), (17, 64))
LAST_ZOOM = 17
# To this tile zoom a tile is made of the summary of all that somebody sees: counted
# once in squares that are those of the grid at this zoom, whatever tiles are asked for.
FAR = 12
SQUARES = 2**FAR * 8  # to the side of the world
X = "(lon + 180) / 360"
Y = "(1 - ln(tan(pi() / 4 + radians(lat) / 2)) / pi()) / 2"

# Materialised: where each of a case is worked out once, not once for each use of it.
SUMMARY = f"""
WITH near AS ({{near}}),
placed AS MATERIALIZED (
    SELECT near.pk, {X} * {SQUARES} AS wx, {Y} * {SQUARES} AS wy,
        coalesce(d.light, 0) AS light
    FROM near {ALL_LIMITS} {{lit}}
)
SELECT floor(wx)::int, floor(wy)::int, min(pk), count(*), max(light),
    count(*) FILTER (WHERE light = 3), sum(wx), sum(wy)
FROM placed GROUP BY 1, 2
"""
CELL_SUMMARY = """
WITH near AS ({near})
SELECT near.cell_id, count(*), count(*) FILTER (WHERE d.light = 3)
FROM near {limits} {lit} GROUP BY near.cell_id
"""
LIT = "WHERE coalesce(d.light, 0) = ANY(%s)"
NEAR = f"""
WITH near AS ({{near}}),
placed AS (
    SELECT near.*, {X} * 2 ^ %s - %s AS nx, {Y} * 2 ^ %s - %s AS ny,
        coalesce(d.light, 0) AS light
    FROM near {EACH_LIMIT}
)
SELECT min(pk) AS pk, count(*) AS n, max(light) AS light,
    count(*) FILTER (WHERE light = 3) AS late, avg(nx) AS nx, avg(ny) AS ny
FROM placed
WHERE nx >= 0 AND nx < 1 AND ny >= 0 AND ny < 1 AND light = ANY(%s)
GROUP BY floor(nx * %s), floor(ny * %s)
"""
GIVEN = """
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bigint[], %s::float8[],
    %s::float8[]) AS given (pk, n, light, late, nx, ny)
"""
CASES = f"""
WITH grouped AS ({{grouped}})
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
SELECT coalesce(ST_AsMVT(tile, 'cells', {EXTENT}, 'shape', 'id'), '') FROM (
    SELECT ST_AsMVTGeom(ST_Transform(ST_Simplify(g.geometry, %s, true), 3857),
            ST_TileEnvelope(%s, %s, %s), {EXTENT}, 64, true) AS shape,
        g.id, g.code, n, late
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS counted (cell, n, late)
    JOIN layers_gridcell g ON g.id = counted.cell
    WHERE g.geometry && ST_MakeEnvelope(%s, %s, %s, %s, {SRID})
) tile
"""


# Of a case's place, in degrees.
LON = Func(F("place"), function="ST_X", output_field=FloatField())
LAT = Func(F("place"), function="ST_Y", output_field=FloatField())


@dataclass(frozen=True)
class Ask:
    """Cases that somebody has scoped, the lights wanted of them, and the moment."""

    rows: CaseQuerySet
    ranks: list[int]
    now: datetime

    @property
    def limits(self) -> list[Any]:
        return [self.now, self.now, Case.KIND]

    @property
    def lit(self) -> tuple[str, list[Any]]:
        """The clause that leaves out other lights, and its parameters.

        None where all are wanted: the planner takes it for one of fifty rows, and then
        looks up each of a hundred thousand by itself.
        """
        return ("", []) if len(self.ranks) > len(RANKS) else (LIT, [self.ranks])


# Of one square: x, y, a case, how many, worst light, how many late, sums of x and of y.
Square = tuple[int, int, int, int, int, int, float, float]
# Of one cell: its key, how many cases, how many late.
Count = tuple[int, int, int]


def summary_of(ask: Ask) -> list[Square]:
    """All of them in the squares of the far grid."""
    spots = ask.rows.order_by().values("pk", lon=LON, lat=LAT)
    near, params = spots.query.sql_with_params()
    lit, ranks = ask.lit
    text = SUMMARY.format(near=near, lit=lit)
    return _fetched(text, [*params, *ask.limits, *ranks])


def counts_of(ask: Ask, place: Place | None = None) -> list[Count]:
    """Of the cells of all of them, or of those that touch a tile."""
    held = ask.rows.filter(cell__isnull=False).order_by()
    if place:
        held = held.filter(cell__geometry__bboverlaps=ground_of(place))
    near, params = held.values("pk", "cell_id").query.sql_with_params()
    limits = EACH_LIMIT if place else ALL_LIMITS
    lit, ranks = ask.lit
    text = CELL_SUMMARY.format(near=near, limits=limits, lit=lit)
    return _fetched(text, [*params, *ask.limits, *ranks])


def far_tile(squares: Iterable[Square], place: Place) -> bytes:
    """Clusters of the summary's squares, and the cases that stand alone."""
    shift, within = FAR - place.z, 2 ** (FAR + 3 - place.z)
    found: dict[tuple[int, int], list[Square]] = {}
    for one in squares:
        if (one[0] // within, one[1] // within) == (place.x, place.y):
            found.setdefault((one[0] >> shift, one[1] >> shift), []).append(one)
    grouped = [_cluster(some, place, within) for some in found.values()]
    columns = [list(column) for column in zip(*grouped, strict=True)] or [[]] * 6
    return _drawn(CASES.format(grouped=GIVEN), columns)


def _cluster(
    some: list[Square], place: Place, within: int
) -> tuple[int, int, int, int, float, float]:
    n = sum(one[3] for one in some)
    nx = sum(one[6] for one in some) / n / within - place.x
    ny = sum(one[7] for one in some) / n / within - place.y
    light, late = max(one[4] for one in some), sum(one[5] for one in some)
    return some[0][2], n, light, late, nx, ny


def near_tile(ask: Ask, place: Place) -> bytes:
    """The same of the cases that lie in a tile."""
    spots = ask.rows.filter(place__bboverlaps=ground_of(place)).order_by()
    near, params = spots.values("pk", lon=LON, lat=LAT).query.sql_with_params()
    grid = next(side for zoom, side in GRIDS if place.z <= zoom)
    where = [place.z, place.x, place.z, place.y]
    text = CASES.format(grouped=NEAR.format(near=near))
    return _drawn(text, [*params, *where, *ask.limits, ask.ranks, grid, grid])


def cells_tile(counts: Iterable[Count], place: Place) -> bytes:
    """The cells with such cases, with how many and how many late."""
    columns = [list(column) for column in zip(*counts, strict=True)] or [[]] * 3
    pixel = 360 / 2**place.z / 512  # degrees
    square = [place.z, place.x, place.y]
    return _drawn(CELLS, [pixel / 2, *square, *columns, *ground_of(place).extent])


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


def _fetched(text: str, params: list[Any]) -> list[Any]:
    """Rows. Compiling such a statement would take longer than it does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(text, params)
        rows: list[Any] = cursor.fetchall()
    return rows


def _drawn(text: str, params: list[Any]) -> bytes:
    ((tile,),) = _fetched(text, params)
    return bytes(tile)
