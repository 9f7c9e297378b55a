"""The outlines that a map shows of a file whose coordinate system is asked."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

Array = np.ndarray[Any, Any]

SHAPES = 200
MAX_BYTES = 60_000
# A vertex of five decimals (a metre) takes about 20 bytes; the rest is frame.
MAX_VERTICES = 2000
DECIMALS = 5
ROUNDS = 12


def sample(geometry: Array) -> Array:
    """The first shapes in few vertices, in the file's own coordinates."""
    shapes = geometry[~shapely.is_missing(geometry)][:SHAPES]
    shapes = shapes[~shapely.is_empty(shapes)]
    if not len(shapes) or shapely.get_num_coordinates(shapes).sum() <= MAX_VERTICES:
        return shapes
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance = max(east - west, north - south) / 4000
    for _ in range(ROUNDS):
        plain = shapely.simplify(shapes, tolerance, preserve_topology=False)
        lost = shapely.is_empty(plain)
        plain[lost] = shapely.envelope(shapes[lost])
        if shapely.get_num_coordinates(plain).sum() <= MAX_VERTICES:
            return plain
        tolerance *= 2
    return shapely.envelope(shapes[: MAX_VERTICES // 5])


def placed(shapes: Array, reprojection: Callable[[Array], Array]) -> dict[str, Any]:
    """A sample in degrees as GeoJSON of at most `MAX_BYTES`."""
    points = reprojection(shapely.get_coordinates(shapes))
    moved = shapely.set_coordinates(shapes.copy(), np.round(points, DECIMALS))
    texts = [
        text
        for shape, text in zip(moved, shapely.to_geojson(moved), strict=True)
        if text and np.isfinite(shapely.get_coordinates(shape)).all()
    ]
    size, kept = 100, []
    for text in texts:
        size += len(text) + 1
        if size > MAX_BYTES:
            break
        kept.append(json.loads(text))
    return {"type": "GeometryCollection", "geometries": kept}
