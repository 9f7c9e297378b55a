"""Reading figures: folded totals, deltas not yet folded, and what is overdue now."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from cases.evaluation.measures import OVERDUE, disposal_limits
from cases.models import Axis

Sums = dict[int, Counter[str]]  # by unit
# Any number that nothing else takes; one roll-up at a time.
FOLD_LOCK = 30_430
AT_ONCE = 50_000  # deltas folded in one transaction

FOLD = """
WITH gone AS (
    DELETE FROM cases_delta WHERE id IN (
        SELECT id FROM cases_delta ORDER BY id LIMIT %s)
    RETURNING day, measure, amount, street_id, community_id, unit_id
), sums AS (
    SELECT whose.axis, whose.unit_id, at.span, at.first_day, gone.measure,
        sum(gone.amount) AS amount
    FROM gone,
        LATERAL (VALUES ('area', gone.street_id), ('area', gone.community_id),
            ('department', gone.unit_id)) AS whose (axis, unit_id),
        LATERAL (VALUES ('d', gone.day),
            ('m', date_trunc('month', gone.day)::date)) AS at (span, first_day)
    WHERE whose.unit_id IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
), put AS (
    INSERT INTO cases_total (axis, unit_id, span, first_day, measure, amount)
    SELECT * FROM sums WHERE amount <> 0
    ON CONFLICT (axis, unit_id, span, first_day, measure)
    DO UPDATE SET amount = cases_total.amount + excluded.amount
)
SELECT count(*) FROM gone
"""
SUMS = """
SELECT unit_id, measure, sum(amount) FROM (
    SELECT unit_id, measure, amount FROM cases_total
    WHERE axis = %(axis)s AND unit_id = ANY(%(units)s) AND span = 'm'
        AND first_day >= %(months)s AND first_day < %(days)s
    UNION ALL
    SELECT unit_id, measure, amount FROM cases_total
    WHERE axis = %(axis)s AND unit_id = ANY(%(units)s) AND span = 'd'
        AND first_day >= %(first)s AND first_day < %(months)s
    UNION ALL
    SELECT unit_id, measure, amount FROM cases_total
    WHERE axis = %(axis)s AND unit_id = ANY(%(units)s) AND span = 'd'
        AND first_day >= %(days)s AND first_day <= %(last)s
    UNION ALL
    SELECT whose.unit_id, measure, amount FROM cases_delta,
        LATERAL (VALUES ('area', street_id), ('area', community_id),
            ('department', cases_delta.unit_id)) AS whose (axis, unit_id)
    WHERE day BETWEEN %(first)s AND %(last)s AND whose.axis = %(axis)s
        AND whose.unit_id = ANY(%(units)s)
) AS parts
GROUP BY 1, 2
"""
# Limits of disposal that ran out in the period: those that run still, and those that
# were met after its end.
LATE = """
SELECT subject_id AS case_id, street_id, community_id FROM workflow_deadline AS d
WHERE kind = 'case' AND name = ANY(%(names)s) AND exempted_at IS NULL
    AND due_at >= %(since)s AND due_at < %(until)s
    AND met_at IS NULL AND paused_at IS NULL AND {whose}
UNION ALL
SELECT subject_id, street_id, community_id FROM workflow_deadline AS d
WHERE kind = 'case' AND name = ANY(%(names)s) AND exempted_at IS NULL
    AND due_at >= %(since)s AND due_at < %(until)s
    AND overtime > interval '0' AND met_at >= %(until)s
    -- The same again, as the index of late ones has it.
    AND tstzrange(due_at, greatest(due_at, met_at), '[]') @> %(until)s::timestamptz
    AND {whose}
"""
# Whose they are is written on them; who had them last as host is not.
LATE_OF_AREAS = LATE.format(
    whose="(street_id = ANY(%(units)s) OR community_id = ANY(%(units)s))"
)
HOST = """
SELECT case_id, host.unit_id FROM ({late}) AS late, LATERAL (
    SELECT unit_id FROM cases_assignment AS part
    WHERE part.case_id = late.case_id AND part.part = 'host'
    ORDER BY id DESC LIMIT 1
) AS host WHERE host.unit_id = ANY(%(units)s)
"""
OVERDUE_ROWS = {
    Axis.AREA: LATE_OF_AREAS,
    Axis.DEPARTMENT: HOST.format(late=LATE.format(whose="true")),
}


@transaction.atomic
def fold() -> int:
    """Fold deltas into totals. How many; 0 also where another is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLD_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD, [AT_ONCE])
        return int(cursor.fetchone()[0])


def sums(axis: str, units: Collection[int], first: date, last: date) -> Sums:
    """What was counted from the first to the last day, both included. One query."""
    months, days = whole_months(first, last)
    values: dict[str, Any] = {
        "axis": axis,
        "units": list(units),
        "first": first,
        "last": last,
    }
    found: Sums = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {**values, "months": months, "days": days})
        for unit_id, measure, amount in cursor.fetchall():
            found[unit_id][measure] = int(amount)
    return found


def whole_months(first: date, last: date) -> tuple[date, date]:
    """The days on which the whole months within begin, and on which they are over.

    Days before and from then on are summed one by one; without a whole month all of
    them, and both answers are the same day.
    """
    begin = first if first.day == 1 else _next_month(first)
    end = (last + timedelta(days=1)).replace(day=1)
    if begin >= end:
        return first, first
    return begin, end


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def bounds(first: date, last: date, now: datetime) -> tuple[datetime, datetime]:
    """The period as moments in the site's zone; what is not yet is not in it."""
    since = timezone.make_aware(datetime.combine(first, time()))
    until = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
    return since, max(since, min(until, now))


def overdue(
    axis: str,
    units: Collection[int],
    first: date,
    last: date,
    now: datetime,
    names: Collection[str] = (),
) -> Sums:
    """By unit, what fell due in the period and was not disposed by its end.

    Read from ``due_at``: nothing is counted ahead. A paused limit is not overdue, an
    exempted one is left out. One query; ``names``: of the limits of disposal, asked
    for where they are not given.
    """
    since, until = bounds(first, last, now)
    values: dict[str, Any] = {
        "names": sorted(names or disposal_limits()),
        **{"units": list(units), "since": since, "until": until},
    }
    found: Sums = defaultdict(Counter)
    wanted = set(units)
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE_ROWS[Axis(axis)], values)
        for _case, *whose in cursor.fetchall():
            for unit_id in wanted.intersection(whose):
                found[unit_id][OVERDUE] += 1
    return found


def figures(
    axis: str,
    units: Collection[int],
    first: date,
    last: date,
    now: datetime,
    names: Collection[str] = (),
) -> Sums:
    """All measures of the units, counted and overdue."""
    found = sums(axis, units, first, last)
    for unit_id, counts in overdue(axis, units, first, last, now, names).items():
        found[unit_id].update(counts)
    return found
