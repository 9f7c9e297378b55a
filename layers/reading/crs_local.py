"""A site's own coordinate systems, given by parameters of its survey office.

Three kinds, after EPSG guidance note 7-2:

- ``affine`` (method 9624): E = a0 + a1 x + a2 y, N = b0 + b1 x + b2 y; a0, b0 metres.
- ``similarity`` (method 9621): E = dx + k (x cos r + y sin r), N = dy + k (y cos r -
  x sin r), where k = 1 + scale / 10^6 and r the rotation of the axes; dx, dy metres,
  scale ppm, rotation seconds of arc. This is the plane Helmert set of four parameters.
- ``helmert`` (methods 9606 and 9607): seven parameters between the geocentric axes of
  two datums; tx, ty, tz metres, rx, ry, rz seconds of arc, scale ppm. The sign of the
  rotations is a convention that must be named: ``position_vector`` (9606) or
  ``coordinate_frame`` (9607). Heights are taken as 0, which costs less than a
  millimetre on the ground for each ten metres of height and hundred of shift.

x is east and y north, as everywhere here. ``base`` is a CRS: for the two plane kinds
the one that the parameters lead to; for ``helmert`` the one whose ellipsoid and
projection the coordinates are written in, whatever datum it names.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from layers.reading.trouble import Trouble

Array = np.ndarray[Any, Any]
Step = Callable[[Array], Array]

PARAMETERS = {
    "affine": ("a0", "a1", "a2", "b0", "b1", "b2"),
    "similarity": ("dx", "dy", "scale", "rotation"),
    "helmert": ("tx", "ty", "tz", "rx", "ry", "rz", "scale"),
}
CONVENTIONS = ("position_vector", "coordinate_frame")
CGCS2000 = "+proj=cart +ellps=GRS80"  # CGCS2000's ellipsoid, but for the 10th digit
# What makes PROJ open a file that the text names.
FILES = re.compile(r"grids\s*=|parameterfile|file\s*=|init\s*=|pipeline", re.IGNORECASE)


def parsed(text: str) -> pyproj.CRS | None:
    """A code, a name or a WKT as a plane CRS; None for what is none, or opens files."""
    if FILES.search(text):
        return None
    try:
        crs = pyproj.CRS.from_user_input(text)
        if crs.is_bound and crs.source_crs:
            crs = crs.source_crs  # the transformation that hangs on it is not ours
        # Without need it would cost a WKT its place in the register.
        return crs.to_2d() if len(crs.axis_info) > 2 else crs
    except CRSError:
        return None


def is_cgcs2000(crs: pyproj.CRS) -> bool:
    """Whether a CRS stands on CGCS2000, or on WGS 84, which is it to centimetres."""
    base = crs.geodetic_crs
    if base is None:
        return False
    if base.to_epsg(min_confidence=70) in {4490, 4480, 4326, 4979}:
        return True
    name = base.datum.name.upper().replace("_", " ") if base.datum else ""
    return (
        ("CHINA" in name and "2000" in name)
        or "CGCS2000" in name
        or (("WGS" in name or "WORLD GEODETIC SYSTEM" in name) and "84" in name)
    )


class Local:
    """A site's system: its definition read, and the way to degrees.

    ``definition`` has code, title, base, kind and parameters. Raises Trouble
    ("crs_local") with what is wrong.
    """

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.code = str(definition.get("code", ""))
        self.title = str(definition.get("title") or self.code)
        self.kind = str(definition.get("kind", ""))
        base = parsed(str(definition.get("base", "")))
        if base is None or not (base.is_projected or base.is_geographic):
            raise self._trouble("base")
        self.base = base
        given = definition.get("parameters")
        if self.kind not in PARAMETERS or not isinstance(given, Mapping):
            raise self._trouble("kind")
        self.values = {name: self._number(given, name) for name in self._names()}
        self.convention = str(given.get("convention", ""))
        self._check()

    def _names(self) -> tuple[str, ...]:
        return PARAMETERS[self.kind]

    def _number(self, given: Mapping[str, Any], name: str) -> float:
        value = given.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._trouble(name)
        if not math.isfinite(value):
            raise self._trouble(name)
        return float(value)

    def _check(self) -> None:
        if self.kind == "helmert":
            if self.convention not in CONVENTIONS:
                raise self._trouble("convention")
            return
        if not is_cgcs2000(self.base):
            raise self._trouble("base")
        if abs(np.linalg.det(self._matrix())) < 1e-9:
            raise self._trouble("parameters")  # all places would fall on one line

    def _trouble(self, wrong: str) -> Trouble:
        return Trouble("crs_local", system=self.code, wrong=wrong)

    def to_base(self, points: Array) -> Array:
        """Local x, y (n, 2) as coordinates of the base; those of ``helmert`` are."""
        if self.kind == "helmert":
            return points
        return points @ self._matrix().T + self._origin()

    def _matrix(self) -> Array:
        v = self.values
        if self.kind == "affine":
            return np.array([[v["a1"], v["a2"]], [v["b1"], v["b2"]]])
        turn, scale = math.radians(v["rotation"] / 3600), 1 + v["scale"] / 1e6
        cos, sin = scale * math.cos(turn), scale * math.sin(turn)
        return np.array([[cos, sin], [-sin, cos]])

    def _origin(self) -> Array:
        v = self.values
        names = ("a0", "b0") if self.kind == "affine" else ("dx", "dy")
        return np.array([v[name] for name in names])

    def datum_step(self) -> Step | None:
        """Degrees of the base's datum as degrees of CGCS2000; None where it is that."""
        if self.kind != "helmert":
            return None
        ellipsoid = self.base.ellipsoid
        if ellipsoid is None:
            raise self._trouble("base")
        a, b = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
        v = self.values
        shift = " ".join(f"+{name[1]}={v[name]!r}" for name in ("tx", "ty", "tz"))
        turn = " ".join(f"+{name}={v[name]!r}" for name in ("rx", "ry", "rz"))
        pipeline = pyproj.Transformer.from_pipeline(
            "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
            f" +step +proj=cart +a={a!r} +b={b!r}"
            f" +step +proj=helmert {shift} {turn} +s={v['scale']!r}"
            f" +convention={self.convention} +step +inv {CGCS2000}"
            " +step +proj=unitconvert +xy_in=rad +xy_out=deg"
        )

        def step(points: Array) -> Array:
            level = np.zeros(len(points))
            x, y, _ = pipeline.transform(points[:, 0], points[:, 1], level)
            return np.column_stack([x, y])

        return step
