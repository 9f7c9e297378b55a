"""Buildings and dwellings from the standard address, and whose ground they lie on."""

import re
from collections.abc import Collection, Sequence
from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.locating import locate
from govmap.lib.errors import BadInput
from govmap.lib.geo import SRID, TILE_SRID
from layers.finding.places import SquareDegrees
from layers.models import Address, Feature, GridCell, Layer
from offices.models import Building, Dwelling, LifeEvent, Register, State
from offices.models.ground import Entry, ground_of
from offices.registers.permissions import NotYourGround

GROUND = ("cell", "community", "street")
# The cells of today that each address lies in: one, but for those on an edge.
CELLS = """
SELECT a.id, array_agg(c.id) FROM layers_address a JOIN layers_gridcell c
    ON ST_Intersects(c.geometry, a.place) AND c.valid @> %(now)s::timestamptz
WHERE a.id = ANY(%(addresses)s) GROUP BY a.id
"""
ROOM = re.compile(r"(?P<floor>\d{1,2})\d\d[A-Z]?")


class NoSuchAddress(BadInput):
    """There is no such standard address. Choose one of those that are found."""

    message = gettext_noop(
        "There is no such standard address. Choose one of those that are found."
    )


def ground_at(place: Point, by: User) -> dict[str, Any]:
    """Cell, community and street of a place, as fields of an entry."""
    found = locate(place, timezone.now(), by)
    return {"cell": found.cell, "community": found.community, "street": found.street}


def ground_like(row: Entry) -> dict[str, Any]:
    """The same as another entry's, without asking the map again."""
    return {f"{name}_id": getattr(row, f"{name}_id") for name in GROUND}


def own_ground(by: User) -> dict[str, Any]:
    """Where no place is known: the ground of whoever writes it down.

    The first community or street of his posts.
    """
    ground = ground_of(by)
    for post in by.posts:
        if post.unit_id in ground.communities:
            return {"community": post.unit, "street": post.unit.parent}
        unit = post.unit if post.unit_id in ground.streets else post.unit.parent
        if unit is not None and unit.pk in ground.streets:
            return {"street": unit}
    return {}


def grounds_of(addresses: Collection[Address], by: User) -> dict[str, dict[str, Any]]:
    """`ground_at` of many addresses, by their codes: two queries for all that lie
    within one cell, and one by one those that do not."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"addresses": [row.pk for row in addresses], "now": now})
        found = dict(cursor.fetchall())
    cells = GridCell.objects.select_related("community__parent").in_bulk(
        {ids[0] for ids in found.values() if len(ids) == 1}
    )
    grounds = {}
    for row in addresses:
        ids = found.get(row.pk, ())
        if len(ids) != 1:
            grounds[row.code] = ground_at(row.place, by)
            continue
        cell = cells[ids[0]]
        unit = cell.community
        grounds[row.code] = {"cell": cell, "community": unit, "street": unit.parent}
    return grounds


@transaction.atomic
def building_at(code: str, by: User) -> Building:
    """The building of a standard address; made where there was none.

    Raises NoSuchAddress (400), NotYourGround (403).
    """
    here = Building.objects.here().filter(address_code=code)
    if not code:
        raise NoSuchAddress
    return here.first() or buildings_at([code], by)[0]


@transaction.atomic
def buildings_at(codes: Collection[str], by: User) -> list[Building]:
    """The buildings of standard addresses that have none yet, all made.

    Raises NoSuchAddress (400), NotYourGround (403).
    """
    here = Building.objects.here().filter(address_code__in=codes)
    wanted = set(codes) - set(here.values_list("address_code", flat=True))
    addresses = list(Address.objects.filter(code__in=wanted).order_by("code"))
    if len(addresses) != len(wanted):
        raise NoSuchAddress
    grounds, layers = grounds_of(addresses, by), _outlined()
    made = [
        Building(
            address_code=row.code,
            address=row.text,
            place=row.place,
            source="",
            **grounds[row.code],
            **_outline(row.place, layers),
        )
        for row in addresses
    ]
    ground = ground_of(by)
    if not all(ground.holds(row) for row in made):
        raise NotYourGround
    Building.objects.bulk_create(made)
    _entered(Register.BUILDING, made, by)
    return made


def _outlined() -> list[int]:
    """Layers whose polygons may be a house."""
    layers = Layer.objects.filter(
        published__isnull=False, geometry="polygon", feeds=Layer.Feeds.NOTHING
    ).exclude(kind=Layer.Class.BASEMAP)
    return list(layers.values_list("pk", flat=True))


def _outline(place: Point, layers: Sequence[int]) -> dict[str, str]:
    """The layer and key of the smallest outline there: a house, not its plot.

    The database carries the point over to the tiles' system: here that costs more
    than all else of a new building.
    """
    spot = Transform(Value(place, PointField(srid=SRID)), TILE_SRID)
    rows = Feature.objects.of_layers(layers).current()
    rows = rows.filter(mercator__bboverlaps=spot, geometry__intersects=place)
    found = rows.order_by(SquareDegrees("geometry"), "key")
    row = found.values_list("layer__code", "key").first()
    return {"layer_code": row[0], "feature_key": row[1]} if row else {}


@transaction.atomic
def dwelling_in(
    building: Building, *, unit: str = "", room: str = "", by: User, **more: Any
) -> Dwelling:
    """The dwelling behind that door; made where there was none."""
    unit, room = unit.strip(), room.strip().upper()
    here = Dwelling.objects.here().filter(building=building, unit=unit, room=room)
    if found := here.first():
        return found
    dwelling = Dwelling(
        building=building,
        unit=unit,
        room=room,
        address=door_of(building, unit, room),
        **ground_like(building),
        **{"floor": floor_of(room), **more},
    )
    dwelling.save()
    _entered(Register.DWELLING, [dwelling], by)
    return dwelling


def door_of(building: Building, unit: str, room: str) -> str:
    """甲1街1号院1号楼 2单元501室."""
    door = f"{room}室" if room and room[-1].isdigit() else room
    return f"{building.address}{unit}{door}"[:200]


def floor_of(room: str) -> int | None:
    """501 lies on floor 5, 1203 on floor 12; of other numbers nobody knows."""
    found = ROOM.fullmatch(room)
    return int(found["floor"]) if found else None


def _entered(register: str, rows: Sequence[Entry], by: User) -> None:
    unit, today = first_unit(by), timezone.localdate()
    LifeEvent.objects.bulk_create(
        LifeEvent(
            register=register,
            subject=row.uuid,
            what=LifeEvent.What.ENTERED,
            on=today,
            by=by,
            unit=unit,
            street_id=row.street_id,
            community_id=row.community_id,
        )
        for row in rows
    )


def first_unit(by: User) -> Any:
    """The unit that somebody acts for: that of his first post."""
    return by.posts[0].unit if by.posts else None


def is_there(row: Entry) -> bool:
    return row.state == State.HERE
