"""Lines with the small irregularities of real streets. Local metres throughout."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

Array = NDArray[Any]


def smooth(points: Sequence[tuple[float, float]] | Array, rounds: int = 2) -> Array:
    """Cut the corners of an open line (Chaikin), keeping both ends."""
    line = np.asarray(points, dtype=float)
    for _ in range(rounds):
        near, far = line[:-1], line[1:]
        cut = np.stack([near * 0.75 + far * 0.25, near * 0.25 + far * 0.75], axis=1)
        line = np.concatenate([line[:1], cut.reshape(-1, 2)[1:-1], line[-1:]])
    return line


def smooth_ring(
    points: Sequence[tuple[float, float]] | Array, rounds: int = 2, *, cut: float = 0.25
) -> Polygon:
    """Cut the corners of a closed ring, all round, by a share of each side."""
    ring = np.asarray(points, dtype=float)
    for _ in range(rounds):
        after = np.roll(ring, -1, axis=0)
        near, far = ring * (1 - cut) + after * cut, ring * cut + after * (1 - cut)
        ring = np.stack([near, far], axis=1).reshape(-1, 2)
    return Polygon(ring)


def wander(
    start: Array, end: Array, rng: np.random.Generator, *, bend: float, wobble: float
) -> Array:
    """A line between two points: a bow of `bend` of its length, kinks of `wobble` m."""
    length = math.dist(start, end)
    count = int(min(6, length // 70))
    if count == 0:
        return np.array([start, end])
    along = (np.arange(1, count + 1) + rng.uniform(-0.25, 0.25, count)) / (count + 1)
    bow = rng.normal(0, bend) * length * np.sin(np.pi * along)
    aside = bow + rng.normal(0, wobble, count)
    direction = (end - start) / length
    normal = np.array([-direction[1], direction[0]])
    middle = start + np.outer(along, end - start) + np.outer(aside, normal)
    line = np.concatenate([[start], middle, [end]])
    return smooth(line, 2) if bend > 0.01 and length > 150 else line


def blob(inside: Polygon, rng: np.random.Generator) -> Polygon:
    """An organic shore within `inside`: a wavy oval along its long axis."""
    centre, long_axis, long, short_axis, short = frame(inside)
    turn = np.arange(72) / 72
    pull = np.full(72, 0.5)
    for waves in (2, 3, 4, 5, 7):
        pull += 0.22 / waves * np.sin(2 * np.pi * (waves * turn + rng.random()))
    east = np.outer(np.cos(2 * np.pi * turn) * pull * long, long_axis)
    north = np.outer(np.sin(2 * np.pi * turn) * pull * short, short_axis)
    shore = smooth_ring(centre + east + north, 2).buffer(0).intersection(inside)
    # Opened and closed: neither needles nor bays narrower than a boat.
    shore = shore.buffer(-22).buffer(44).buffer(-22).intersection(inside)
    return max(
        shapely.get_parts([shore]).tolist(), key=lambda part: part.area
    ).simplify(0.3)


def frame(face: Polygon) -> tuple[Array, Array, float, Array, float]:
    """Centre, long axis and its length, short axis and its length of the best box."""
    box = shapely.get_coordinates(shapely.oriented_envelope(face))
    first, second = box[1] - box[0], box[2] - box[1]
    long, short = float(np.hypot(*first)), float(np.hypot(*second))
    first, second = first / max(long, 1e-9), second / max(short, 1e-9)
    if long < short:
        first, second, long, short = second, first, short, long
    return box[:4].mean(axis=0), first, long, second, short


def turned(vector: Array, degrees: float) -> Array:
    """`vector` turned anticlockwise."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array(
        [vector[0] * cos - vector[1] * sin, vector[0] * sin + vector[1] * cos]
    )


def chord(
    face: Polygon, through: Array, direction: Array, reach: float
) -> Array | None:
    """The two ends, on the border of `face`, of the straight cut through a point."""
    ray = LineString([through - direction * reach, through + direction * reach])
    parts = [
        part
        for part in shapely.get_parts(shapely.intersection(face, ray)).tolist()
        if part.geom_type == "LineString" and part.length > 1
    ]
    if not parts:
        return None
    here = shapely.Point(through)
    return shapely.get_coordinates(min(parts, key=lambda part: part.distance(here)))[
        [0, -1]
    ]


def divide(face: Polygon, line: Array) -> list[Polygon] | None:
    """The two sides of `face` along `line`, whose ends lie on its border; or None."""
    ring = shapely.get_coordinates(face.exterior)
    ends = shapely.line_locate_point(face.exterior, shapely.points(line[[0, -1]]))
    if ends[0] > ends[1]:
        line, ends = line[::-1], ends[::-1]
    steps = np.hypot(*np.diff(ring, axis=0).T)
    run = np.concatenate([[0.0], np.cumsum(steps)])
    between = ring[(run > ends[0] + 0.02) & (run < ends[1] - 0.02)]
    before = ring[:-1][run[:-1] < ends[0] - 0.02]
    after = ring[:-1][run[:-1] > ends[1] + 0.02]
    one = np.concatenate([line[:1], between, line[::-1]])
    two = np.concatenate([before, line, after])
    if len(one) < 4 or len(two) < 3:
        return None
    sides = [Polygon(one), Polygon(two)]
    whole = sum(side.area for side in sides)
    if abs(whole - face.area) > 0.5 or not all(side.is_valid for side in sides):
        return None
    return sides
