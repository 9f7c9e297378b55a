"""The disposal limit: from dispatch to feedback, on a row of its own each time."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.cases.driving import evidence_for
from workflow.clock import WorkCalendar
from workflow.engine import act
from workflow.models import Deadline


@pytest.fixture
def do(people):
    def step(case, verb, by, **evidence):
        user = people[by]
        given = evidence_for(verb, user) | evidence
        return act(case, verb, by=user, act_id=uuid4(), evidence=given)

    return step


def rows(case) -> list[Deadline]:
    return list(Deadline.objects.filter(kind="case", subject_id=case.pk).order_by("pk"))


def test_no_limit_runs_before_dispatch(make_case):
    assert rows(make_case(state="filed")) == []


def test_dispatch_starts_the_limit_of_the_condition(make_case):
    (row,) = rows(make_case(state="dispatched"))
    assert (row.name, row.limit, row.limit_type) == ("disposal", 4, "work_hours")
    calendar = WorkCalendar.current()
    assert row.due_at == calendar.due(row.started_at, 4, "work_hours")
    assert row.yellow_at == calendar.yellow(row.started_at, 4, "work_hours")
    assert row.met_at is None


def test_signing_changes_nothing(make_case):
    (row,) = rows(make_case(state="handling"))
    assert row.met_at is None


def test_feedback_stops_it(make_case):
    case = make_case(state="disposed")
    (row,) = rows(case)
    assert row.met_at == case.events().get(verb="dispose").happened_at


def test_a_failed_check_starts_it_anew_and_keeps_the_old(make_case, do):
    case = make_case(state="disposed")
    (before,) = rows(case)
    do(case, "fail", "other_worker", reason="not_solved")
    first, second = rows(case)
    assert (first.pk, first.met_at) == (before.pk, before.met_at)
    assert second.met_at is None


def test_a_returned_case_has_no_limit(make_case, do):
    case = make_case(state="dispatched")
    do(case, "return", "clerk", reason="not_ours", note="绿化归园林")
    assert [row.met_at is not None for row in rows(case)] == [True]


def test_overtime_is_kept(make_case, do):
    case = make_case(state="handling")
    late = timezone.now() - timedelta(days=9)
    Deadline.objects.filter(subject_id=case.pk).update(
        started_at=late, yellow_at=late, due_at=late
    )
    do(case, "dispose", "handler")
    (row,) = rows(case)
    assert row.due_at == late < row.met_at
