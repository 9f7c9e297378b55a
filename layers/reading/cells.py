"""The grid's cells for the reading process: which cell a shape lies in.

Asked of the database row by row, the same answer takes ten times as long.
"""

from pathlib import Path
from typing import Any

import numpy as np
import shapely

Array = np.ndarray[Any, Any]


class Cells:
    """The cells that are open now."""

    def __init__(self, codes: list[str], shapes: Array) -> None:
        """``codes`` in ascending order, a polygon (EPSG:4490) for each."""
        self.codes = np.array([*codes, ""], dtype=object)
        self.tree = shapely.STRtree(shapes)

    @classmethod
    def read(cls, path: str) -> "Cells":
        """Of a file with lines of code, tab and WKB in hexadecimal, by code."""
        lines = Path(path).read_text("ascii").splitlines()
        parts = [line.split("\t") for line in lines]
        wkb = np.array([shape for _, shape in parts], dtype=object)
        return cls([code for code, _ in parts], shapely.from_wkb(wkb))

    def of(self, shapes: Array) -> list[str]:
        """For each shape the code of the cell that a point on it lies in, or empty.

        The point is that of PostGIS's ST_PointOnSurface; on a border the lower code.
        """
        found = np.full(len(shapes), len(self.codes) - 1)
        points = shapely.point_on_surface(shapes)
        shape, cell = self.tree.query(points, predicate="covered_by")
        np.minimum.at(found, shape, cell)
        return list(self.codes[found])
