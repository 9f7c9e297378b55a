"""Where a place lies: its cell, community and street. Nobody is ever refused."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.db import models as gis
from django.contrib.gis.geos import Point
from django.db.models import Value

from accounts.models import Unit, User
from cases.models import Case
from govmap.lib.geo import SRID, DistanceMetres, Geography
from layers.models import GridCell, Region

# A phone between high houses is off by so much; nearer than this is the cell's.
NEAR_METRES = 50
FAR_METRES = 100_000


@dataclass(frozen=True)
class Located:
    """Where a place lies against the grid; ``distance`` in metres."""

    edge: Case.Edge
    street: Unit
    community: Unit | None = None
    cell: GridCell | None = None
    distance: float = 0


def locate(place: Point, moment: datetime, reporter: User) -> Located:
    """The cell valid at ``moment`` at or within 50 m of ``place``, else the edge.

    ``place`` is in the stored CRS. Outside every street, the reporter's street owns
    it, or the nearest where he has none.
    """
    cells = GridCell.objects.select_related("community__parent")
    cell = cells.nearest(place, metres=NEAR_METRES, moment=moment).first()
    if cell is None:
        return _beyond_cells(place, moment, reporter)
    street = cell.community.parent
    assert street is not None
    inside = cell.metres < 0.01
    edge = Case.Edge.INSIDE if inside else Case.Edge.NEAR
    return Located(edge, street, cell.community, cell, round(cell.metres, 1))


def _beyond_cells(place: Point, moment: datetime, reporter: User) -> Located:
    regions = Region.objects.filter(geometry__covers=place).select_related("unit")
    units = {region.unit.kind: region.unit for region in regions}
    street = units.get(Unit.Kind.STREET)
    if street is None:
        return _beyond_streets(place, reporter)
    cells = GridCell.objects.nearest(place, metres=FAR_METRES, moment=moment)
    nearest = cells.first()
    return Located(
        Case.Edge.OUTSIDE_GRID,
        street,
        units.get(Unit.Kind.COMMUNITY),
        distance=round(nearest.metres, 1) if nearest else 0,
    )


def _beyond_streets(place: Point, reporter: User) -> Located:
    spot = Geography(Value(place, output_field=gis.PointField(srid=SRID)))
    streets = Region.objects.filter(unit__kind=Unit.Kind.STREET)
    nearest = (
        streets.select_related("unit")
        .annotate(metres=DistanceMetres(Geography("geometry"), spot))
        .earliest("metres")
    )
    street = street_of(reporter) or nearest.unit
    return Located(
        Case.Edge.OUTSIDE_DISTRICT, street, distance=round(nearest.metres, 1)
    )


def street_of(user: User) -> Unit | None:
    """The street that the first of the person's posts lies in."""
    for post in user.posts:
        unit: Unit | None = post.unit
        while unit is not None and unit.kind != Unit.Kind.STREET:
            unit = unit.parent
        if unit is not None:
            return unit
    return None
