"""The section of a building: doors by entrance and floor, coloured by one question."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from offices.models import Building, Dwelling, Label, Person
from offices.models.code import Code
from offices.registers import codes
from offices.registers.lists import years_before

ACCENT = "#1f5fae"
OLD = 60


@dataclass(frozen=True)
class Way:
    """One question that colours doors: ``holds`` says of which."""

    code: str
    title: str
    color: str
    holds: Any  # a condition on Dwelling


@dataclass
class Door:
    """One dwelling in the section."""

    dwelling: Dwelling
    people: int
    is_on: bool


@dataclass
class Floor:
    number: int | None
    # Doors by entrance, in the order of the entrances.
    entrances: list[list[Door]]


@dataclass
class Section:
    """Floors from the top, entrances from the left."""

    entrances: list[str]
    floors: list[Floor]
    doors: int = 0
    people: int = 0
    on: int = 0
    widths: list[int] = field(default_factory=list)  # doors of the widest floor


def colours_of(user: User) -> list[Way]:
    """What a section may be coloured by: what dwellings say, and labels of residents.

    Labels of sensitive groups colour nothing.
    """
    return [
        Way("lived", _("lived in"), ACCENT, Q(here__gt=0)),
        Way("empty", _("standing empty"), "#5b6776", Q(is_empty=True)),
        Way("rented", _("rented"), "#b7791f", Q(is_rented=True)),
        Way("hazard", _("with a hazard"), "#c53a3a", ~Q(hazard="")),
        Way("elders", _("people of 60 and older"), "#0f8b8d", Q(Exists(_elders()))),
        *_by_labels(codes.LABELS, "person__dwelling"),
        *_by_labels(codes.DWELLING_LABELS, "dwelling"),
    ]


def _elders() -> QuerySet[Person]:
    born_by = years_before(timezone.localdate(), OLD)
    rows = Person.objects.here().filter(birth__lte=born_by)
    return rows.filter(dwelling=OuterRef("pk"))


def _by_labels(list_: str, about: str) -> list[Way]:
    rows = Code.objects.in_use().filter(list__code=list_, group__isnull=True)
    return [
        Way(
            row.code,
            str(row),
            row.color or ACCENT,
            Q(
                Exists(
                    Label.objects.on().filter(code=row.pk, **{about: OuterRef("pk")})
                )
            ),
        )
        for row in rows
    ]


def section_of(building: Building, user: User, way: Way) -> Section:
    """The doors that are there, in one query."""
    rows: Any = Dwelling.objects.visible_to(user).here().filter(building=building)
    rows = rows.annotate(here=Count("occupants")).order_by(
        "unit", "floor", "room", "pk"
    )
    held = set(rows.filter(way.holds).values_list("pk", flat=True))
    doors = [Door(row, row.here, row.pk in held) for row in rows]
    entrances = sorted({door.dwelling.unit for door in doors}, key=_natural)
    numbers = {door.dwelling.floor for door in doors}
    floors = [
        Floor(number, [_at(doors, number, unit) for unit in entrances])
        for number in sorted(numbers, key=_from_the_top)
    ]
    return Section(
        entrances,
        floors,
        doors=len(doors),
        people=sum(door.people for door in doors),
        on=len(held),
        widths=[
            max((len(floor.entrances[at]) for floor in floors), default=1)
            for at in range(len(entrances))
        ],
    )


def _at(doors: list[Door], floor: int | None, unit: str) -> list[Door]:
    return [
        door
        for door in doors
        if door.dwelling.floor == floor and door.dwelling.unit == unit
    ]


def _from_the_top(number: int | None) -> int:
    """Doors whose floor nobody knows come last."""
    return -number if number is not None else 1000


def _natural(text: str) -> tuple[int, str]:
    """2单元 before 10单元."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return int(digits or 0), text
