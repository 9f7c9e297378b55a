"""From a place back to addresses: the nearest ones, by the index of places."""

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import Point
from django.db.models import FloatField, Func, Value

from govmap.lib.geo import SRID, DistanceMetres, Geography
from layers.models import Address

WITHIN = 80  # metres: an address farther off says nothing of the place


class Nearness(Func):
    """The order of nearness, from the index."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = FloatField()


def nearest(place: Point, *, most: int = 1, within: float = WITHIN) -> list[Any]:
    """Addresses around a place, the nearest first, each with its ``metres``.

    Whoever calls knows that the reader may see the register.
    """
    spot = Value(place, GeometryField(srid=SRID))
    metres = DistanceMetres(Geography("place"), Geography(spot))
    rows = Address.objects.defer("terms").annotate(metres=metres)
    # By degrees, which are shorter from east to west: hence some more of them.
    near = list(rows.order_by(Nearness("place", spot))[: most + (most > 1) * 4])
    near.sort(key=lambda row: row.metres)
    return [row for row in near if row.metres <= within][:most]


def nearest_one(place: Point) -> Address | None:
    return next(iter(nearest(place, most=2)), None)
