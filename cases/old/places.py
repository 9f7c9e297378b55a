"""Where old cases lie: the coordinate system of a file, guessed or told.

The systems, the guess and the way to degrees are those of the importer of layers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from layers.imports import systems
from layers.imports.job import ground
from layers.reading import crs
from layers.reading.places import Place, placed
from layers.reading.trouble import Trouble

Array = np.ndarray[Any, Any]
Spot = tuple[str, str]
GUESSED_FROM = 500  # rows at least, if the file has them


def points_of(spots: Sequence[Spot]) -> Array:
    """East and north as numbers, shape (n, 2); NaN where there are none."""
    east = [x or None for x, _y in spots]
    north = [y or None for _x, y in spots]
    found = placed(Place(x="x", y="y"), {"x": east, "y": north}, None)
    points = np.full((len(spots), 2), np.nan)
    there = np.flatnonzero(found.wkb != None)  # noqa: E711 (an array of objects)
    if len(there):
        shapes = shapely.from_wkb(found.wkb[there])
        points[there] = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    # 0, 0 is how old systems write that they know no place.
    points[(points == 0).all(axis=1)] = np.nan
    return points


@dataclass
class Placing:
    """Puts the rows of one file on the map; ``system``: a code, or it is guessed."""

    told: str = ""
    code: str = ""
    label: str = ""
    guessed: bool = False
    choices: list[tuple[str, str]] = field(default_factory=list)
    outside: int = 0  # rows whose coordinates lie elsewhere
    move: crs.Reprojection | None = None

    def __post_init__(self) -> None:
        self.ground, self.local = ground(), systems.definitions()
        if self.told:
            self._take(self.told)

    def _take(self, code: str) -> None:
        system = crs.parse_system(code, "told", local=self.local)
        self.move = crs.Reprojection(system)
        self.code, self.label = code, systems.title(code, system.name)

    def guess(self, points: Array) -> None:
        """Of the systems in which the middle lies on the ground the likeliest."""
        found = crs.candidates(points, self.ground, local=self.local)
        self.choices = [
            (one["code"], systems.title(one["code"], one["label"])) for one in found
        ]
        if self.move is None and found:
            self.guessed = True
            self._take(found[0]["code"])

    def __call__(self, points: Array) -> list[str | None]:
        """EWKT of each point on the ground; None of others, which are counted."""
        if self.move is None:
            return [None] * len(points)
        there = np.flatnonzero(np.isfinite(points).all(axis=1))
        found: list[str | None] = [None] * len(points)
        if not len(there):
            return found
        try:
            moved = self.move(points[there])
        except Trouble:
            return found
        good = crs.inside(moved, self.ground)
        self.outside += int(len(there) - good.sum())
        for at, (x, y), is_good in zip(there, moved, good, strict=True):
            if is_good:
                found[int(at)] = f"SRID={crs.STORED};POINT({x:.7f} {y:.7f})"
        return found
