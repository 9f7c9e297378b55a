"""The whistle's process: state x verb x person, and any walk along it."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Whistle, WhistleCall
from cases.whistles import loading
from cases.whistles.blowing import call
from cases.whistles.calls import calls_that, own_calls
from govmap.lib.errors import DomainError
from tests.cases.whistling import blown, fresh, street_leader, told
from tests.sites import package
from tests.workflow.exhaustive import World, differences, outcome, table, worlds
from tests.workflow.walking import check_record
from workflow.engine import act, moves_open_to
from workflow.models import Deadline, Phase

pytestmark = pytest.mark.django_db
DATA = json.loads((Path(loading.PROCESSES) / "whistle.json").read_text("utf-8"))
NEEDS = {"gardens": {"unsigned", "awaited", "to_mark_back"}, "sanitation": {"at_work"}}
LEADER = "street_leader_1"
UNITS = {
    "street": {"110109001"},
    "community": {"110109001001"},
    "district": {"110109"},
    "called": {"gardens", "sanitation"},
    "awaited": {"gardens"},
}


def own_call(user, what):
    mine = {post.unit.code for post in user.posts}
    return any(what in needs for unit, needs in NEEDS.items() if unit in mine)


def guards(*, of_some: bool):
    """Either everything is wanted of some unit, or nothing of any."""
    return {
        "own_call": own_call,
        "calls": lambda user, what: of_some,
        "no_calls": lambda user, what: not of_some,
        "marks_not_asked": lambda user: of_some,
        "seen_within": lambda user, minutes: of_some,
    }


def whistle_of(*, of_some: bool):
    """One that is as `NEEDS` says: one unit is there, the other has done nothing."""
    whistle = blown(appear_by=None)
    late = whistle.blown_at if of_some else None
    WhistleCall.objects.filter(unit__code="sanitation").update(
        signed_at=whistle.blown_at, arrived_at=whistle.blown_at, street_mark="good",
        seen_by_street=of_some,
    )  # fmt: skip
    if late:
        WhistleCall.objects.filter(unit__code="gardens").update(appear_by=late)
        WhistleCall.objects.filter(unit__code="sanitation").update(mark="")
    return fresh(whistle)


BASE = World(
    units=UNITS, people={"proposer": {"dispatcher"}}, guards=guards(of_some=True)
)
WORLDS = list(worlds(DATA, BASE, asker="dispatcher", other=LEADER))


@pytest.mark.parametrize("world", WORLDS, ids=[world.name for world in WORLDS])
def test_the_engine_does_what_the_data_says(people, world):
    everybody = {**people, LEADER: street_leader()}
    whistle = whistle_of(of_some=True)
    whistle.proposer = people["dispatcher"]
    some = {name: user for name, user in everybody.items() if user.posts}
    assert differences(whistle, DATA, world, some) == []


def test_each_move_of_the_data_can_be_done_by_somebody(people):
    everybody = {**people, LEADER: street_leader()}.values()
    both = [BASE, *WORLDS, World(**{**vars(BASE), "guards": guards(of_some=False)})]
    done = {
        (state, verb)
        for world in both
        for state, verb in table(DATA)
        for user in everybody
        if state and outcome(DATA, world, state, verb, user) == "done"
    }
    assert done == {key for key in table(DATA) if key[0]}


def given_for(move, whistle, user):
    """Something of each kind that the move cannot do without."""
    wanted = [name for name, spec in move.evidence.items() if spec.get("required")]
    some = {
        "note": "说明",
        "reason": move.reasons[0]["code"] if move.reasons else "",
        "departments": ["team"],
        "called": next(iter(whistle.parts())).unit.code,
    }
    return {name: some[name] for name in wanted}


NAMES = [row["username"] for row in package._accounts()] + [LEADER]
STEP = st.tuples(st.sampled_from(NAMES), st.integers(0, 20), st.booleans())


def check(whistle):
    """What must hold of every whistle, however it came there."""
    running = Deadline.objects.running().filter(kind="whistle_call")
    for part in WhistleCall.objects.filter(whistle=whistle):
        names = set(running.filter(subject_id=part.pk).values_list("name", flat=True))
        ended = whistle.ended_at is not None or part.called_at is None
        wanted = {"signing": part.signed_at, "arrival": part.arrived_at}
        assert names == {k for k, met in wanted.items() if not met and not ended}
    assert (whistle.state.phase == Phase.DONE) == (whistle.ended_at is not None)
    assert (whistle.blown_at is None) == (not whistle.related_units("called"))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=4, max_size=20), urgent=st.booleans())
def test_whatever_people_do_the_calls_and_limits_agree(people, steps, urgent):
    from_whom = people["dispatcher"]
    everybody = {**people, LEADER: street_leader()}
    said = told("emergency" if urgent else "demands")
    whistle, _event = call(by=from_whom, uuid=uuid4(), evidence=said)
    for name, number, lawful in steps:
        whistle, user = fresh(whistle), everybody[name]
        moves = moves_open_to(whistle, user) if lawful else whistle.process.moves
        if not moves:
            continue
        move = moves[number % len(moves)]
        try:
            evidence = given_for(move, whistle, user)
            act(whistle, move.verb, by=user, act_id=uuid4(), evidence=evidence)
        except (DomainError, KeyError):
            pass
        check(fresh(whistle))
    check_record(fresh(whistle))


def test_guards_say_what_the_table_of_needs_says(people):
    whistle = whistle_of(of_some=True)
    now = whistle.blown_at
    found = own_calls(whistle, "awaited", people["other_handler"], now)
    assert [one.unit.code for one in found] == ["gardens"]
    assert not own_calls(whistle, "awaited", people["handler"], now)
    assert [c.unit.code for c in calls_that(whistle, "at_work", now)] == ["sanitation"]
    assert Whistle.objects.count() == 1
