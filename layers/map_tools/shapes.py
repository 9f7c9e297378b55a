"""Shapes that somebody drew on the map, as an address and a sketch hold them."""

from dataclasses import dataclass
from enum import StrEnum

from django.contrib.gis.geos import GEOSGeometry, LineString, Point
from django.db import connection
from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput
from govmap.lib.geo import SRID
from layers.finding.area import read_area, read_corners

MOST_METRES = 5_000
WIDEST = 90  # degrees, of what has surroundings: the ellipsoid has two ways round


class BadShape(BadInput):
    """The shape cannot be read. Draw it again."""

    message = gettext_noop("The shape cannot be read. Draw it again.")


class BadDistance(BadInput):
    """A distance is a whole number of metres, 1 to 5,000."""

    message = gettext_noop("A distance is a whole number of metres, 1 to 5,000.")


class Kind(StrEnum):
    AREA = "area"
    LINE = "line"
    SPOT = "spot"


@dataclass(frozen=True)
class Shape:
    """One shape, and how far around it counts too (metres, 0 to 5,000)."""

    kind: Kind
    text: str  # the corners, as `layers.finding.area` writes them
    metres: int = 0

    @property
    def geometry(self) -> GEOSGeometry:
        """EPSG:4490. Raises BadShape, and for areas what `read_area` raises."""
        if self.kind == Kind.AREA:
            return read_area(self.text)
        corners = read_corners(self.text)
        if self.kind == Kind.SPOT and len(corners) == 1:
            return Point(*corners[0], srid=SRID)
        if self.kind == Kind.LINE and len(set(corners)) > 1:
            return LineString(*corners, srid=SRID)
        raise BadShape

    @property
    def ground(self) -> GEOSGeometry:
        """The polygon of all that lies in the shape or so near it.

        Around it is reckoned on the ellipsoid, by the database. Raises BadShape.
        """
        shape = self.geometry
        if not self.metres:
            return shape
        west, south, east, north = shape.extent
        if max(east - west, north - south) > WIDEST:
            raise BadShape
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ST_AsEWKB(ST_SetSRID(ST_Buffer(ST_SetSRID("
                "ST_GeomFromEWKB(%s), 4326)::geography, %s)::geometry, %s))",
                [bytes(shape.ewkb), self.metres, SRID],
            )
            ((found,),) = cursor.fetchall()
        return GEOSGeometry(memoryview(found))


def read_shape(kind: str, text: str, metres: str = "") -> Shape:
    """Of an address. A line and a spot have no inside: they need a distance.

    Raises BadShape or BadDistance.
    """
    if kind not in set(Kind):
        raise BadShape
    asked = _metres(metres) if metres else 0
    if kind != Kind.AREA and not asked:
        raise BadDistance
    shape = Shape(Kind(kind), text, asked)
    _ = shape.geometry
    return shape


def _metres(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise BadDistance
    if int(text) > MOST_METRES:
        raise BadDistance
    return int(text)
