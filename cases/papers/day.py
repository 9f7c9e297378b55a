"""What a paper knows of a day of a street or of the district."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.roles import DESK, SUPERVISES
from cases.papers import day_figures, day_lists
from cases.papers.samples import DAY
from workflow.papers.about import About, Found, Teller, register
from workflow.papers.shapes import Shape

KEY = re.compile(r"([\w-]{1,40}):(\d{4}-\d{2}-\d{2})")
KINDS = (Unit.Kind.STREET, Unit.Kind.DISTRICT)

FIGURE: Shape = {
    "name": _("what is counted"),
    "today": _("on the day"),
    "before": _("the day before"),
    "change": _("against the day before"),
    "week": _("the same day last week"),
    "week_change": _("against that day"),
}
CASE: Shape = {
    "number": _("number of the case"),
    "category": _("class"),
    "where": _("where it is"),
    "host": _("host unit"),
    "state": _("where it stands"),
    "at": _("when it was reported"),
    "due": _("when it is due"),
    "over": _("how long it is overdue"),
    "why": _("why it is listed"),
}


@dataclass(frozen=True)
class UnitDay:
    """A unit's day. ``areas``: the streets whose cases are meant."""

    unit: Unit
    day: date
    areas: tuple[Unit, ...]

    @property
    def key(self) -> str:
        return key_of(self.unit, self.day)


def key_of(unit: Unit, day: date) -> str:
    return f"{unit.code}:{day.isoformat()}"


@register
class DayPapers(About):
    """值班日志 and 日报: whoever works at the desk of the unit, or leads it."""

    kind = "day"
    title = _("day of a unit")
    unit_names = frozenset({"unit"})
    shape = {
        "day": {
            "date": _("the day"),
            "weekday": _("its weekday"),
            "unit": _("the unit"),
        },
        "people": [
            {
                "name": _("who was on duty"),
                "role": _("in which role"),
                "stands_in": _("for whom, as a stand-in"),
            }
        ],
        "figures": [FIGURE],
        "count": {
            "reports": _("cases reported on the day"),
            "closings": _("cases closed on the day"),
            "urgent": _("urgent ones of the day"),
            "whistles": _("whistles blown on the day"),
            "overdue": _("overdue at its end"),
            "open": _("handed over: not closed at its end"),
        },
        "classes": [{"name": _("class"), "count": _("cases reported")}],
        "areas": [
            {
                "name": _("community; of a district, street"),
                "reports": _("cases reported"),
                "filings": _("case filed"),
                "closings": _("case closed"),
                "overdue": _("overdue"),
            }
        ],
        "departments": [
            {
                "name": _("department"),
                "dispatches": _("case dispatched"),
                "disposals": _("case disposed of"),
                "late": _("of these too late"),
                "reworks": _("sent back"),
            }
        ],
        "urgent": [CASE],
        "notable": [CASE],
        "typical": [CASE],
        "overdue": [CASE],
        "open": [CASE],
        "whistles": [
            {
                "number": _("number of the whistle"),
                "occasion": _("what it is blown for"),
                "where": _("where to come"),
                "at": _("when it was blown"),
                "units": _("called units"),
                "arrived": _("how many of them were there"),
                "state": _("where it stands"),
            }
        ],
    }

    def find(self, key: str, user: User) -> Found | None:
        said = KEY.fullmatch(key)
        if said is None:
            return None
        try:
            day = date.fromisoformat(said[2])
        except ValueError:
            return None
        unit = Unit.objects.filter(code=said[1], kind__in=KINDS).first()
        if unit is None or not _sees_day(user, unit) or day > timezone.localdate():
            return None
        return found_of(unit, day)

    def facts(self, found: Found, teller: Teller) -> Mapping[str, Any]:
        return facts_of(found.subject, teller.user)

    def sample(self) -> Mapping[str, Any]:
        return DAY

    def first(self, user: User) -> Found | None:
        units = units_of(user)
        yesterday = timezone.localdate() - timedelta(days=1)
        return found_of(units[0], yesterday) if units else None


def units_of(user: User) -> list[Unit]:
    """The units whose days are the person's business, the own ones first."""
    roles = DESK | SUPERVISES
    mine = [
        post.unit
        for post in user.posts
        if post.role in roles and post.unit.kind in KINDS
    ]
    own = list({unit.pk: unit for unit in mine}.values())
    if any(unit.kind == Unit.Kind.DISTRICT for unit in own):
        streets = Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
        own += [unit for unit in streets if unit not in own]
    return own


def _sees_day(user: User, unit: Unit) -> bool:
    return unit.pk in {one.pk for one in units_of(user)}


def found_of(unit: Unit, day: date) -> Found:
    areas: tuple[Unit, ...] = (unit,)
    if unit.kind == Unit.Kind.DISTRICT:
        areas = tuple(
            Unit.objects.filter(kind=Unit.Kind.STREET, parent=unit).order_by("code")
        )
    row = UnitDay(unit, day, areas)
    return Found(
        kind="day",
        key=row.key,
        label=f"{unit.name} {day.isoformat()}",
        subject=row,
        units=lambda name: {unit.pk} if name == "unit" else set(),
        url=f"{reverse('day-papers:day')}?unit={unit.code}&day={day.isoformat()}",
    )


WEEKDAYS = "一二三四五六日"


def facts_of(row: UnitDay, user: User) -> dict[str, Any]:
    """All of the day; some 20 queries, however many cases it had."""
    lists = day_lists.of(row.areas, row.day, user)
    return {
        "day": {
            "date": row.day,
            "weekday": f"星期{WEEKDAYS[row.day.weekday()]}",
            "unit": row.unit.name,
        },
        "people": day_lists.people(row.unit, row.day),
        **day_figures.of(row.unit, row.areas, row.day),
        **lists.rows,
        "count": {**lists.counts, **day_figures.counts(row.areas, row.day)},
    }
