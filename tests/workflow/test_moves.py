"""Every state x every verb x every person: the data allows it, or nothing changes."""

import json
from uuid import uuid4

import pytest
from django.db import transaction

from cases.models import Case
from govmap.lib.errors import DomainError
from tests.workflow.walking import (
    LOOP,
    case_at,
    evidence_of,
    load_loop,
    may_do,
    took_part,
)
from workflow.engine import act, moves_open_to
from workflow.errors import Barred, IllegalMove, MayNotAct, UnknownVerb
from workflow.models import Event

STATES = [row["code"] for row in json.loads(LOOP.read_text("utf-8"))["states"]]


@pytest.fixture(autouse=True)
def loop(db, tmp_path):
    return load_loop(tmp_path)


class Undo(Exception):
    pass


def outcome(case, verb, user):
    """What the data says must come of it."""
    moves = [move for move in case.process.moves if move.verb == verb]
    mine = [move for move in moves if may_do(move, user, case)]
    if not mine:
        return MayNotAct
    here = [move for move in mine if move.from_state_id == case.state_id]
    if not here:
        return IllegalMove
    return Barred if took_part(case, user, here[0].barred) else here[0]


def attempt(case, verb, user, move):
    """Do it and undo it; the event, or the error that refused it."""
    evidence = evidence_of(move, user) if not isinstance(move, type) else {}
    try:
        with transaction.atomic():
            event = act(case, verb, by=user, act_id=uuid4(), evidence=evidence)
            raise Undo
    except Undo:
        return event
    except DomainError as error:
        return type(error)


@pytest.mark.parametrize("state", STATES)
def test_each_verb_by_each_person_is_done_or_changes_nothing(state, people):
    case = case_at(state, people)
    events = case.events_count
    verbs = {move.verb for move in case.process.moves if move.from_state}
    for verb in sorted(verbs):
        for user in people.values():
            expected = outcome(case, verb, user)
            answer = attempt(case, verb, user, expected)
            if isinstance(expected, type):
                assert answer is expected, (state, verb, user.username)
            else:
                assert answer.to_state == expected.to_state.code
    case.refresh_from_db()
    assert (case.state.code, case.events().count()) == (state, events)


@pytest.mark.parametrize("state", STATES)
def test_buttons_are_the_moves_that_would_be_done(state, people):
    case = case_at(state, people)
    for user in people.values():
        shown = {move.verb for move in moves_open_to(case, user)}
        verbs = {move.verb for move in case.process.moves}
        done = {v for v in verbs if not isinstance(outcome(case, v, user), type)}
        assert shown == done


def test_an_opening_move_cannot_be_repeated(people, make_case):
    opening = next(m for m in make_case().process.moves if m.from_state is None)
    with pytest.raises(IllegalMove):
        act(make_case(), opening.verb, by=people["grid_worker"], act_id=uuid4())


def test_an_unknown_verb_is_named(people, make_case):
    with pytest.raises(UnknownVerb) as caught:
        act(make_case(), "fly", by=people["filer"], act_id=uuid4())
    assert "fly" in caught.value.text


def test_a_person_without_a_post_may_do_nothing(people, make_case):
    case = make_case()
    assert moves_open_to(case, people["nobody"]) == []
    assert Case.objects.visible_to(people["nobody"]).count() == 0
    assert Event.objects.visible_to(people["nobody"]).count() == 0
