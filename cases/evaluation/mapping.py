"""The area map: region outlines as a drawing of their own, in the colours of grades."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from cases.evaluation.scoring import Result

WIDTH = 640.0  # units of the drawing
OUTLINES = """
SELECT unit_id, ST_AsSVG(shape, 0, 6), ST_X(mid), -ST_Y(mid),
    ST_XMin(shape), ST_YMin(shape), ST_XMax(shape), ST_YMax(shape)
FROM (SELECT unit_id, ST_SimplifyPreserveTopology(geometry, 0.00005) AS shape,
        ST_PointOnSurface(geometry) AS mid
    FROM layers_region WHERE unit_id = ANY(%s)) AS regions
"""


@dataclass
class Outline:
    """One region as an SVG path, and where its letter stands."""

    result: Result
    path: str
    x: float
    y: float


@dataclass
class AreaMap:
    """The drawing and its size."""

    outlines: list[Outline]
    width: float
    height: float


def map_of(results: Sequence[Result]) -> AreaMap | None:
    """Nothing where no region has an outline.

    Equirectangular about the middle latitude: at the size of a district the error is
    less than the width of a line.
    """
    by_unit = {result.unit.pk: result for result in results}
    with connection.cursor() as cursor:
        cursor.execute(OUTLINES, [list(by_unit)])
        rows = cursor.fetchall()
    if not rows:
        return None
    west, south = min(row[4] for row in rows), min(row[5] for row in rows)
    east, north = max(row[6] for row in rows), max(row[7] for row in rows)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, 1e-6)
    across, down = scale * squeeze, scale

    outlines = [
        Outline(
            by_unit[row[0]],
            _scaled(row[1], west, -north, across, down),
            round((row[2] - west) * across, 1),
            round((row[3] + north) * down, 1),
        )
        for row in rows
    ]
    return AreaMap(outlines, WIDTH, round((north - south) * down, 1))


def _scaled(path: str, left: float, top: float, across: float, down: float) -> str:
    """The path in units of the drawing. Numbers come in pairs; letters stay."""
    words, is_x = [], True
    for word in path.split():
        if word[0].isalpha():
            words.append(word)
            continue
        number = float(word)
        moved = (number - left) * across if is_x else (number - top) * down
        words.append(f"{moved:.1f}")
        is_x = not is_x
    return " ".join(words)
