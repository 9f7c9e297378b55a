"""Named pauses, times that must pass, days that are told, relatives, papers."""

import copy
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from govmap.lib.times import light_of, light_words
from tests.cases.papering import printed
from tests.workflow import asking, pausing, statutory
from tests.workflow.test_clock import china, moments
from workflow import clock_running, ladder
from workflow.engine import moves_open_to
from workflow.errors import BadEvidence, NotNow
from workflow.models import Deadline, PaperDelivery, Recusal
from workflow.process_data import draft_of
from workflow.process_words import limits_told, pauses_told
from workflow.processes import faults

unhurried = settings(deadline=None)
DAYS = st.sampled_from(["statutory_days", "whole_work_days", "months", "years"])
WEEKS = timedelta(days=28)


@pytest.fixture
def case(people, tmp_path):
    statutory.load(tmp_path)
    return asking.at_work(people)


def do(case, verb, by, **evidence):
    return asking.do(case, verb, by, **evidence)


def state_of(case) -> str:
    return type(case).objects.get(pk=case.pk).state.code


def test_a_pause_says_what_it_is_for(case, people):
    do(case, "post", people["dispatcher"])
    row = pausing.the_limit(case)
    assert (row.paused_for, case.process.pause_label("expert")) == ("expert", "某事")


def test_what_a_limit_stood_still_for_is_over_with_it(case, people):
    do(case, "post", people["dispatcher"])
    pausing.back(pausing.the_limit(case, "notice"), WEEKS)
    ladder.climb(timezone.now())
    row = pausing.the_limit(case)
    assert (row.paused_at, row.paused_for) == (None, "")


def test_the_system_ends_a_notice_once_its_time_has_passed(case, people):
    do(case, "post", people["dispatcher"])
    limit = pausing.the_limit(case, "notice")
    ladder.climb(timezone.now())
    assert state_of(case) == "posted"
    limit.refresh_from_db()
    assert limit.look_at == limit.due_at
    pausing.back(limit, WEEKS)
    for _minute in range(2):
        ladder.climb(timezone.now())
    ended = case.events().filter(verb="unpost")
    assert [event.actor.username for event in ended] == ["govmap-system"]


def test_an_objection_keeps_a_notice_up_until_it_is_answered(case, people):
    do(case, "post", people["dispatcher"])
    do(case, "gainsay", people["handler"])
    pausing.back(pausing.the_limit(case, "notice"), WEEKS)
    ladder.climb(timezone.now())
    assert state_of(case) == "posted"
    do(case, "overrule", people["dispatcher"])
    ladder.climb(timezone.now() + timedelta(hours=1))
    assert state_of(case) == "work"


def test_nothing_is_late_of_a_time_that_must_pass(case, people):
    do(case, "post", people["dispatcher"])
    limit = pausing.back(pausing.the_limit(case, "notice"), WEEKS)
    now = timezone.now()
    assert not Deadline.objects.in_light("red").filter(pk=limit.pk).exists()
    assert light_of(limit, now) == "green"
    with translation.override("en"):
        assert light_words(limit, now) == "has run out"
    ladder.climb(now)
    limit.refresh_from_db()
    assert limit.overtime == timedelta()


def test_steps_for_all_limits_do_not_mean_a_time_that_must_pass(case, people):
    do(case, "post", people["dispatcher"])
    limit = pausing.the_limit(case, "notice")
    steps = ladder.steps_for(limit, ladder.LadderStep.objects.in_use())
    assert [step for step in steps if step.name != "notice"] == []


def test_a_limit_counts_from_the_day_that_was_told(case, people):
    day = statutory.days_ago(20)
    do(case, "reckon", people["dispatcher"], on=day.isoformat())
    row = pausing.the_limit(case, "answer")
    assert timezone.localdate(row.started_at) == day
    assert timezone.localdate(row.due_at) >= day + timedelta(days=60)


@pytest.mark.parametrize("day", ["soon", "2199-01-01", "1999-01-01"])
def test_what_happened_happened_on_a_day_that_may_be(case, people, day):
    with pytest.raises(BadEvidence):
        do(case, "reckon", people["dispatcher"], on=day)


def test_who_is_a_near_relative_has_no_part_in_it(case, people):
    do(case, "confess", people["handler"], reason="sibling")
    with pytest.raises(NotNow):
        do(case, "mend", people["handler"])
    assert "mend" not in {move.verb for move in moves_open_to(case, people["handler"])}
    (row,) = Recusal.objects.all()
    assert (row.person, row.relation) == (people["handler"], "sibling")


def test_a_relative_is_recorded_by_name_and_once(case, people):
    for _time in range(2):
        do(case, "confess", people["dispatcher"], relative="handler")
    (row,) = Recusal.objects.all()
    assert (row.person, row.recorded_by) == (people["handler"], people["dispatcher"])
    with pytest.raises(BadEvidence):
        do(case, "confess", people["dispatcher"], relative="nobody")


def test_a_step_waits_until_its_paper_was_delivered(case, people):
    do(case, "reckon", people["dispatcher"], on=statutory.days_ago(0).isoformat())
    paper = printed(case, people["dispatcher"], "case_file")
    with pytest.raises(NotNow):
        do(case, "reply", people["dispatcher"])
    day = statutory.days_ago(0)
    PaperDelivery.objects.create(paper=paper, how="handed", day=day, by=people["filer"])
    do(case, "reply", people["dispatcher"])
    assert pausing.the_limit(case, "answer").met_at is not None


def test_the_table_of_limits_says_where_each_comes_from(case):
    draft = draft_of(case.process)
    limit = next(row for row in limits_told(draft) if row.name == "notice")
    assert (limit.waits, limit.basis, limit.standing) == (
        True,
        "某事",
        "法律法规或党内法规",
    )
    assert [row.name for row in pauses_told(draft)] == ["expert"]


UNSOUND = {
    "pause that is not named": (
        lambda d: d["pauses"].clear(),
        "the pause “expert” is none of: nothing",
    ),
    "pause that nothing needs": (
        lambda d: d["pauses"].update(rain={"label": statutory.LABEL}),
        "the pause “rain” is named but nothing pauses for it",
    ),
    "end that no system does": (
        lambda d: d["transitions"][-6].update(auto=False, who=statutory.DISPATCHER),
        "it must be the system's, too",
    ),
    "end of what never runs": (
        lambda d: d["transitions"][-6].update(when_over="moon"),
        "the limit “moon” is never started",
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_cannot_be_kept_is_refused(name, people):
    change, sentence = UNSOUND[name]
    data = copy.deepcopy(statutory.data())
    change(data)
    with translation.override("en"):
        assert any(sentence in line for line in faults(data)), faults(data)


@unhurried
@given(moments, st.integers(1, 40), DAYS)
def test_within_a_day_it_is_the_same_when_a_limit_begins(moment, limit, kind):
    midnight = moment.replace(hour=0, minute=0)
    early, late = Deadline(), Deadline()
    clock_running.begin(early, midnight, limit, kind, china())
    clock_running.begin(late, moment, limit, kind, china())
    assert early.left == late.left
    assert late.due_at == max(early.due_at, late.started_at)


@unhurried
@given(moments, st.integers(1, 40), st.integers(0, 30), st.integers(0, 90))
def test_a_named_pause_moves_the_end_by_its_days(moment, limit, before, rest):
    row, clock = Deadline(), china()
    clock_running.begin(row, moment, limit, "statutory_days", clock)
    stops = moment + timedelta(days=before)
    goes_on = stops + timedelta(days=rest)
    clock_running.pause(row, stops, clock, why="hearing")
    assert row.paused_for == "hearing"
    clock_running.resume(row, goes_on, clock)
    days = timedelta(days=limit + rest)
    assert row.due_at == max(clock.after(moment, days, "statutory_days"), moment)
    assert row.paused_for == ""
