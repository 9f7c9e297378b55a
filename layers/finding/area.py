"""A drawn area, short enough to stand in an address.

Corners, latitude first, as steps in hundred-thousandths of a degree (about a metre).
A step's lowest bit is its sense; it is written five bits a sign, the lowest first, and
the sixth bit says that more follows: the encoded polyline of map services, in signs
that an address need not escape. The ring closes without saying its first corner twice.
"""

from collections.abc import Iterable, Iterator

from django.contrib.gis.geos import GEOSException, Polygon
from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput
from govmap.lib.geo import SRID

MOST_CORNERS = 200
LONGEST = MOST_CORNERS * 12  # signs; beyond this nothing is read
SCALE = 100_000
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
MORE = 0x20


class BadArea(BadInput):
    """The drawn area cannot be read. Draw it again."""

    message = gettext_noop("The drawn area cannot be read. Draw it again.")


class CrossedArea(BadArea):
    """The border of the drawn area crosses itself. Draw it again, without crossing."""

    message = gettext_noop(
        "The border of the drawn area crosses itself. Draw it again, without crossing."
    )


class LongArea(BadArea):
    """The drawn area has more than 200 corners. Draw it with fewer."""

    message = gettext_noop(
        "The drawn area has more than 200 corners. Draw it with fewer."
    )


def read_area(text: str) -> Polygon:
    """The polygon, EPSG:4490 as all places. Raises BadArea, CrossedArea, LongArea."""
    corners = read_corners(text)
    if len(corners) < 3:
        raise BadArea
    try:
        area = Polygon([*corners, corners[0]], srid=SRID)
    except (GEOSException, ValueError) as error:
        raise BadArea from error
    if not area.valid:
        raise CrossedArea
    return area


def read_corners(text: str) -> list[tuple[float, float]]:
    """Longitude and latitude of each corner. Raises BadArea, LongArea."""
    if len(text) > LONGEST:
        raise LongArea
    corners = list(_corners(text))
    if len(corners) > MOST_CORNERS:
        raise LongArea
    if any(abs(x) > 180 or abs(y) > 90 for x, y in corners):
        raise BadArea
    return corners


def write_area(corners: Iterable[tuple[float, float]]) -> str:
    """Longitude and latitude of the corners as an address has them."""
    text, before = "", (0, 0)
    for lon, lat in corners:
        here = (round(lat * SCALE), round(lon * SCALE))
        text += _written(here[0] - before[0]) + _written(here[1] - before[1])
        before = here
    return text


def _written(step: int) -> str:
    left = ~(step << 1) if step < 0 else step << 1
    signs = ""
    while left >= MORE:
        signs += SIGNS[MORE | (left & 0x1F)]
        left >>= 5
    return signs + SIGNS[left]


def _corners(text: str) -> Iterator[tuple[float, float]]:
    steps = list(_steps(text))
    if len(steps) % 2:
        raise BadArea
    lat = lon = 0
    for down, along in zip(steps[::2], steps[1::2], strict=True):
        lat, lon = lat + down, lon + along
        yield lon / SCALE, lat / SCALE


def _steps(text: str) -> Iterator[int]:
    value = shift = 0
    for sign in text:
        bits = SIGNS.find(sign)
        if bits < 0 or shift > 30:
            raise BadArea
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < MORE:
            yield ~(value >> 1) if value & 1 else value >> 1
            value = shift = 0
    if shift:
        raise BadArea
