"""Walking corrections at random: who asked never decides, and every end answers."""

from contextlib import suppress
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govmap.lib.errors import DomainError
from layers.corrections import following, sending
from layers.models import Correction, Version
from tests.layers.correcting import of_feature, of_lack, planning
from workflow.engine import act, moves_open_to
from workflow.models import Deadline, Phase

NAMES = (
    *("grid_worker", "volunteer", "desk", "handler", "supervisor"),
    *("steward", "chief_data_officer"),
)
# A number chooses among what is open, so that most steps lead somewhere.
STEP = st.tuples(st.sampled_from(NAMES), st.integers(0, 20), st.booleans())
REPORTERS = ("grid_worker", "steward", "chief_data_officer")


def evidence_of(move, layer):
    """Something of each kind that the move takes."""
    known = {
        "reason": move.reasons[0]["code"] if move.reasons else "",
        "note": "说明",
        "values": {"用地代码": uuid4().hex[:6]},
        "version": str(layer.published.uuid),
    }
    return {name: known[name] for name in move.evidence if name in known}


def step(correction, user, number, lawful):
    moves = moves_open_to(correction, user) if lawful else correction.process.moves
    if not moves:
        return
    move = moves[number % len(moves)]
    given_ = evidence_of(move, correction.layer)
    with suppress(DomainError):
        act(correction, move.verb, by=user, act_id=uuid4(), evidence=given_)
    for draft in Version.objects.filter(layer=correction.layer, number=None):
        following.follow(draft)
    correction.refresh_from_db()


def check_who_decided(correction):
    """The reporter's own moves are to send, to take back and to ask again."""
    own = {
        (move.verb, getattr(move.from_state, "code", ""))
        for move in correction.process.moves
        if move.from_state is None or all("is" in who for who in move.who)
    }
    acts = correction.events().filter(actor=correction.reporter)
    assert {(event.verb, event.from_state) for event in acts} <= own


def check_the_end(correction):
    """What is over has a reason, a version, or was taken back by who sent it."""
    running = Deadline.objects.running().filter(
        kind="correction", subject_id=correction.pk
    )
    waits = correction.state.phase == Phase.DISPATCH
    assert running.exists() is waits
    if correction.state.phase == Phase.DONE:
        last = correction.events().last()
        taken_back = last.actor_id == correction.reporter_id
        assert taken_back or "reason" in last.data or correction.answer_id


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    reporter=st.sampled_from(REPORTERS),
    is_lack=st.booleans(),
    steps=st.lists(STEP, min_size=3, max_size=20),
)
def test_whatever_happens(people, reporter, is_lack, steps):
    planning()
    evidence = of_lack() if is_lack else of_feature()
    by = people[reporter]
    correction = sending.report(by=by, uuid=uuid4(), evidence=evidence)[0]
    for name, number, lawful in steps:
        step(correction, people[name], number, lawful)
        check_who_decided(correction)
        check_the_end(correction)
    assert Correction.objects.get(pk=correction.pk).state == correction.state
