"""Moves that stay, what is asked for and answered, and what guards keep shut."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.models import Case
from tests.workflow import asking
from tests.workflow.asking import do
from workflow.engine import act, by_itself, moves_open_to
from workflow.errors import AskedHimself, Barred, IllegalMove, MayNotAct, NotNow
from workflow.models import Deadline, Request
from workflow.openings import open_moves, states_that_wait_for


@pytest.fixture(autouse=True)
def process(db, tmp_path):
    return asking.load(tmp_path)


@pytest.fixture
def case(people):
    return asking.at_work(people)


@pytest.fixture
def begged(people):
    return asking.begged(people)


def verbs(case, user):
    return {move.verb for move in moves_open_to(case, user)}


def the_request(case):
    return Request.objects.get(kind="case", subject_id=case.pk)


def test_a_stay_move_leaves_the_state_and_is_an_event(case, people):
    event = do(case, "urge", people["supervisor"], note="请尽快")
    assert (event.from_state, event.to_state) == ("work", "work")
    assert Case.objects.get(pk=case.pk).events_count == event.seq == 3


def test_who_stayed_only_may_still_judge(case, people):
    do(case, "urge", people["handler"], note="x")
    do(case, "mend", people["handler"])
    case.refresh_from_db()
    assert "nod" not in verbs(case, people["handler"])
    assert "nod" in verbs(case, people["grid_worker"])


def test_staying_is_no_part_in_a_phase(people):
    case = asking.at_work(people)
    colleague = people["clerk"].memberships.create(
        unit=people["handler"].posts[0].unit,
        role="handler",
        valid=people["clerk"].memberships.get().valid,
    )
    do(case, "urge", colleague.user, note="x")
    do(case, "mend", people["handler"])
    case.refresh_from_db()
    assert "nod" in verbs(case, colleague.user)


def test_what_is_asked_for_is_kept_with_who_and_when(begged, people):
    request = the_request(begged)
    assert (request.what, request.asked_by, request.asked_seq) == (
        "more",
        people["handler"],
        3,
    )
    assert not request.answer


def test_one_thing_is_asked_for_at_a_time(begged, people):
    assert "beg" not in verbs(begged, people["handler"])
    with pytest.raises(NotNow):
        do(begged, "beg", people["handler"])


def test_a_grant_answers_and_does_what_goes_with_it(begged, people):
    due = Deadline.objects.running().get(subject_id=begged.pk).due_at
    event = do(begged, "allow", people["dispatcher"])
    request = the_request(begged)
    assert (request.answer, request.decided_by) == ("granted", people["dispatcher"])
    assert request.answer_seq == event.seq
    assert Deadline.objects.running().get(subject_id=begged.pk).due_at > due


def test_who_asked_does_not_grant(begged, people):
    assert "allow" not in verbs(begged, people["handler"])
    with pytest.raises(AskedHimself):
        do(begged, "allow", people["handler"])


def test_nothing_is_granted_that_nobody_asked_for(case, people):
    assert not verbs(case, people["dispatcher"]) & {"allow", "deny"}
    with pytest.raises(NotNow):
        do(case, "allow", people["dispatcher"])


@pytest.mark.parametrize(
    ("verb", "name", "answer"),
    [("deny", "dispatcher", "refused"), ("unbeg", "handler", "withdrawn")],
)
def test_it_may_be_refused_or_taken_back(begged, people, verb, name, answer):
    do(begged, verb, people[name])
    assert the_request(begged).answer == answer
    assert "beg" in verbs(begged, people["handler"])


def test_no_more_is_granted_than_the_process_says(case, people):
    for _ in range(2):
        do(case, "beg", people["handler"])
        do(case, "allow", people["dispatcher"])
    with pytest.raises(NotNow) as refused:
        do(case, "beg", people["handler"])
    assert "2" in refused.value.text


def test_a_refusal_does_not_count(case, people):
    for _ in range(3):
        do(case, "beg", people["handler"])
        do(case, "deny", people["dispatcher"])
    assert "beg" in verbs(case, people["handler"])


def test_after_the_limit_it_is_too_late_to_ask(case, people):
    past = timezone.now() - timedelta(days=9)
    Deadline.objects.running().filter(subject_id=case.pk).update(
        started_at=past, yellow_at=past, due_at=past
    )
    assert "beg" not in verbs(case, people["handler"])
    with pytest.raises(NotNow):
        do(case, "beg", people["handler"])


def test_what_nobody_can_answer_any_more_lapses(begged, people):
    do(begged, "mend", people["handler"])
    assert the_request(begged).answer == "lapsed"


def test_a_rest_pauses_and_the_system_resumes(case, people):
    do(case, "rest", people["dispatcher"])
    assert Deadline.objects.running().get(subject_id=case.pk).paused_at
    event = by_itself(Case.objects.get(pk=case.pk), "wake", act_id=uuid4())
    assert event.to_state == "work"
    assert Deadline.objects.running().get(subject_id=case.pk).paused_at is None


def test_the_system_does_nothing_that_the_process_does_not_leave_to_it(case):
    with pytest.raises(MayNotAct):
        by_itself(case, "mend", act_id=uuid4())


def test_what_the_system_does_is_done_once(case, people):
    do(case, "rest", people["dispatcher"])
    act_id = uuid4()
    first = by_itself(case, "wake", act_id=act_id)
    assert by_itself(case, "wake", act_id=act_id) == first


def test_a_stage_limit_is_of_the_process(people):
    case = asking.tell(people)
    limit = Deadline.objects.running().get(subject_id=case.pk)
    assert (limit.name, limit.limit, limit.limit_type) == ("accept", 15, "minutes")


def test_a_stay_move_belongs_to_its_states(case, people):
    do(case, "mend", people["handler"])
    with pytest.raises(IllegalMove):
        do(case, "beg", people["handler"])


def test_who_disposed_is_barred_as_before(case, people):
    do(case, "mend", people["handler"])
    with pytest.raises(Barred):
        act(case, "nod", by=people["handler"], act_id=uuid4())


def test_only_what_moves_on_or_answers_is_waited_for(process):
    waiting = states_that_wait_for({"supervisor"}, "case")
    codes = {state.code for state in process.states.filter(pk__in=waiting)}
    assert codes == set()
    waiting = states_that_wait_for({"dispatcher"}, "case")
    codes = {state.code for state in process.states.filter(pk__in=waiting)}
    assert codes == {"work", "still"}


def test_a_page_of_cases_takes_three_queries(people, django_assert_max_num_queries):
    for _ in range(6):
        asking.begged(people)
    cases = list(Case.objects.listed().prefetch_related("assignments"))
    for name in ("dispatcher", "handler", "grid_worker"):
        assert people[name].posts
        with django_assert_max_num_queries(3):
            found = open_moves(cases, people[name])
        for case in cases:
            assert found[case.pk] == moves_open_to(case, people[name])
