"""Walking the five processes at random: the rows are what the events say."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case
from tests.cases.processes.staff import CODES, DATA, evidence_of, tell
from tests.workflow.machine import Machine

NAMES = (
    *("grid_worker", "other_worker", "inspector", "community_worker", "acceptor"),
    *("filer", "dispatcher", "handler", "clerk", "unit_reviewer", "other_handler"),
    *("supervisor", "street_leader", "district_acceptor", "district_filer"),
    *("district_dispatcher", "other_community_worker"),
)
# Rather what leads on than anything else: the walk is to get somewhere.
STEP = st.tuples(st.sampled_from(NAMES), st.integers(0, 30), st.integers(0, 6))


def told_by(case: Case) -> tuple:
    """Host, helpers, level and marks, from the events alone."""
    moves = {
        (move.verb, getattr(move.from_state, "code", "")): move
        for move in case.process.moves
    }
    host, helpers, urged, level = "", set(), 0, "street"
    for event in case.events():
        for effect in moves[event.verb, event.from_state].effects:
            name, _colon, told = effect.partition(":")
            match name:
                case "assign_host":
                    host = event.data["unit"]
                    helpers.discard(host)
                case "assign_assistants":
                    helpers |= set(event.data.get("units", [])) - {host}
                case "finish_host":
                    helpers = set()
                case "withdraw_host" | "end_host":
                    host, helpers = "", set()
                case "count_urge":
                    urged += 1
                case "level":
                    level = told
                case "transfer":
                    level = "street"
    return host, helpers, urged, level


def as_stored(case: Case) -> tuple:
    parts = case.assignments.filter(ended_at=None).select_related("unit")
    host = "".join(row.unit.code for row in parts if row.part == "host")
    helpers = {row.unit.code for row in parts if row.part == "assist"}
    return host, helpers, case.urged, case.level


@pytest.mark.parametrize("code", CODES)
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=25, max_size=60))
def test_the_rows_are_what_the_events_say(crew, code, steps):
    machine = Machine(DATA[code], tell(code, crew), crew, evidence_of)
    for name, number, chance in steps:
        machine.step(name, number, lawful=chance > 0)
    machine.end()
    case = machine.fresh()
    assert as_stored(case) == told_by(case)
