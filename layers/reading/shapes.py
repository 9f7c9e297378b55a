"""Geometry of one batch: read, checked, reprojected, repaired where harmless."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.reading import crs, crs_preview, curves

# What a layer's declared geometry admits (shapely type ids).
TYPES = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}
MULTIPLE = {
    "point": shapely.multipoints,
    "line": shapely.multilinestrings,
    "polygon": shapely.multipolygons,
}
# A repair may change the area or length by so much; more is the surveyor's decision.
HARMLESS = 0.01
# Bytes of WKB before the first vertex, and of each one.
WKB_HEAD, WKB_VERTEX = 9, 16
DRAWN = 3857  # the copy that tiles are drawn from

Array = np.ndarray[Any, Any]


@dataclass
class Shapes:
    """``reasons[i]`` is empty for a row that can be written.

    ``repaired[i]`` names what was done to a row, or is empty.
    """

    geometry: Array
    reasons: Array
    repaired: Array
    notes: Counter[str] = field(default_factory=Counter)
    raw: Array = field(default_factory=lambda: np.empty((0, 2)))  # first points as sent
    # The first rows as sent: what follows changes `geometry` in place.
    sample: Array = field(default_factory=lambda: np.empty(0, dtype=object))

    def refuse(self, rows: Array, reason: str) -> None:
        """Refuses the rows of a mask, unless something worse is known of them."""
        if rows.any():
            rows = rows & (self.reasons == "")
            self.reasons[rows] = reason
            self.geometry[rows] = None


def read(wkb: Array, *, max_vertices: int = 1_000_000) -> Shapes:
    """Parses a column of WKB; None is a row without geometry."""
    lengths = np.fromiter((len(item) if item else 0 for item in wkb), int, len(wkb))
    too_long = lengths > WKB_HEAD + WKB_VERTEX * max_vertices
    if too_long.any():
        wkb = wkb.copy()
        wkb[too_long] = None
    geometry, notes = _parsed(wkb)
    broken = shapely.is_missing(geometry) & (lengths > 0) & ~too_long
    if broken.any():
        geometry[broken] = shapely.from_wkb(wkb[broken], on_invalid="fix")
    none = np.full(len(wkb), "", dtype=object)
    shapes = Shapes(geometry, none, np.where(broken, "closed", none), notes)
    shapes.refuse(too_long, "too_many_vertices")
    shapes.refuse(lengths == 0, "no_geometry")
    shapes.refuse(shapely.is_missing(geometry), "unreadable_geometry")
    shapes.refuse(shapely.is_empty(geometry), "empty_geometry")
    _flatten(shapes)
    shapes.refuse(_infinite(shapes.geometry), "not_finite")
    shapes.sample = shapes.geometry[: crs_preview.SHAPES].copy()
    shapes.raw = shapely.get_coordinates(shapes.sample)
    return shapes


def _parsed(wkb: Array) -> tuple[Array, Counter[str]]:
    """The shapes that can be read; where GEOS meets arcs, these are drawn."""
    try:
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    except NotImplementedError:  # said of a whole column for one arc in it
        geometry = np.full(len(wkb), None, dtype=object)
    lost = np.flatnonzero([item is None for item in geometry])
    notes: Counter[str] = Counter()
    for row in lost:
        if wkb[row] and (drawn := curves.linear(wkb[row])):
            geometry[row] = shapely.from_wkb(drawn, on_invalid="ignore")
            notes["curves"] += drawn != wkb[row] and curves.is_curved(wkb[row])
    return geometry, notes


def _flatten(shapes: Shapes) -> None:
    """Heights and measures are left out, and counted."""
    high, measured = shapely.has_z(shapes.geometry), shapely.has_m(shapes.geometry)
    shapes.notes["z_dropped"] += int(high.sum())
    shapes.notes["m_dropped"] += int(measured.sum())
    solid = high | measured
    if solid.any():
        shapes.geometry[solid] = shapely.force_2d(shapes.geometry[solid])


def check_type(shapes: Shapes, kind: str, *, closed_lines: bool = False) -> None:
    """Refuses other kinds; takes what is of the kind out of a collection.

    ``closed_lines``: a drawing has no polygons, so its closed lines become some.
    """
    types = shapely.get_type_id(shapes.geometry)
    for row in np.flatnonzero(types == 7):
        _split(shapes, int(row), kind)
    if closed_lines and kind == "polygon":
        _promote(shapes, types == 1)
    types = shapely.get_type_id(shapes.geometry)
    shapes.refuse(~np.isin(types, TYPES[kind]), "wrong_geometry_type")


def _split(shapes: Shapes, row: int, kind: str) -> None:
    parts = _parts(shapes.geometry[row])
    wanted = parts[np.isin(shapely.get_type_id(parts), TYPES[kind])]
    singles = shapely.get_parts(wanted)
    if len(singles):
        one = len(singles) == 1
        shapes.geometry[row] = singles[0] if one else MULTIPLE[kind](singles)
        shapes.repaired[row] = "split"
        shapes.notes["split"] += 1


def _parts(collection: Any) -> Array:
    """What a collection holds, those within it opened too."""
    parts = shapely.get_parts(collection)
    while (inner := shapely.get_type_id(parts) == 7).any():
        parts = np.concatenate([parts[~inner], shapely.get_parts(parts[inner])])
    return parts


def _promote(shapes: Shapes, lines: Array) -> None:
    closed = lines & shapely.is_closed(shapes.geometry)
    closed &= shapely.get_num_points(shapes.geometry) > 3
    if closed.any():
        points, owner = shapely.get_coordinates(
            shapes.geometry[closed], return_index=True
        )
        rings = shapely.linearrings(points, indices=owner)
        shapes.geometry[closed] = shapely.polygons(rings)
        shapes.notes["promoted"] += int(closed.sum())


def promoted(wkb: Array) -> Array:
    """A drawing's WKB, its closed lines as polygons."""
    shapes, wkb = read(wkb), wkb.copy()
    lines = shapely.get_type_id(shapes.geometry) == 1
    _promote(shapes, lines)
    changed = lines & (shapely.get_type_id(shapes.geometry) == 3)
    wkb[changed] = shapely.to_wkb(shapes.geometry[changed])
    return wkb


def reproject(shapes: Shapes, reprojection: crs.Reprojection) -> None:
    """Coordinates become degrees, infinite where the system has no such place."""
    points = shapely.get_coordinates(shapes.geometry)
    moved = reprojection(points)
    if moved is not points:
        shapes.geometry = shapely.set_coordinates(shapes.geometry, moved)


def outside(shapes: Shapes, ground: crs.Box) -> Array:
    """Rows that do not touch ``ground`` at all."""
    west, south, east, north = ground
    x0, y0, x1, y1 = shapely.bounds(shapes.geometry).T
    within = (x0 >= west) & (y0 >= south) & (x1 <= east) & (y1 <= north)
    rows = np.flatnonzero(~within & (shapes.reasons == ""))
    beyond = np.zeros(len(within), dtype=bool)
    if len(rows):
        found = shapes.geometry[rows]
        touching = shapely.intersects(found, shapely.box(*ground))
        beyond[rows] = ~touching | _infinite(found)
    return beyond


def repair(shapes: Shapes) -> None:
    """Makes invalid rows valid where type and size stay; refuses the others."""
    rows = np.flatnonzero(~shapely.is_valid(shapes.geometry) & (shapes.reasons == ""))
    if len(rows):
        before = shapes.geometry[rows]
        after = shapely.make_valid(before, method="structure", keep_collapsed=False)
        good = _harmless(before, after)
        shapes.geometry[rows[good]] = after[good]
        for row, shape in zip(rows[good], before[good], strict=True):
            shapes.repaired[row] = _fault(shape)
        bad = np.zeros(len(shapes.geometry), dtype=bool)
        bad[rows[~good]] = True
        shapes.refuse(bad, "invalid_geometry")
    shapes.refuse(_size(shapes.geometry) == 0, "no_extent")


FAULTS = {
    "Self-intersection": "crossing",
    "Ring Self-intersection": "touching",
    "Hole lies outside shell": "holes",
    "Nested holes": "holes",
    "Holes are nested": "holes",
    "Nested shells": "parts",
    "Duplicate Rings": "parts",
    "Interior is disconnected": "touching",
}


def _fault(shape: Any) -> str:
    """What was wrong, as a code of `reasons.REPAIRS`."""
    return FAULTS.get(shapely.is_valid_reason(shape).split("[")[0].strip(), "other")


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
    bad = np.zeros(len(geometry), dtype=bool)
    points = shapely.get_coordinates(geometry)
    if np.isfinite(points).all():
        return bad
    points, owner = shapely.get_coordinates(geometry, return_index=True)
    bad[owner[~np.isfinite(points).all(axis=1)]] = True
    return bad


def mercator_of(geometry: Array) -> Array:
    points = crs.mercator(shapely.get_coordinates(geometry))
    return shapely.set_coordinates(geometry.copy(), points)
