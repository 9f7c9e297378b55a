"""Walking at random: the row always equals the replay of its events."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case
from govmap.lib.errors import DomainError
from tests.sites import package
from tests.workflow.walking import begin_case, check_record, evidence_of, load_loop
from workflow.engine import act, moves_open_to
from workflow.models import Deadline

NAMES = [row["username"] for row in package._accounts()]
# A number chooses among what is open, so that most steps lead somewhere.
STEP = st.tuples(st.sampled_from(NAMES), st.integers(0, 20), st.booleans())


@pytest.fixture(autouse=True)
def loop(db, tmp_path):
    return load_loop(tmp_path)


def choose(case, user, number, lawful):
    moves = moves_open_to(case, user) if lawful else list(case.process.moves)
    return moves[number % len(moves)] if moves else None


def replay(case):
    """State, host and condition of a case, from its events alone."""
    state, host, condition, running = "", "", None, False
    moves = {(m.verb, getattr(m.from_state, "code", "")): m for m in case.process.moves}
    for event in case.events():
        assert event.from_state == state
        state = event.to_state
        for effect in moves[event.verb, event.from_state].effects:
            if effect == "assign_host":
                host = event.data["unit"]
            if effect in {"withdraw_host", "end_host"}:
                host = ""
            if effect == "set_condition":
                condition = event.data["condition"]["category"]
            if effect in {"start_disposal", "stop_disposal"}:
                running = effect == "start_disposal"
    return state, host, condition, running


def as_stored(case):
    host = case.assignments.filter(ended_at=None).first()
    deadlines = Deadline.objects.running().filter(kind="case", subject_id=case.pk)
    category = case.condition and case.condition.category
    return (
        case.state.code,
        host.unit.code if host else "",
        f"{category.kind}/{category.code}" if category else None,
        deadlines.exists(),
    )


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=5, max_size=40))
def test_the_row_equals_the_replay_of_its_events(people, steps):
    case = begin_case(people)
    for name, number, lawful in steps:
        user = people[name]
        move = choose(case, user, number, lawful)
        if move is None:
            continue
        try:
            evidence = evidence_of(move, user)
            act(case, move.verb, by=user, act_id=uuid4(), evidence=evidence)
        except DomainError:
            pass
        case = Case.objects.get(pk=case.pk)
        assert as_stored(case) == replay(case)
    check_record(case)
