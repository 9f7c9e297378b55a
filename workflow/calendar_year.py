"""A year of the calendar, as its page draws it."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from workflow.models import Day

MONDAY_FIRST = calendar.Calendar(calendar.MONDAY)
EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True)
class Cell:
    """One day: what it is, and what choosing it makes of it."""

    date: date
    kind: str  # work, rest, off (a holiday), makeup; by its weekday or told otherwise
    name: str
    becomes: str  # what is sent: off, work, or nothing for what its weekday says
    today: bool

    @property
    def told(self) -> bool:
        return self.kind in ("off", "makeup")


@dataclass(frozen=True)
class Month:
    number: int
    first: date
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class Year:
    number: int
    weekdays: frozenset[int]
    days: Mapping[date, Day]
    today: date

    @property
    def months(self) -> list[Month]:
        return [
            Month(number, date(self.number, number, 1), list(self._weeks(number)))
            for number in range(1, 13)
        ]

    def _weeks(self, month: int) -> Iterator[list[Cell | None]]:
        for week in MONDAY_FIRST.monthdatescalendar(self.number, month):
            yield [self._cell(day) if day.month == month else None for day in week]

    def _cell(self, day: date) -> Cell:
        usual = day.weekday() in self.weekdays
        row = self.days.get(day)
        if row is None:
            kind, becomes = ("work", "off") if usual else ("rest", "work")
        else:
            kind, becomes = ("makeup" if row.works else "off"), ""
        return Cell(day, kind, row.name if row else "", becomes, day == self.today)
