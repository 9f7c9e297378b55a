"""Which cells were gone through on which day: of cells, never of persons.

A round counts as made when it was ticked off on that work grid, or when somebody who
works outdoors reported or checked something in the cell that day.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from cases.field_ground import GOES_OUT
from cases.models import Case, Patrol, PatrolCell, PatrolTick
from workflow.models import Event

# An act long after the report is a call-back at a desk; and the log is long.
LATELY = timedelta(days=60)
Key = tuple[str, date]  # a cell's code and a day


@dataclass(frozen=True)
class Round:
    """One cell on one day of a patrol. ``wanted``: how often; 0 on other days."""

    day: date
    wanted: int
    ticked: int
    acts: int

    @property
    def done(self) -> int:
        return min(self.wanted, self.ticked + self.acts)

    @property
    def left(self) -> int:
        return self.wanted - self.done

    @property
    def is_covered(self) -> bool:
        return self.done >= self.wanted

    @property
    def stands(self) -> str:
        """For the board: off, done, part, open (today) or gap."""
        if not self.wanted:
            return "off"
        if self.is_covered:
            return "done"
        if self.done:
            return "part"
        return "open" if self.day >= timezone.localdate() else "gap"


@dataclass(frozen=True)
class Row:
    """One cell of a patrol with its days."""

    cell: PatrolCell
    rounds: list[Round]

    @property
    def covered(self) -> tuple[int, int]:
        """(days gone through, days wanted), of those that are over or done."""
        wanted = [one for one in self.rounds if one.wanted and one.stands != "open"]
        return sum(one.is_covered for one in wanted), len(wanted)


def rows_of(
    patrol: Patrol, cells: Sequence[PatrolCell], days: Sequence[date]
) -> list[Row]:
    """The cells with these days: two queries."""
    ticks, acts = _ticks(patrol, days), acts_in({cell.code for cell in cells}, days)
    return [
        Row(
            cell,
            [
                Round(
                    day,
                    patrol.times if patrol.goes_on(day) else 0,
                    ticks[cell.code, day],
                    acts[cell.code, day],
                )
                for day in days
            ],
        )
        for cell in cells
    ]


def _ticks(patrol: Patrol, days: Sequence[date]) -> Counter[Key]:
    rows = PatrolTick.objects.filter(patrol=patrol, day__range=(days[0], days[-1]))
    found = rows.values_list("cell", "day").annotate(count=Count("pk")).order_by()
    return Counter({(cell, day): count for cell, day, count in found})


def acts_in(cells: Iterable[str], days: Sequence[date]) -> Counter[Key]:
    """Reports and checks of who works outdoors, by cell and day: one query.

    What an old case's desk does is none of them.
    """
    codes = sorted(set(cells))
    if not codes:
        return Counter()
    first, last = _start_of(days[0]), _start_of(days[-1] + timedelta(days=1))
    near = Case.objects.filter(cell__code__in=codes, reported_at__gte=first - LATELY)
    cell = near.filter(pk=OuterRef("subject_id")).values("cell__code")[:1]
    rows = Event.objects.filter(
        kind=Case.KIND,
        subject_id__in=near.values("pk"),
        role__in=GOES_OUT,
        happened_at__gte=first,
        happened_at__lt=last,
    ).exclude(from_state=F("to_state"))
    made = rows.annotate(day=TruncDate("happened_at"), cell=Subquery(cell))
    return Counter(made.values_list("cell", "day"))


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
