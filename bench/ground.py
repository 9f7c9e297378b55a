"""An invented district for benchmarks: buildings of a plausible size and number."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

WEST, SOUTH, EAST, NORTH = 116.325, 39.868, 116.400, 39.968  # about Xicheng
USES = ("住宅", "商业", "办公", "教育", "医疗", "文化")
OWNERS = ("直管公房", "单位自管", "私产", "商品房")


def buildings(count: int) -> Iterator[tuple[list[str], Any]]:
    """Keys and footprints (degrees): turned rectangles, one in three with a wing."""
    chance = np.random.default_rng(2018)
    metre = np.array([1 / (111_320 * math.cos(math.radians(39.91))), 1 / 111_050])
    columns = math.ceil(math.sqrt(count * 0.7))
    for first in range(0, count, 50_000):
        numbers = np.arange(first, min(first + 50_000, count))
        size = len(numbers)
        x = (numbers % columns + chance.uniform(0.3, 0.7, size)) / columns
        y = (numbers // columns + chance.uniform(0.3, 0.7, size)) * columns / count
        long = np.clip(chance.lognormal(2.3, 0.45, size), 4, 90)
        deep = np.clip(long * chance.uniform(0.35, 0.9, size), 3, 30)
        wing = np.where(chance.random(size) < 0.33, chance.uniform(0.3, 0.6, size), 1)
        corners = np.stack([
            np.stack([-long, -deep], 1), np.stack([long, -deep], 1),
            np.stack([long, deep * (2 * wing - 1)], 1),
            np.stack([long * (2 * wing - 1), deep * (2 * wing - 1)], 1),
            np.stack([long * (2 * wing - 1), deep], 1), np.stack([-long, deep], 1),
        ], 1) / 2  # fmt: skip
        angle = chance.normal(0, 0.12, size)[:, None]
        turned = np.stack([
            corners[..., 0] * np.cos(angle) - corners[..., 1] * np.sin(angle),
            corners[..., 0] * np.sin(angle) + corners[..., 1] * np.cos(angle),
        ], 2)  # fmt: skip
        middle = np.stack([WEST + x * (EAST - WEST), SOUTH + y * (NORTH - SOUTH)], 1)
        rings = middle[:, None, :] + turned * metre
        yield [f"H{number:07d}" for number in numbers], shapely.polygons(rings)


def hexed(shapes: np.ndarray, srid: int) -> list[str]:
    return shapely.to_wkb(shapely.set_srid(shapes, srid), hex=True, include_srid=True)


def mercator(points: np.ndarray) -> np.ndarray:
    """Degrees to metres of EPSG:3857."""
    radius = 6_378_137.0
    y = np.log(np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2))
    return np.stack([np.radians(points[:, 0]) * radius, y * radius], 1)
