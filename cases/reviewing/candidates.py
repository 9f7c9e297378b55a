"""What a rule draws from: closings that stand, read from the marks of the evaluation.

So no state of a process is named, and a closing that was taken back is none.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, Sum
from django.utils import timezone

from accounts.models import Unit
from cases.models import CallBack, Mark, RateRule, SamplingRule
from cases.orders.rates import UNJUDGED
from cases.reviewing.choosing import Candidate
from workflow.models import Category

DAY = timedelta(days=1)
ENDED = ["closings", "on_spot"]
# The measures whose marks are the closings that a kind of rule is about.
MEASURES = {
    SamplingRule.Kind.CLOSINGS: ["closings"],
    SamplingRule.Kind.ON_SPOT: ["on_spot"],
    SamplingRule.Kind.REWORKS: ["closings"],
    SamplingRule.Kind.SPECIAL: ["special_closings"],
    SamplingRule.Kind.CALLBACKS: [*ENDED, "special_closings"],
}
# The street is what the marks' index begins with. What was found good since, by going
# from one end to another, was looked at already.
CLOSINGS = """
SELECT m.case_id, c.uuid, m.seq, m.day, m.unit_id, c.street_id
FROM (
    SELECT case_id, max(seq) FILTER (WHERE delta > 0) AS seq,
        max(day) FILTER (WHERE delta > 0) AS day,
        (array_agg(unit_id ORDER BY seq DESC) FILTER (WHERE delta > 0))[1] AS unit_id
    FROM cases_mark
    WHERE street_id = ANY(%(streets)s) AND measure = ANY(%(measures)s)
        AND day BETWEEN %(first)s AND %(last)s
        AND (%(cases)s::bigint[] IS NULL OR case_id = ANY(%(cases)s))
    GROUP BY case_id HAVING sum(delta) > 0
) AS m JOIN cases_case AS c ON c.id = m.case_id
WHERE c.merged_into_id IS NULL
    AND NOT EXISTS (
        SELECT FROM workflow_event e
            JOIN workflow_state before
                ON before.process_id = e.process_id AND before.code = e.from_state
            JOIN workflow_state behind
                ON behind.process_id = e.process_id AND behind.code = e.to_state
        WHERE e.kind = 'case' AND e.subject_uuid = c.uuid AND e.seq > m.seq
            AND before.id <> behind.id
            AND before.phase = 'done' AND behind.phase = 'done')
    AND (%(classes)s::bigint[] IS NULL OR c.category_id = ANY(%(classes)s))
    AND (%(unit)s::bigint IS NULL OR m.unit_id = %(unit)s)
"""
FIRST_DAY = date(1990, 1, 1)


def candidates(rule: SamplingRule, first: date, last: date) -> list[Candidate]:
    """What the rule may draw from of these days, both included."""
    if rule.kind == SamplingRule.Kind.CALLBACKS:
        cases = _unhappy(first, last)
        # They call after it was closed, whenever that was.
        rows = _closings(rule, FIRST_DAY, timezone.localdate(), cases) if cases else []
    else:
        rows = _closings(rule, first, last)
    if rule.kind == SamplingRule.Kind.REWORKS:
        rows = _done_over(rows, rule.times)
    return [replace(row, per=_per(rule, row)) for row in rows]


def _per(rule: SamplingRule, row: Candidate) -> int | None:
    by = {SamplingRule.Per.STREET: row.street, SamplingRule.Per.DEPARTMENT: row.unit}
    return by.get(SamplingRule.Per(rule.per))


def _closings(
    rule: SamplingRule, first: date, last: date, cases: list[int] | None = None
) -> list[Candidate]:
    streets = Unit.objects.filter(kind=Unit.Kind.STREET)
    if rule.street_id:
        streets = streets.filter(pk=rule.street_id)
    values: dict[str, Any] = {
        "streets": list(streets.values_list("pk", flat=True)),
        "measures": MEASURES[SamplingRule.Kind(rule.kind)],
        **{"first": first, "last": last, "cases": cases},
        **{"classes": _classes(rule), "unit": rule.department_id},
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSINGS, values)
        return [Candidate(*row) for row in cursor.fetchall()]


def _classes(rule: SamplingRule) -> list[int] | None:
    """The class of the rule with those below it; None: of any class."""
    if rule.category_id is None:
        return None
    below = Q(pk=rule.category_id) | Q(parent=rule.category_id)
    return list(Category.objects.filter(below).values_list("pk", flat=True))


def _done_over(rows: Iterable[Candidate], least: int) -> list[Candidate]:
    """Those that were done over as often, with how often."""
    rows = list(rows)
    marks = Mark.objects.filter(
        case__in=[row.case for row in rows], measure="reworks"
    ).values("case")
    often = dict(marks.annotate(times=Sum("delta")).values_list("case", "times"))
    return [
        replace(row, times=often[row.case])
        for row in rows
        if often.get(row.case, 0) >= least
    ]


def _unhappy(first: date, last: date) -> list[int]:
    """Cases whose caller told the city, as it came in on these days, that it is bad.

    What the city left out 剔除 counts for nothing. The words that are good are those
    of the rates of that time (`RateRule`).
    """
    since, until = (
        timezone.make_aware(datetime.combine(day, time()))
        for day in (first, last + DAY)
    )
    rule = RateRule.objects.on(last)
    if rule is None:
        return []
    bad = ~Q(solved="") & ~Q(solved__in=rule.solved_words)
    bad |= ~Q(satisfied__in=UNJUDGED) & ~Q(satisfied__in=rule.satisfied_words)
    rows = CallBack.objects.of_city().filter(bad, excluded=False)
    rows = rows.filter(at__gte=since, at__lt=until)
    return sorted(set(rows.values_list("order__case", flat=True)))
