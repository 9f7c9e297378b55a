"""A week of a unit, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Unit
from workflow.models import Day, Shift, ShiftKind


@dataclass(frozen=True)
class DayHead:
    """A day, and what the calendar says of it."""

    date: date
    today: bool
    over: bool
    name: str  # of the holiday
    rests: bool


@dataclass(frozen=True)
class Slot:
    """One shift of one day."""

    day: DayHead
    kind: ShiftKind
    people: Sequence[Shift]
    is_now: bool


@dataclass(frozen=True)
class Week:
    unit: Unit
    monday: date
    days: list[DayHead]
    rows: list[tuple[ShiftKind, list[Slot]]]

    @property
    def by_day(self) -> list[tuple[DayHead, list[Slot]]]:
        """The same, a day at a time, as a narrow screen reads it."""
        return [
            (day, [slots[at] for _kind, slots in self.rows])
            for at, day in enumerate(self.days)
        ]

    @property
    def before(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.monday + timedelta(days=7)

    @property
    def is_empty(self) -> bool:
        return not any(slot.people for _kind, slots in self.rows for slot in slots)

    @property
    def is_over(self) -> bool:
        return self.days[-1].over


def monday_of(text: str) -> date:
    """The Monday of the day that an address names; of today where it names none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = timezone.localdate()
    if not 2000 <= day.year <= 2100:
        day = timezone.localdate()
    return day - timedelta(days=day.weekday())


def week_of(unit: Unit, monday: date) -> Week:
    """Three queries: the kinds, who is on duty, the calendar's exceptions."""
    ends = monday + timedelta(days=6)
    rows = list(Shift.objects.filter(unit=unit, day__range=(monday, ends)).in_order())
    kinds = [
        kind
        for kind in ShiftKind.objects.all()
        if not kind.retired or any(row.kind_id == kind.pk for row in rows)
    ]
    days = _heads(monday, ends)
    now = timezone.now()
    found: dict[tuple[date, int], list[Shift]] = {}
    for row in rows:
        found.setdefault((row.day, row.kind_id), []).append(row)
    table = []
    for kind in kinds:
        slots = []
        for day in days:
            people = found.get((day.date, kind.pk), [])
            lasts = kind.span(day.date)
            is_now = lasts.lower <= now < lasts.upper
            slots.append(Slot(day, kind, people, is_now))
        table.append((kind, slots))
    return Week(unit, monday, days, table)


def _heads(first: date, last: date) -> list[DayHead]:
    today = timezone.localdate()
    told = {row.date: row for row in Day.objects.filter(date__range=(first, last))}
    heads = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        row = told.get(day)
        rests = (not row.works) if row else day.weekday() >= 5
        name = row.name if row else ""
        heads.append(DayHead(day, day == today, day < today, name, rests))
    return heads
