"""Figures of whistles by street and by department; never of persons, never a ranking.

Each is a count of calls (one called unit of one whistle) in a month of the site's
zone, by the moment of the call; the whistles behind it are a list with its filter.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
)
from django.utils import timezone

from accounts.models import Unit, User
from cases.models import WhistleCall

# By name: which calls a figure counts.
FIGURES: dict[str, Q] = {
    "calls": Q(),
    "signings": Q(signed_at__lte=F("sign_by")),
    "arrivals": Q(arrived_at__lte=F("appear_by")),
    "answers": Q(reported_at__isnull=False),
}
SIDES = ("whistle__street", "unit")


class Median(Aggregate):
    """PostgreSQL's percentile_cont(0.5): between two middles, their mean."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Figures:
    """Those of one unit in one month. ``median``: from the call to being there."""

    unit: Unit
    calls: int
    signings: int
    arrivals: int
    answers: int
    median: timedelta | None

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Each count under the name by which the list behind it asks."""
        return [(name, getattr(self, name)) for name in FIGURES]

    @property
    def minutes(self) -> float | None:
        """The median in minutes, to a tenth."""
        if self.median is None:
            return None
        return round(self.median.total_seconds() / 60, 1)


def calls_for(user: User) -> QuerySet[WhistleCall]:
    """All for the district, a street's own whistles, else the own unit's calls."""
    rows = WhistleCall.objects.blown()
    if user.sees_district:
        return rows
    mine = user.unit_ids
    return rows.filter(
        Q(whistle__street__in=mine) | Q(whistle__community__in=mine) | Q(unit__in=mine)
    )


def in_month(rows: QuerySet[WhistleCall], month: date) -> QuerySet[WhistleCall]:
    """Called in the month that begins with that day."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return rows.filter(called_at__gte=_midnight(month), called_at__lt=_midnight(after))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def figures(rows: QuerySet[WhistleCall], side: str) -> list[Figures]:
    """By unit, in the order of their codes; ``side`` is one of `SIDES`.

    Two queries, however many units and calls.
    """
    took = ExpressionWrapper(
        F("arrived_at") - F("called_at"), output_field=DurationField()
    )
    counts: dict[str, Any] = {
        name: Count("pk", filter=wanted) for name, wanted in FIGURES.items()
    }
    # A null (not there yet) is left out of the median by the database.
    counts["median"] = Median(took, output_field=DurationField())
    found = {row[side]: row for row in rows.order_by().values(side).annotate(**counts)}
    units = Unit.objects.filter(pk__in=list(found)).order_by("code")
    names = (*FIGURES, "median")
    return [Figures(unit, *(found[unit.pk][name] for name in names)) for unit in units]
