"""Walking at random with requests, pauses and limits: the record says it all."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflow import asking
from tests.workflow.machine import Machine
from tests.workflow.walking import evidence_of

DATA = json.loads(asking.DATA.read_text("utf-8"))
NAMES = (
    *("grid_worker", "filer", "dispatcher", "desk"),
    *("handler", "supervisor", "outsider"),
)
# A number chooses among what is open, so that most steps lead somewhere.
STEP = st.tuples(st.sampled_from(NAMES), st.integers(0, 20), st.integers(0, 4))


@pytest.fixture
def process(db, tmp_path):
    return asking.load(tmp_path)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=10, max_size=40))
def test_the_rows_are_what_the_events_say(process, people, steps):
    machine = Machine(DATA, asking.at_work(people), people, evidence_of)
    for name, number, chance in steps:
        machine.step(name, number, lawful=chance > 0)
    machine.end()
