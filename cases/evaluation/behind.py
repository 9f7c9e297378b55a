"""The cases behind a figure: by the marks that it is made of, or the limits.

Page by page, the newest first, so that a year of a district opens as a day of a street.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Unit
from cases.evaluation import totals
from cases.evaluation.measures import OVERDUE, disposal_limits, parts_of
from cases.evaluation.periods import Period
from cases.models import Axis, Case

PAGE = 50  # cases
# A case counted twice is there once; one of which all was taken back is not, nor one
# that counts under what the name takes off.
MARKED = """
SELECT case_id FROM cases_mark
WHERE {whose} AND measure = ANY(%(names)s) AND day BETWEEN %(first)s AND %(last)s
GROUP BY case_id
HAVING coalesce(sum(delta) FILTER (WHERE measure = ANY(%(plus)s)), 0) > 0
    AND coalesce(sum(delta) FILTER (WHERE measure = ANY(%(minus)s)), 0) <= 0
"""
WHOSE = {
    # Its street too: that is what the index begins with.
    Unit.Kind.COMMUNITY: (
        "street_id = ANY(%(streets)s) AND community_id = ANY(%(units)s)"
    ),
    Unit.Kind.STREET: "street_id = ANY(%(units)s)",
}


def case_ids(
    axis: str,
    units: Sequence[Unit],
    name: str,
    period: Period,
    now: datetime,
    *,
    before: int | None = None,
) -> list[int]:
    """A page of the cases that a name counts for these units, and one more.

    ``before``: the last case of the page before. The units are of one kind.
    """
    plus, minus = parts_of(name)
    since, until = totals.bounds(period.first, period.last, now)
    values: dict[str, Any] = {
        "units": [unit.pk for unit in units],
        "streets": [unit.parent_id for unit in units],
        **{"plus": list(plus), "minus": list(minus), "names": [*plus, *minus]},
        **{"first": period.first, "last": period.last, "most": PAGE + 1},
        **{"since": since, "until": until, "before": before or 2**62},
        "limits": sorted(disposal_limits()) if OVERDUE in plus else [],
    }
    whose = "unit_id = ANY(%(units)s)"
    if axis == Axis.AREA:
        whose = WHOSE[Unit.Kind(units[0].kind)]
    found = MARKED.format(whose=whose)
    if OVERDUE in plus:
        rows = totals.OVERDUE_ROWS[Axis(axis)].replace("%(names)s", "%(limits)s")
        found += f" UNION SELECT case_id FROM ({rows}) AS overdue"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT case_id FROM ({found}) AS found WHERE case_id < %(before)s"
            " ORDER BY case_id DESC LIMIT %(most)s",
            values,
        )
        return [row[0] for row in cursor.fetchall()]


def seen_of(seen: QuerySet[Case], ids: Sequence[int]) -> list[Case]:
    """Those of them that the person sees, in their order."""
    rows = seen.filter(pk__in=ids).listed().defer("cell__geometry")  # type: ignore[attr-defined]
    return list(rows.order_by("-pk"))
