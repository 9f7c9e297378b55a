"""The shipped ladder urges and supervises by itself: on record, and never twice."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import govmap.demo
from cases.models import Case
from tests.cases.processes.staff import do, fresh, tell
from workflow import ladder, ladder_loading
from workflow.models import Deadline, LadderFiring, LadderStep, Request

SHIPPED = Path(govmap.demo.__file__).with_name("ladder.json")
URGE, SUPERVISE, ANSWER = "urge_on", "put_under_supervision", "answer_supervision"
LONG = timedelta(days=30)


@pytest.fixture
def steps(db):
    ladder_loading.load_data(json.loads(SHIPPED.read_text("utf-8")), name="ladder.json")
    LadderStep.objects.update(begins_at=timezone.now() - 2 * LONG)


@pytest.fixture
def late(crew, steps):
    """A case whose department is late by far."""
    case = tell("street", crew)
    do(case, "file", crew["filer"])
    do(case, "dispatch", crew["dispatcher"])
    overdue(case)
    return case


def overdue(case, name="disposal"):
    since = timezone.now() - LONG
    Deadline.objects.running().named(case, name).update(
        started_at=since,
        since=since,
        yellow_at=since + timedelta(hours=1),
        due_at=since + timedelta(hours=2),
        look_at=since,
    )


def climb(times=1):
    for _again in range(times):
        Deadline.objects.running().update(look_at=timezone.now() - LONG)
        ladder.climb(timezone.now())


def by_itself(case):
    events = case.events().filter(actor__username="govmap-system")
    return list(events.order_by("seq").values_list("verb", flat=True))


def test_a_late_department_is_urged_then_supervised_once(late):
    climb(times=3)
    assert by_itself(late) == [URGE, SUPERVISE]
    row = fresh(late)
    assert (row.urged, row.supervised) == (1, True)


def test_the_record_says_why(late):
    climb()
    urged, supervised = late.events().filter(actor__username="govmap-system")
    assert "处置时限已到" in urged.remark.text
    assert supervised.data["reason"] == "overdue"
    assert not LadderFiring.objects.exclude(refused="").exists()


def test_who_is_supervised_answers(late, crew):
    climb()
    do(late, ANSWER, crew["handler"], note="今晚完成")
    assert not Request.objects.open().filter(what="supervision").exists()


def test_a_person_may_still_do_it_and_then_the_system_does_not(late, crew):
    do(late, SUPERVISE, crew["supervisor"], reason="important", note="市里关注")
    climb(times=2)
    assert by_itself(late) == [URGE]
    assert LadderFiring.objects.exclude(refused="").count() == 1


def test_it_shows_on_the_case(late, crew, signed_in):
    climb()
    page = signed_in(crew["dispatcher"]).get(f"/cases/{late.uuid}/").content.decode()
    assert "督办" in page and "处置超时，转督办" in page
    assert "首席数据官" not in page


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.integers(-40 * 24, 24), min_size=1, max_size=6))
def test_whatever_the_moments_each_step_is_taken_once(late, moments):
    """Looked at early, late, in any order and again: one act a step and round."""
    case = Case.objects.get(pk=late.pk)
    for hours in moments:
        Deadline.objects.running().update(look_at=timezone.now() - LONG)
        ladder.climb(timezone.now() + timedelta(hours=hours))
    done = by_itself(case)
    assert len(done) == len(set(done))


def test_the_community_is_urged_of_what_it_handles_itself(crew, steps):
    case = tell("community", crew)
    do(case, "take_on", crew["community_worker"])
    overdue(case, "community")
    climb()
    assert by_itself(case) == [URGE]
