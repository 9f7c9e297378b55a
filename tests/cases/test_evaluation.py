"""Figures kept act by act equal those worked out from the whole record."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Unit
from cases.evaluation import totals
from cases.evaluation.measures import disposal_limits
from cases.evaluation.recount import marked, recount, replayed, summed
from cases.models import Axis, Case, Delta, Mark
from tests.cases.evaluation_walking import WALKERS, tell, wander
from workflow.models import Deadline

STEP = st.tuples(
    st.integers(0, len(WALKERS) - 1), st.integers(0, 60), st.sampled_from([0, 1, 5, 30])
)
WALK = st.lists(STEP, min_size=4, max_size=20)
quiet = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def recomputed(axis, first, last):
    """By unit and measure, from the record alone."""
    found = Counter()
    for rows in replayed(Case.objects.all()).values():
        for row in rows:
            units = {row.street, row.community} if axis == Axis.AREA else {row.unit}
            for unit in units - {None} if first <= row.day <= last else ():
                found[unit, row.measure] += row.delta
    return Counter({key: n for key, n in found.items() if n})


def as_read(axis, first, last):
    units = list(Unit.objects.values_list("pk", flat=True))
    found = totals.sums(axis, units, first, last)
    return Counter(
        {(unit, name): n for unit, row in found.items() for name, n in row.items() if n}
    )


def overdue_by_hand(first, last, now):
    """The limits of the record that fell due in the period and were open at its end."""
    since, until = totals.bounds(first, last, now)
    rows = Deadline.objects.filter(kind="case", name__in=disposal_limits())
    return sum(
        since <= row.due_at < until
        and not row.is_exempt
        and ((row.met_at is None and row.paused_at is None) or bool(
            row.met_at and row.overtime and row.met_at >= until))
        for row in rows
    )  # fmt: skip


@quiet
@given(walks=st.lists(WALK, min_size=1, max_size=3), folds=st.integers(0, 2))
def test_figures_equal_the_whole_recomputation(people, walks, folds):
    now = timezone.now()
    for steps in walks:
        began = now - timedelta(days=40)
        wander(tell(people["grid_worker"], began), people, steps, began)
        if folds:
            totals.fold()
    for pk, rows in replayed(Case.objects.all()).items():
        assert marked(pk) == summed(rows)
    today = timezone.localdate(now)
    for first in (today, today - timedelta(days=25), today - timedelta(days=70)):
        for axis in (Axis.AREA, Axis.DEPARTMENT):
            assert as_read(axis, first, today) == recomputed(axis, first, today)
    streets = Unit.objects.filter(kind="street").values_list("pk", flat=True)
    last = today - timedelta(days=20)
    for day in (today, last):
        found = totals.overdue(Axis.AREA, streets, today - timedelta(60), day, now)
        late = sum(row["overdue_open"] for row in found.values())
        assert late == overdue_by_hand(today - timedelta(60), day, now)


def test_a_closed_case_counts_along_its_way(make_case):
    case = make_case("done")
    counted = Counter(key[1] for key in marked(case.pk))
    names = {"reports", "filings", "dispatches", "disposals", "closings"}
    assert names <= set(counted)
    assert not {"disposals_late", "reworks"} & set(counted)


def test_folding_leaves_the_figures_as_they_are(make_case):
    make_case("done")
    today = timezone.localdate()
    before = as_read(Axis.AREA, today, today)
    assert totals.fold() > 0 and not Delta.objects.exists()
    assert as_read(Axis.AREA, today, today) == before
    assert as_read(Axis.AREA, today.replace(day=1), today) == before


def test_a_recount_fills_in_what_is_missing(make_case):
    case = make_case("verify")
    before = marked(case.pk)
    row = Mark.objects.filter(case=case).first()
    row.pk, row.delta = None, -1
    row.save(force_insert=True)
    assert recount(heal=False) == 1
    assert (recount(heal=True), recount(heal=False)) == (1, 0)
    assert marked(case.pk) == before


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-01", "2026-12-31", ("2026-01-01", "2027-01-01")),
        ("2026-01-02", "2026-03-30", ("2026-02-01", "2026-03-01")),
        ("2026-01-02", "2026-01-30", ("2026-01-02", "2026-01-02")),
        ("2026-01-02", "2026-01-31", ("2026-01-02", "2026-01-02")),
    ],
)
def test_whole_months_are_found(first, last, expected):
    found = totals.whole_months(date.fromisoformat(first), date.fromisoformat(last))
    assert tuple(map(str, found)) == expected


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 900))
def test_months_and_days_cover_each_day_once(first, length):
    last = first + timedelta(days=length)
    months, days = totals.whole_months(first, last)
    assert first <= months <= days <= last + timedelta(days=1)
    assert months == days or months.day == days.day == 1


def test_a_limit_lies_where_its_case_does(make_case):
    case = make_case("resolve")
    limits = Deadline.objects.filter(kind="case", subject_id=case.pk)
    ground = (case.street_id, case.community_id)
    assert {*limits.values_list("street", "community")} == {ground}
    other = Unit.objects.filter(kind="street").exclude(pk=case.street_id).first()
    Case.objects.filter(pk=case.pk).update(street=other, community=None)
    assert {*limits.values_list("street", "community")} == {(other.pk, None)}
