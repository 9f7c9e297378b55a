"""Which coordinate system a file is in, and how it becomes EPSG:4490.

A system has a code that a form sends and a run keeps: ``EPSG:4527``; ``GCJ-02`` and
``BD-09``, degrees as map services give them out; ``SITE:<code>``, one of the site's
own. Behind it ``yx`` says that north stands before east: ``EPSG:4490 yx``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyproj

from layers.reading import crs_preview, datum_shift
from layers.reading.crs_local import Local, Step, is_cgcs2000, parsed
from layers.reading.trouble import Trouble

STORED = 4490
EARTH = 6378137.0  # metres, the sphere of EPSG:3857
# West, south, east, north: China with its coast, degrees.
CHINA = (73.0, 3.0, 136.0, 54.0)
SHIFTS = {"GCJ-02": datum_shift.from_gcj, "BD-09": datum_shift.from_bd}
SITE = "SITE:"
SWAPPED = re.compile(r"\s+(yx|\(y, ?x\))$", re.IGNORECASE)

Array = np.ndarray[Any, Any]
Box = Sequence[float]
Definitions = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class System:
    """A coordinate system of a file, and how it was known.

    ``crs`` is what the coordinates are in once a shift or the site's own set is undone.
    """

    crs: pyproj.CRS
    source: str  # told, file or usual
    swapped: bool = False  # north before east
    shift: str = ""  # GCJ-02 or BD-09
    local: Local | None = None

    @property
    def code(self) -> str:
        """What `parse` reads again, but for a WKT that no register knows."""
        return self._plain_code + (" yx" if self.swapped else "")

    @property
    def _plain_code(self) -> str:
        if self.local:
            return SITE + self.local.code
        code = self.crs.to_epsg(min_confidence=70)
        return self.shift or (f"EPSG:{code}" if code else str(self.crs.name))

    @property
    def name(self) -> str:
        """The code and the name, as a report says it."""
        name = self.local.title if self.local else str(self.crs.name)
        parts = [self._plain_code]
        if not self.shift and name != self._plain_code:
            parts.append(name)
        return " ".join(parts) + (" (y, x)" if self.swapped else "")

    @property
    def is_degrees(self) -> bool:
        return not self.local and bool(self.crs.is_geographic)


def resolve(
    declared: str | None, *, told: str = "", usual: str = "", local: Definitions = ()
) -> System | None:
    """What was told, else what the file declares, else what is usual; or None."""
    if told:
        return parse_system(told, "told", local=local)
    if declared:
        crs = parsed(declared)
        if crs is not None and (crs.is_geographic or crs.is_projected):
            return System(crs, "file")
    return parse_system(usual, "usual", local=local) if usual else None


def parse_system(text: str, source: str, *, local: Definitions = ()) -> System:
    """A system's code, an Esri name or a WKT. Raises Trouble.

    ``local`` are the definitions of the site's own systems (`crs_local.Local`).
    """
    text = text.strip()
    plain = SWAPPED.sub("", text)
    system = _unswapped(plain, source, local)
    return replace(system, swapped=plain != text)


def _unswapped(text: str, source: str, local: Definitions) -> System:
    if text.upper().startswith(SITE):
        code = text[len(SITE) :].strip()
        for definition in local:
            if definition["code"] == code:
                own = Local(definition)
                return System(own.base, source, local=own)
        raise Trouble("crs_unheard_of", crs=text[:80])
    shift = {"GCJ02": "GCJ-02", "BD09": "BD-09", "BD09LL": "BD-09"}.get(
        re.sub(r"[-_ ]", "", text).upper(), ""
    )
    return System(parse(f"EPSG:{STORED}" if shift else text), source, shift=shift)


def parse(text: str) -> pyproj.CRS:
    """A code (4527, EPSG:4527), an Esri name or a WKT. Raises Trouble."""
    crs = parsed(text.strip())
    if crs is None:
        raise Trouble("crs_unheard_of", crs=text[:80])
    return crs


def label(code: str, *, local: Definitions = ()) -> str:
    """A system's name by its code; the code itself where nobody knows it."""
    try:
        return parse_system(code, "told", local=local).name
    except Trouble:
        return code


class Reprojection:
    """Coordinates of one system as longitude and latitude of CGCS2000.

    WGS 84 is taken as CGCS2000: they differ by centimetres. The older Chinese datums
    differ by up to 100 m, and by parameters that are not public: they are refused,
    unless the site has its own set for them.
    """

    def __init__(self, system: System | pyproj.CRS) -> None:
        if isinstance(system, pyproj.CRS):
            system = System(system, "told")
        self.system, crs, local = system, system.crs, system.local
        self._datum: Step | None = local.datum_step() if local else None
        base = crs.geodetic_crs
        if base is None or not (self._datum or is_cgcs2000(crs)):
            raise Trouble("crs_datum", crs=crs.name)
        self._transform = None
        meridian = crs.prime_meridian
        if not crs.is_geographic or (meridian and meridian.longitude):
            self._transform = pyproj.Transformer.from_crs(crs, base, always_xy=True)

    def __call__(self, points: Array) -> Array:
        """``points`` of shape (n, 2) in the file's order, as east, north in degrees."""
        system = self.system
        if system.swapped:
            points = points[:, ::-1]
        if system.local:
            points = system.local.to_base(points)
        if self._transform:
            x, y = points[:, 0], points[:, 1]
            points = np.column_stack(self._transform.transform(x, y))
        if self._datum:
            points = self._datum(points)
        return SHIFTS[system.shift](points) if system.shift else points


def mercator(points: Array) -> Array:
    """Degrees as metres of EPSG:3857."""
    radians = np.radians(points)
    north = np.log(np.tan(np.pi / 4 + radians[:, 1] / 2))
    return np.column_stack([radians[:, 0], north]) * EARTH


def inside(points: Array, box: Box) -> Array:
    west, south, east, north = box
    x, y = points[:, 0], points[:, 1]
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def candidates(
    points: Array,
    ground: Box,
    *,
    geometry: Array | None = None,
    local: Definitions = (),
) -> list[dict[str, Any]]:
    """Systems in which the middle of ``points`` would lie on ``ground``, likely first.

    Surveyors mostly send one of these without saying which; the magnitude tells, but
    not between systems some hundred metres apart: a person has to look. Each has code,
    label and, of the first rows of ``geometry``, ``shapes``: GeoJSON in degrees.
    """
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return []
    middle = np.median(finite, axis=0)[None, :]
    own = list(local)
    found = list(_landing(_likely(middle[0], own), middle, ground, own))
    if not found:
        turned = (f"{code} yx" for code in _likely(middle[0][::-1], own))
        found = list(_landing(turned, middle, ground, own))
    shapes = None if geometry is None else crs_preview.sample(geometry)
    return [_told(move, shapes) for move in found]


def _likely(point: Array, local: list[Mapping[str, Any]]) -> Iterator[str]:
    """Codes that fit a magnitude; those of CGCS2000 run on with the zones."""
    x, y = float(point[0]), float(point[1])
    degrees = abs(x) <= 180 and abs(y) <= 90
    if degrees:
        yield f"EPSG:{STORED}"
        if inside(point[None, :], CHINA).all():
            yield from SHIFTS
    elif 13e6 <= x < 46e6:  # zone number before the easting
        zone = int(x // 1e6)
        if 25 <= zone <= 45:
            yield f"EPSG:{4513 + zone - 25}"  # 3 degrees
        if 13 <= zone <= 23:
            yield f"EPSG:{4491 + zone - 13}"  # 6 degrees
    elif x < 1e6:
        yield from (f"EPSG:{code}" for code in range(4534, 4555))  # 3 degrees, meridian
        yield from (f"EPSG:{code}" for code in range(4502, 4513))  # 6 degrees, meridian
    yield from (SITE + str(definition["code"]) for definition in local)
    if degrees:
        return
    if x < 1e6:
        yield from (f"EPSG:{code}" for code in range(32643, 32654))  # UTM
    else:
        yield "EPSG:3857"


def _landing(
    codes: Iterable[str], middle: Array, ground: Box, local: Definitions
) -> Iterator[Reprojection]:
    """Of the codes those that lead to the ground, each place once."""
    seen: list[Array] = []
    for code in codes:
        try:
            move = Reprojection(parse_system(code, "told", local=local))
        except Trouble:  # a definition of the site's that is wrong
            continue
        place = move(middle)
        # The 3 and 6 degree zones of one meridian are the same.
        if not inside(place, ground).all() or _is_among(place, seen):
            continue
        seen.append(place)
        yield move


def _is_among(place: Array, seen: list[Array]) -> bool:
    return any(np.allclose(place, other, rtol=0, atol=1e-9) for other in seen)


def _told(move: Reprojection, shapes: Array | None) -> dict[str, Any]:
    told: dict[str, Any] = {"code": move.system.code, "label": move.system.name}
    if shapes is not None:
        told["shapes"] = crs_preview.placed(shapes, move)
    return told
