"""Which coordinate system a file is in, and how it becomes EPSG:4490."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from layers.importers.trouble import Trouble

STORED = 4490
EARTH = 6378137.0  # metres, the sphere of EPSG:3857
# West, south, east, north: China with its coast, degrees.
CHINA = (73.0, 3.0, 136.0, 54.0)

Box = Sequence[float]


@dataclass(frozen=True)
class System:
    """A coordinate system of a file, and how it was known."""

    crs: pyproj.CRS
    source: str  # told, file or usual

    @property
    def name(self) -> str:
        code = self.crs.to_epsg(min_confidence=70)
        return f"EPSG:{code} {self.crs.name}" if code else str(self.crs.name)


def resolve(declared: str | None, *, told: str = "", usual: str = "") -> System | None:
    """What was told, else what the file declares, else what is usual; or None."""
    if told:
        return System(parse(told), "told")
    if declared:
        crs = _parsed(declared)
        if crs is not None and (crs.is_geographic or crs.is_projected):
            return System(crs, "file")
    return System(parse(usual), "usual") if usual else None


def parse(text: str) -> pyproj.CRS:
    """A code (4527, EPSG:4527), an Esri name or a WKT. Raises Trouble."""
    crs = _parsed(text.strip())
    if crs is None:
        raise Trouble("crs_unheard_of", crs=text[:80])
    return crs


def _parsed(text: str) -> pyproj.CRS | None:
    try:
        return pyproj.CRS.from_user_input(text).to_2d()
    except CRSError:
        return None


class Reprojection:
    """Coordinates of one system as longitude and latitude of CGCS2000.

    WGS 84 is taken as CGCS2000: they differ by centimetres. The older Chinese datums
    differ by up to 100 m, and by parameters that are not public: they are refused.
    """

    def __init__(self, crs: pyproj.CRS) -> None:
        base = crs.geodetic_crs
        if base is None or not _is_cgcs2000_or_wgs84(base):
            raise Trouble("crs_datum", crs=crs.name)
        self._transform = None
        meridian = crs.prime_meridian
        if not crs.is_geographic or (meridian and meridian.longitude):
            self._transform = pyproj.Transformer.from_crs(crs, base, always_xy=True)

    def __call__(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """``points`` of shape (n, 2), east before north, in degrees."""
        if self._transform is None:
            return points
        return np.column_stack(self._transform.transform(points[:, 0], points[:, 1]))


def _is_cgcs2000_or_wgs84(base: pyproj.CRS) -> bool:
    if base.to_epsg(min_confidence=70) in {4490, 4480, 4326, 4979}:
        return True
    name = base.datum.name.upper().replace("_", " ") if base.datum else ""
    return (
        ("CHINA" in name and "2000" in name)
        or "CGCS2000" in name
        or (("WGS" in name or "WORLD GEODETIC SYSTEM" in name) and "84" in name)
    )


def mercator(points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Degrees as metres of EPSG:3857."""
    radians = np.radians(points)
    north = np.log(np.tan(np.pi / 4 + radians[:, 1] / 2))
    return np.column_stack([radians[:, 0], north]) * EARTH


def inside(points: np.ndarray[Any, Any], box: Box) -> np.ndarray[Any, Any]:
    west, south, east, north = box
    x, y = points[:, 0], points[:, 1]
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def candidates(points: np.ndarray[Any, Any], ground: Box) -> list[str]:
    """Systems in which the middle of ``points`` would lie on ``ground``.

    Surveyors mostly send one of these without saying which; the magnitude tells.
    """
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return []
    middle = np.median(finite, axis=0)[None, :]
    found = [
        _label(code) for code in _usual_codes(middle[0]) if _lands(code, middle, ground)
    ]
    if not found:
        swapped = middle[:, ::-1]
        found = [
            f"{_label(code)} (y, x)"
            for code in _usual_codes(swapped[0])
            if _lands(code, swapped, ground)
        ]
    return found


def _usual_codes(point: np.ndarray[Any, Any]) -> Iterator[int]:
    """EPSG codes of CGCS2000 that fit a magnitude; codes run on with the zones."""
    x, y = float(point[0]), float(point[1])
    if abs(x) <= 180 and abs(y) <= 90:
        yield STORED
    elif 13e6 <= x < 46e6:  # zone number before the easting
        zone = int(x // 1e6)
        if 25 <= zone <= 45:
            yield 4513 + zone - 25  # 3 degrees
        if 13 <= zone <= 23:
            yield 4491 + zone - 13  # 6 degrees
    elif x < 1e6:
        yield from range(4534, 4555)  # 3 degrees by central meridian
        yield from range(4502, 4513)  # 6 degrees by central meridian
    else:
        yield 3857


def _lands(code: int, points: np.ndarray[Any, Any], ground: Box) -> bool:
    return bool(inside(Reprojection(pyproj.CRS.from_epsg(code))(points), ground).all())


def _label(code: int) -> str:
    return f"EPSG:{code} ({pyproj.CRS.from_epsg(code).name})"
