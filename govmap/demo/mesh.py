"""Tilings: lines noded on one grid, their faces, and what faces share.

All coordinates are local metres on a grid of one centimetre, so that two faces share
exactly the same vertices along their common border.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import Geometry, Polygon

from .curves import Array

GRID = 0.01  # metres


def node(lines: Sequence[Geometry]) -> Array:
    """All lines cut at every crossing, snapped to the grid."""
    return shapely.get_parts([shapely.union_all(np.array(lines), grid_size=GRID)])


def polygonize(edges: Array) -> list[Polygon]:
    """The faces between noded edges, west to east for a fixed order."""
    faces = shapely.get_parts([shapely.polygonize(edges)]).tolist()
    return sorted(faces, key=lambda face: face.bounds)


@dataclass(frozen=True)
class Borders:
    """One row for each pair of neighbouring polygons."""

    left: Array
    right: Array
    length: Array  # metres shared
    middle: Array  # (n, 2) a point on the longest shared piece


def borders(polygons: Array) -> Borders:
    """Who borders whom along a line (a shared corner does not count)."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    keys = np.round(points / GRID).astype(np.int64) + (1 << 30)
    code = (keys[:, 0] << 31) | keys[:, 1]
    inner = ring[:-1] == ring[1:]
    start, end = code[:-1][inner], code[1:][inner]
    low, high = np.minimum(start, end), np.maximum(start, end)
    of = owner[ring[:-1][inner]]
    length = np.hypot(*(points[1:] - points[:-1])[inner].T)
    middle = ((points[1:] + points[:-1]) / 2)[inner]
    order = np.lexsort((high, low))
    low, high, of, length = low[order], high[order], of[order], length[order]
    same = np.flatnonzero((low[:-1] == low[1:]) & (high[:-1] == high[1:]))
    pairs = np.sort(np.stack([of[same], of[same + 1]], axis=1), axis=1)
    return _merged(pairs, length[same], middle[order][same])


def _merged(pairs: Array, length: Array, middle: Array) -> Borders:
    keep = pairs[:, 0] != pairs[:, 1]
    pairs, length, middle = pairs[keep], length[keep], middle[keep]
    unique, index = np.unique(pairs, axis=0, return_inverse=True)
    index = index.reshape(-1)
    total = np.bincount(index, weights=length, minlength=len(unique))
    longest = np.zeros(len(unique), dtype=int)
    longest[index[np.argsort(length, kind="stable")]] = np.argsort(
        length, kind="stable"
    )
    return Borders(unique[:, 0], unique[:, 1], total, middle[longest])


def without_slivers(polygons: Array, least: float) -> Array:
    """Polygons below `least` m2 joined to the neighbour with the longest border."""
    shared = borders(polygons)
    area = shapely.area(polygons)
    longest: dict[int, tuple[float, int]] = {}
    rows = zip(shared.left.tolist(), shared.right.tolist(), shared.length, strict=True)
    for left, right, length in rows:
        for one, other in ((left, right), (right, left)):
            if area[one] < least and area[other] >= least:
                longest[one] = max(longest.get(one, (0.0, -1)), (float(length), other))
    joined = np.array([[one, other] for one, (_, other) in longest.items()]).reshape(
        -1, 2
    )
    group = join(len(polygons), joined[:, 0].astype(int), joined[:, 1].astype(int))
    return np.array(list(dissolve(polygons, group).values()))


def dissolve(polygons: Array, group: Array) -> dict[Any, Polygon]:
    """The polygons of each group as one, sharing every vertex with its neighbours."""
    order = np.argsort(group, kind="stable")
    keys, first = np.unique(group[order], return_index=True)
    pieces = np.split(polygons[order], first[1:])
    return {
        key: piece[0] if len(piece) == 1 else shapely.coverage_union_all(piece)
        for key, piece in zip(keys.tolist(), pieces, strict=True)
    }


def locate(polygons: Array, points: Array) -> Array:
    """Index of the polygon that holds each point, -1 for none."""
    tree = shapely.STRtree(polygons)
    point, polygon = tree.query(points, predicate="within")
    found = np.full(len(points), -1)
    found[point[::-1]] = polygon[::-1]
    return found


def join(count: int, left: Array, right: Array) -> Array:
    """Group numbers of things joined pairwise (union-find)."""
    parent = list(range(count))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        parent[max(root(one), root(other))] = min(root(one), root(other))
    return np.array([root(item) for item in range(count)])
