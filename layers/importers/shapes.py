"""Geometry of one batch: read, checked, reprojected, repaired where harmless."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.importers import crs, crs_preview

# What a layer's declared geometry admits (shapely type ids).
TYPES = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}
# A repair may change the area or length by so much; more is the surveyor's decision.
HARMLESS = 0.01

Array = np.ndarray[Any, Any]


@dataclass
class Shapes:
    """``reasons[i]`` is empty for a row that can be written."""

    geometry: Array
    reasons: Array
    repaired: Array
    raw: Array = field(default_factory=lambda: np.empty((0, 2)))  # first points as sent
    # The first rows as sent: what follows changes `geometry` in place.
    sample: Array = field(default_factory=lambda: np.empty(0, dtype=object))

    def refuse(self, rows: Array, reason: str) -> None:
        """Refuses the rows of a mask, unless something worse is known of them."""
        rows = rows & (self.reasons == "")
        self.reasons[rows] = reason
        self.geometry[rows] = None


def read(wkb: Array) -> Shapes:
    """Parses a column of WKB; None is a row without geometry."""
    missing = np.array([item is None for item in wkb], dtype=bool)
    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    broken = shapely.is_missing(geometry) & ~missing
    if broken.any():
        geometry[broken] = shapely.from_wkb(wkb[broken], on_invalid="fix")
    shapes = Shapes(geometry, np.full(len(wkb), "", dtype=object), broken)
    shapes.refuse(missing, "no_geometry")
    shapes.refuse(shapely.is_missing(geometry), "unreadable_geometry")
    shapes.refuse(shapely.is_empty(geometry), "empty_geometry")
    shapes.geometry = shapely.force_2d(shapes.geometry)
    shapes.refuse(_infinite(shapes.geometry), "not_finite")
    shapes.sample = shapes.geometry[: crs_preview.SHAPES].copy()
    shapes.raw = shapely.get_coordinates(shapes.sample)
    return shapes


def check_type(shapes: Shapes, kind: str) -> None:
    types = shapely.get_type_id(shapes.geometry)
    shapes.refuse(~np.isin(types, TYPES[kind]), "wrong_geometry_type")


def reproject(shapes: Shapes, reprojection: crs.Reprojection) -> None:
    """Coordinates become degrees, infinite where the system has no such place."""
    points = shapely.get_coordinates(shapes.geometry)
    shapes.geometry = shapely.set_coordinates(shapes.geometry, reprojection(points))


def outside(shapes: Shapes, ground: crs.Box) -> Array:
    """Rows that do not touch ``ground`` at all."""
    touching = shapely.intersects(shapes.geometry, shapely.box(*ground))
    return (~touching | _infinite(shapes.geometry)) & (shapes.reasons == "")


def repair(shapes: Shapes) -> None:
    """Makes invalid rows valid where type and size stay; refuses the others."""
    rows = np.flatnonzero(~shapely.is_valid(shapes.geometry) & (shapes.reasons == ""))
    if len(rows):
        before = shapes.geometry[rows]
        after = shapely.make_valid(before, method="structure", keep_collapsed=False)
        good = _harmless(before, after)
        shapes.geometry[rows[good]] = after[good]
        shapes.repaired[rows[good]] = True
        bad = np.zeros(len(shapes.geometry), dtype=bool)
        bad[rows[~good]] = True
        shapes.refuse(bad, "invalid_geometry")
    shapes.refuse(_size(shapes.geometry) == 0, "no_extent")


def _harmless(before: Array, after: Array) -> Array:
    same = shapely.get_dimensions(before) == shapely.get_dimensions(after)
    plain = np.isin(shapely.get_type_id(after), (0, 1, 3, 4, 5, 6))
    old, new = _size(before), _size(after)
    return same & plain & (new > 0) & (np.abs(new - old) <= HARMLESS * new)


def _size(geometry: Array) -> Array:
    """Area, length or 1, by dimension: only to compare, in whatever unit."""
    dimensions = shapely.get_dimensions(geometry)
    size = np.where(dimensions == 2, shapely.area(geometry), shapely.length(geometry))
    return np.where(dimensions == 0, 1.0, size)


def _infinite(geometry: Array) -> Array:
    points, owner = shapely.get_coordinates(geometry, return_index=True)
    bad = np.zeros(len(geometry), dtype=bool)
    bad[owner[~np.isfinite(points).all(axis=1)]] = True
    return bad


def mercator_of(geometry: Array) -> Array:
    points = crs.mercator(shapely.get_coordinates(geometry))
    return shapely.set_coordinates(geometry.copy(), points)
