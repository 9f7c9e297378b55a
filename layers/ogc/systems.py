"""The coordinate systems that features are asked for and told in.

OGC API Features speaks of them by URI and writes coordinates in the order of the
register: EPSG:4490 latitude first, EPSG:4527 northing first (its axes are X north, Y
east). What we store has longitude first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, Polygon
from django.db.models import F, Func

from govmap.lib.geo import SRID, TILE_SRID
from govmap.lib.geojson import DIGITS

METRES_DIGITS = 3


class Flipped(Func):
    function = "ST_FlipCoordinates"

    def __init__(self, inner: Any, srid: int) -> None:
        super().__init__(inner, output_field=GeometryField(srid=srid))


@dataclass(frozen=True)
class System:
    uri: str
    srid: int
    turned: bool  # north before east
    digits: int

    def ground(self) -> Any:
        """The geometry as GeoJSON text, in this system and its order."""
        found: Any = F("geometry")
        if self.srid == TILE_SRID:
            found = F("mercator")
        elif self.srid != SRID:
            found = Transform("geometry", self.srid)
        if self.turned:
            found = Flipped(found, self.srid)
        return AsGeoJSON(found, precision=self.digits)

    def stored(self, geometry: GEOSGeometry) -> GEOSGeometry:
        """A geometry written in this system, as ours. Raises ValueError."""
        try:
            if self.turned:
                geometry = _flip(geometry)
            geometry.srid = self.srid
            if self.srid != SRID:
                geometry.transform(SRID)
        except (GDALException, GEOSException) as error:
            raise ValueError(str(error)) from error
        west, south, east, north = geometry.extent
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError("this lies beyond the earth")
        return geometry

    def box(self, numbers: Sequence[float]) -> GEOSGeometry:
        """Of minimum and maximum as this system writes them; ours. ValueError."""
        west, south, east, north = numbers
        if west > east or south > north:
            raise ValueError("the smaller numbers stand first")
        return self.stored(Polygon.from_bbox((west, south, east, north)))


def _flip(geometry: Any) -> GEOSGeometry:
    def turn(part: Any) -> Any:
        if part and isinstance(part[0], float | int):
            return (part[1], part[0])
        return tuple(turn(one) for one in part)

    if geometry.geom_type == "GeometryCollection":
        kind = type(geometry)
        return kind(*(_flip(part) for part in geometry))
    said = {"type": geometry.geom_type, "coordinates": turn(geometry.coords)}
    return GEOSGeometry(json.dumps(said))


CRS84 = System("http://www.opengis.net/def/crs/OGC/1.3/CRS84", SRID, False, DIGITS)
SYSTEMS = {
    system.uri: system
    for system in (
        CRS84,
        System("http://www.opengis.net/def/crs/EPSG/0/4490", 4490, True, DIGITS),
        System("http://www.opengis.net/def/crs/EPSG/0/4527", 4527, True, METRES_DIGITS),
        System(
            "http://www.opengis.net/def/crs/EPSG/0/3857",
            TILE_SRID,
            False,
            METRES_DIGITS,
        ),
    )
}
