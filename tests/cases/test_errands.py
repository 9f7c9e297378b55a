"""What waits outdoors tells whoever works there that it changed, and names nobody."""

import json
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Unit
from cases.patrols import planning
from cases.surveys import ticking
from tests.cases.patrolling import CELLS, planned
from tests.cases.surveying import begun
from workflow.live import Message, Watcher
from workflow.record import CHANNEL


@pytest.fixture
def told(monkeypatch):
    """What is notified, as the database is asked to: it goes out with the commit."""
    found = []

    def note(execute, sql, params, many, context):
        if "pg_notify" in sql and params[0] == CHANNEL:
            said = json.loads(params[1])
            holders = frozenset(said.pop("holders"))
            found.append(Message(**said, holders=holders))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def hears(user, message):
    watcher = Watcher(frozenset(user.holders), user.sees_district, "")
    return watcher.hears(message)


def test_a_survey_that_begins_is_heard_on_its_ground_alone(people, told):
    survey = begun(people["desk"])
    (message,) = told
    assert message.said == {"id": 0, "kind": "errand", "uuid": str(survey.uuid)}
    for who in ("grid_worker", "other_worker", "inspector"):
        assert hears(people[who], message)
    assert not hears(people["outsider_worker"], message)


def test_a_tick_and_its_undoing_are_heard(people, told):
    item = begun(people["desk"]).items.first()
    ticking.tick(item, people["grid_worker"], {"f1": "yes"})
    ticking.untick(item, people["grid_worker"])
    assert len(told) == 3
    assert all(hears(people["other_worker"], message) for message in told)


def test_a_survey_that_ends_early_is_heard(people, told):
    survey = begun(people["desk"])
    ticking.end(survey, people["desk"])
    assert [message.uuid for message in told] == [str(survey.uuid)] * 2


def test_rounds_are_heard_as_they_are_planned_made_and_ended(people, told):
    patrol, worker, tick = planned(people["desk"]), people["grid_worker"], uuid4()
    planning.tick(patrol, CELLS[0], worker, tick)
    planning.untick(patrol, CELLS[0], worker, tick)
    planning.end(patrol, people["desk"])
    assert len(told) == 4 and all(hears(worker, message) for message in told)


def test_no_word_names_a_person(people, told):
    begun(people["desk"])
    units = set(Unit.objects.values_list("pk", flat=True))
    assert all(message.holders <= units for message in told)
