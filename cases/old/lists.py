"""Lists of old cases: narrowed, paged by day, counted to a thousand."""

import math
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.gis.db import models as gis
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Q, QuerySet, Value
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Unit, User
from cases.desk.own_views import ALL
from cases.duplicates import METRES_A_DEGREE
from cases.models import Case, OldCase
from cases.models.old_case import OldCaseQuerySet
from cases.old.words import matching, of_class
from govmap.lib.geo import SRID, DistanceMetres, Geography

PAGE = 50
COUNTED = 1000  # beyond this a count says "1,000+"
NEAR_MOST = 10
RADIUS = 50  # metres, where a class says none
# What a search among cases and one among old cases mean alike, where it is of the day
# of the report.
SHARED = ("q", "from", "to", "street")


class OldFilters:
    """What the address of the list asks for."""

    NAMES = ("q", "from", "to", "street", "unit", "class")

    def __init__(self, params: QueryDict, user: User) -> None:
        self.user = user
        self.values = {
            name: params.get(name, "").replace("\x00", "").strip()[:100]
            for name in self.NAMES
            if params.get(name, "").strip()
        }
        after = params.get("after", "")
        good = after.isascii() and after.isdigit() and len(after) < 19
        self.after = int(after) if good else 0

    def asked(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def since(self) -> str:
        """The first day; a template cannot read a name that Python keeps."""
        return self.asked("from")

    @property
    def address(self) -> str:
        return "?" + urlencode(self.values)

    @property
    def in_cases(self) -> str:
        """The query string of the same search among the cases of this system."""
        said = {name: self.asked(name) for name in SHARED if self.asked(name)}
        return "?" + urlencode({"view": ALL, **said})

    def apply(self, cases: OldCaseQuerySet) -> QuerySet[OldCase]:
        rows: QuerySet[OldCase] = cases
        if text := self.asked("q"):
            rows = matching(rows, text)
        if name := self.asked("class"):
            rows = of_class(rows, name)
        wanted = Q()
        if first := _day(self.asked("from")):
            wanted &= Q(reported_at__gte=first)
        if last := _day(self.asked("to")):
            wanted &= Q(reported_at__lt=last + timedelta(days=1))
        if code := self.asked("street"):
            wanted &= Q(street__code=code)
        if code := self.asked("unit"):
            wanted &= Q(unit__code=code)
        return rows.filter(wanted)


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
        return timezone.make_aware(datetime.combine(day, time()))
    except (ValueError, OverflowError):
        return None


@dataclass
class OldList:
    """One page of the list, the newest first."""

    filters: OldFilters
    cases: list[OldCase]
    count: int
    more: str = ""
    streets: list[Unit] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"

    @cached_property
    def is_narrowed(self) -> bool:
        return bool(self.filters.values)


def list_old(seen: OldCaseQuerySet, filters: OldFilters) -> OldList:
    """A page of what was scoped. Four queries at most."""
    found = filters.apply(seen)
    rows = found.select_related("category", "street", "unit", "system")
    rows = rows.order_by("-reported_at", "-pk").defer("note", "extra")
    if filters.after and (last := seen.filter(pk=filters.after).first()):
        same = Q(reported_at=last.reported_at, pk__lt=last.pk)
        rows = rows.filter(Q(reported_at__lt=last.reported_at) | same)
    page, more = list(rows[: PAGE + 1]), ""
    if len(page) > PAGE:
        page = page[:PAGE]
        more = f"{filters.address}&after={page[-1].pk}"
    count = found[: COUNTED + 1].count() if more or filters.after else len(page)
    return OldList(filters, page, count, more, streets=streets_of(filters.user))


def streets_of(user: User) -> list[Unit]:
    """The streets that the list may be narrowed to, where there is a choice."""
    if not user.sees_district:
        return []
    return list(Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code"))


def earlier_here(case: Case, user: User) -> list[OldCase]:
    """Old cases of the class within its radius, the newest first. One query."""
    if case.place is None:
        return []
    metres = case.category.duplicate_radius or RADIUS
    rows = OldCase.objects.visible_to(user).filter(
        category=case.category,
        place__bboverlaps=_box(case.place, metres),
    )
    spot = Geography(Value(case.place, output_field=gis.PointField(srid=SRID)))
    rows = rows.annotate(metres=DistanceMetres(Geography("place"), spot))
    return list(rows.filter(metres__lte=metres).order_by("-reported_at")[:NEAR_MOST])


def _box(place: Point, metres: float) -> Polygon:
    """A rectangle in degrees that holds the circle: the index of places reads it."""
    high = metres / METRES_A_DEGREE
    wide = high / max(math.cos(math.radians(place.y)), 0.01)
    west, south = place.x - wide, place.y - high
    box = Polygon.from_bbox((west, south, place.x + wide, place.y + high))
    box.srid = SRID
    return box
