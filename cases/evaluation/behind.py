"""The cases behind a figure: by the marks that it is made of, or the limits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from accounts.models import Unit
from cases.evaluation import totals
from cases.evaluation.measures import DERIVED, OVERDUE, disposal_limits, parts_of
from cases.evaluation.periods import Period
from cases.models import Axis, Case, Mark

PAGE = 50  # cases


def case_ids(
    axis: str, units: Sequence[Unit], name: str, period: Period, now: datetime
) -> set[int]:
    """The cases that a name counts for these units in the period.

    A case counted twice, as one that was disposed anew, is there once; one of which
    everything was taken back is not.
    """
    plus, minus = parts_of(name) if name in DERIVED else ((name,), ())
    found: set[int] = set()
    for part in plus:
        found |= _behind(axis, units, part, period, now)
    for part in minus:
        found -= _behind(axis, units, part, period, now)
    return found


def _behind(
    axis: str, units: Sequence[Unit], measure: str, period: Period, now: datetime
) -> set[int]:
    keys = [unit.pk for unit in units]
    if measure == OVERDUE:
        return _overdue(axis, keys, period.first, period.last, now)
    rows = _marks(axis, units).filter(measure=measure)
    rows = rows.filter(day__gte=period.first, day__lte=period.last)
    sums = rows.values("case_id").annotate(n=Sum("delta")).filter(n__gt=0)
    return set(sums.values_list("case_id", flat=True))


def _marks(axis: str, units: Sequence[Unit]) -> QuerySet[Mark]:
    keys = [unit.pk for unit in units]
    if axis == Axis.DEPARTMENT:
        return Mark.objects.filter(unit__in=keys)
    if all(unit.kind == Unit.Kind.COMMUNITY for unit in units):
        # Its street first: that is what the index begins with.
        streets = {unit.parent_id for unit in units}
        return Mark.objects.filter(street__in=streets, community__in=keys)
    return Mark.objects.filter(street__in=keys)


def _overdue(
    axis: str, units: list[int], first: date, last: date, now: datetime
) -> set[int]:
    since, until = totals.bounds(first, last, now)
    values: dict[str, Any] = {
        "names": sorted(disposal_limits()),
        **{"units": units, "since": since, "until": until},
    }
    query = (
        f"SELECT case_id FROM ({totals.OVERDUE_ROWS}) AS rows"
        f" WHERE {totals.WHOSE[Axis(axis)]}"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {row[0] for row in cursor.fetchall()}


def page_of(seen: QuerySet[Case], ids: set[int], number: int) -> list[Case]:
    """One page of those that the person sees, the newest first, and one more."""
    rows = seen.filter(pk__in=ids).listed().defer("cell__geometry")  # type: ignore[attr-defined]
    start = (number - 1) * PAGE
    return list(rows.order_by("-pk")[start : start + PAGE + 1])
