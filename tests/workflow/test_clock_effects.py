"""Limits of a case: started, stopped, paused, resumed, extended, exempted by moves."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.cases.driving import evidence_for
from tests.workflow import asking, pausing
from workflow import clock_effects
from workflow.clock import WorkCalendar
from workflow.engine import act
from workflow.errors import BadEvidence
from workflow.models import Deadline, SpecialPeriod


@pytest.fixture
def do(people):
    def step(case, verb, by, **evidence):
        user = people[by]
        given = evidence_for(verb, user) | evidence
        return act(case, verb, by=user, act_id=uuid4(), evidence=given)

    return step


@pytest.fixture
def resting(people, tmp_path, do):
    """A case of the process in which limits rest."""
    pausing.load(tmp_path)
    return asking.at_work(people)


def rows(case) -> list[Deadline]:
    return list(Deadline.objects.named(case, "disposal").order_by("pk"))


def test_no_disposal_limit_runs_before_dispatch(make_case):
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
    assert row.overtime == timedelta()


def test_a_failed_check_starts_it_anew_and_keeps_the_old(make_case, do):
    case = make_case(state="disposed")
    (before,) = rows(case)
    do(case, "fail", "other_worker", reason="not_solved")
    first, second = rows(case)
    assert (first.pk, first.met_at) == (before.pk, before.met_at)
    assert second.met_at is None


def test_overtime_is_kept(make_case, do):
    case = make_case(state="handling")
    pausing.back(rows(case)[0], timedelta(days=9))
    do(case, "dispose", "handler")
    (row,) = rows(case)
    assert row.overtime == row.met_at - row.due_at > timedelta(days=1)


def test_a_stage_limit_comes_from_the_process(resting):
    row = pausing.the_limit(resting, "accept")
    assert (row.limit, row.limit_type) == (15, "minutes")
    assert row.due_at == row.started_at + timedelta(minutes=15)
    assert row.met_at is not None


def test_a_pause_keeps_what_is_left_until_its_day_is_over(resting, do):
    do(resting, "rest", "dispatcher", until=pausing.in_days(3).isoformat())
    row = pausing.the_limit(resting)
    midnight = datetime.combine(pausing.in_days(4), time())
    assert row.paused_at == resting.events().last().happened_at
    assert row.paused_until == timezone.make_aware(midnight)
    assert row.left + row.used == WorkCalendar.current().length(4, "work_hours")


def test_a_resumed_limit_is_due_when_what_was_left_is_used(resting, do):
    do(resting, "rest", "dispatcher")
    paused = pausing.the_limit(resting)
    do(resting, "wake", "dispatcher")
    row, clock = pausing.the_limit(resting), WorkCalendar.current()
    assert (row.paused_at, row.paused_until) == (None, None)
    assert row.due_at == clock.after(row.since, paused.left, row.limit_type)
    assert row.first_due_at == paused.due_at <= row.due_at


@pytest.mark.parametrize("until", ["2026-02-30", "soon", "1999-01-01", "2199-01-01"])
def test_a_pause_ends_on_a_day_that_may_be(resting, do, until):
    with pytest.raises(BadEvidence):
        do(resting, "rest", "dispatcher", until=until)


@pytest.mark.parametrize(("evidence", "more"), [({}, 4), ({"limit": 6}, 6)])
def test_an_extension_begins_where_the_limit_would_end(resting, do, evidence, more):
    before = pausing.the_limit(resting)
    do(resting, "lengthen", "dispatcher", **evidence)
    row = pausing.the_limit(resting)
    clock = WorkCalendar.current()
    assert row.due_at == clock.due(before.due_at, more, "work_hours")
    assert (row.extensions, row.first_due_at) == (1, before.due_at)


@pytest.mark.parametrize("limit", [0, 21, "much"])
def test_an_extension_is_a_number_that_may_be(resting, do, limit):
    with pytest.raises(BadEvidence):
        do(resting, "lengthen", "dispatcher", limit=limit)


def test_what_was_paused_is_met_as_if_it_had_gone_on(resting, do, people):
    do(resting, "rest", "dispatcher")
    row = pausing.the_limit(resting)
    pausing.back(row, timedelta(), paused_at=row.paused_at - timedelta(days=30))
    do(resting, "wake", "dispatcher")
    do(resting, "mend", "handler")
    assert pausing.the_limit(resting).overtime == timedelta()


def test_an_exemption_is_a_flag_and_the_overtime_stays(resting, do, people):
    pausing.back(pausing.the_limit(resting), timedelta(days=9))
    do(resting, "spare", "dispatcher", reason="weather")
    do(resting, "mend", "handler")
    row = pausing.the_limit(resting)
    assert (row.exempted_by, row.exempted_why) == (people["dispatcher"], "weather")
    assert row.is_exempt and row.overtime > timedelta(days=1)


def test_what_does_not_run_cannot_be_paused(resting, do):
    do(resting, "mend", "handler")
    doing = type("Doing", (), {"row": resting, "argument": "disposal"})
    with pytest.raises(clock_effects.NotRunning):
        clock_effects.running(doing)


@pytest.fixture
def busy_days(db) -> SpecialPeriod:
    """Half the limit from yesterday to tomorrow."""
    return SpecialPeriod.objects.create(
        titles={"en": "Busy days"},
        first_day=pausing.in_days(-1),
        last_day=pausing.in_days(1),
        factor="0.5",
        priority=2,
    )


def test_a_special_period_shortens_what_begins_in_it(make_case, busy_days):
    (row,) = rows(make_case(state="dispatched"))
    assert (row.limit, row.limit_type, row.period) == (2, "work_hours", busy_days)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"last_day": pausing.in_days(-1)},
        {"classes": ["event/05"]},
        {"name": "another"},
    ],
)
def test_a_special_period_leaves_the_rest_alone(make_case, busy_days, otherwise):
    SpecialPeriod.objects.update(**otherwise)
    assert rows(make_case(state="dispatched"))[0].limit == 4


def test_the_period_of_the_class_that_matters_most_counts(make_case, busy_days):
    SpecialPeriod.objects.create(
        **{"titles": {"en": "Most of all"}, "classes": ["event/06"]},
        **{"first_day": pausing.in_days(0), "last_day": pausing.in_days(0)},
        **{"limit": 30, "limit_type": "minutes", "priority": 9},
    )
    (row,) = rows(make_case(state="dispatched"))
    assert (row.limit, row.limit_type) == (30, "minutes")
