"""Every act on a case is counted in its own transaction: marks, and their deltas.

One call writes both, and finds the host; acts that count as nothing cost none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import cast

from django.db import connection
from django.utils import timezone

from cases.evaluation.measures import LATE, MET
from cases.evaluation.rule import Rule, rule_of
from cases.models import Case
from workflow.effects import Doing, after
from workflow.models import Deadline

# Cases from anywhere but here are told by others than those who walk the streets.
COLLECTED = "field"
NOW, BEFORE, GIVEN = "now", "before", "given"  # which host a mark is of

# A function, for its plans are kept (`cases/migrations/0023`): it finds the host too.
WRITE = """
SELECT cases_count(%(case)s, %(seq)s, %(measure)s::text[], %(delta)s::int[],
    %(day)s::date[], %(street)s::bigint[], %(community)s::bigint[],
    %(cell)s::bigint[], %(unit)s::bigint[], %(category)s::bigint[],
    %(source)s::text[], %(person)s::bigint[], %(role)s::text[], %(host)s::text[])
"""
STANDING = """
SELECT measure, sum(delta), day, street_id, community_id, cell_id, unit_id,
    category_id, source, person_id, role
FROM cases_mark WHERE case_id = %s AND measure = ANY(%s)
GROUP BY 1, 3, 4, 5, 6, 7, 8, 9, 10, 11 HAVING sum(delta) <> 0
"""


@dataclass(frozen=True)
class Counted:
    """One mark to be written, or the sum of those that say the same."""

    measure: str
    delta: int
    day: date
    street: int
    community: int | None
    cell: int | None
    unit: int | None
    category: int
    source: str
    person: int
    role: str
    host: str = GIVEN


COLUMNS = tuple(column.name for column in fields(Counted))


@after(Case.KIND)
def count(doing: Doing) -> None:
    """Write what the act counts as."""
    rule = rule_of(doing.move)
    if not (rule.adds or rule.takes_back or doing.met):
        return
    case = cast(Case, doing.row)
    stood = standing(case.pk, rule.looks_back) if rule.looks_back else []
    kept = [row for row in stood if row.measure in rule.takes_back]
    was_late = any(row.measure == "disposals_late" for row in stood)
    names = measures_of(rule, doing.met, was_late=was_late, source=case.source)
    blank = blank_of(
        case, timezone.localdate(doing.moment), doing.by.pk, doing.post.role
    )
    write(case.pk, case.events_count, [*taken_off(kept), *given(blank, names)])


def blank_of(case: Case, day: date, person: int, role: str) -> Counted:
    """What every mark of one act says."""
    return Counted(
        measure="",
        delta=1,
        day=day,
        street=case.street_id,
        community=case.community_id,
        cell=case.cell_id,
        unit=None,
        category=case.category_id,
        source=case.source,
        person=person,
        role=role,
    )


def measures_of(
    rule: Rule, met: Iterable[Deadline], *, was_late: bool, source: str
) -> list[str]:
    """What is added, given the limits that ended and how the case stood."""
    ended = list(met)
    late = [row for row in ended if row.overtime]
    names = set(rule.adds)
    if "filings" in names and source != COLLECTED:
        names.add("filings_others")
    if "disposals" in names and late:
        names.add("disposals_late")
    if "closings" in names and (late if "disposals" in names else was_late):
        names.add("closings_late")
    names |= {f"{MET}{row.name}" for row in ended}
    names |= {f"{LATE}{row.name}" for row in late}
    return sorted(names)


def given(blank: Counted, names: Iterable[str]) -> list[Counted]:
    """One each; a unit is blamed for the wrong sending that had it before."""
    return [
        replace(blank, measure=name, host=BEFORE if name == "misdispatches" else NOW)
        for name in names
    ]


def taken_off(rows: Iterable[Counted]) -> list[Counted]:
    """What takes those back, on the days on which they were counted."""
    return [replace(row, delta=-row.delta) for row in rows]


def standing(case_id: int, measures: Iterable[str]) -> list[Counted]:
    """As what the case counts now, of these measures."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [case_id, sorted(measures)])
        return [Counted(*row) for row in cursor.fetchall()]


def write(case_id: int, seq: int, rows: Sequence[Counted]) -> None:
    """Marks and deltas. Whoever calls holds the case's lock, so none is lost."""
    if not rows:
        return
    values = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {"case": case_id, "seq": seq, **values})
