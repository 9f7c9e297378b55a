"""The three processes of hard matters: state x verb x person, and random walks."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.matters import loading
from cases.models import Matter, MatterTask
from govmap.lib.errors import DomainError
from tests.cases.conferring import called, decided, do, entered, fresh, raised
from tests.cases.whistling import street_leader
from tests.sites import package
from tests.workflow.exhaustive import World, differences, outcome, table, worlds
from tests.workflow.walking import check_record
from workflow.engine import act, moves_open_to
from workflow.models import Deadline, Phase

pytestmark = pytest.mark.django_db
LEADER = "street_leader_1"
STREET, COMMUNITY, DISTRICT = "110109001", "110109001001", "110109"
EXECUTING = {"sanitation", "gardens"}


def data_of(name):
    return json.loads((Path(loading.PROCESSES) / f"{name}.json").read_text("utf-8"))


def in_units(user, codes):
    return any(post.unit.code in codes for post in user.posts)


def matter_made(people):
    matter = decided(people["dispatcher"])
    matter.raiser = people["dispatcher"]
    return matter


def conference_made(people):
    return fresh(called(people["dispatcher"], entered()))


def task_made(people):
    rows = MatterTask.objects.listed()
    return rows.get(matter=decided(people["dispatcher"]), unit__code="sanitation")


MADE = {"matter": matter_made, "conference": conference_made, "matter_task": task_made}
BASES = {
    "matter": World(
        units={
            **{"street": {STREET}, "community": {COMMUNITY}, "district": {DISTRICT}},
            **{"deciding": {STREET}, "caller": {STREET}, "executing": EXECUTING},
        },
        people={"raiser": {"dispatcher"}},
        guards={
            "matter_level": lambda user, level: level == "street",
            "conference_held": lambda user: True,
            "no_part_in_tasks": lambda user: not in_units(user, EXECUTING),
        },
    ),
    "conference": World(
        units={"host": {STREET}, "invited": EXECUTING, "awaited": EXECUTING},
        people={"caller": {"dispatcher"}},
        guards={
            "agenda_done": lambda user: False,
            "minuted": lambda user: False,
        },
    ),
    "matter_task": World(
        units={
            **{"executing": {"sanitation"}, "lead": {"sanitation"}},
            **{"caller": {STREET}, "street": {STREET}, "district": {DISTRICT}},
        },
        people={},
        guards={"not_executing": lambda user: not in_units(user, {"sanitation"})},
    ),
}
WORLDS = [
    (name, world)
    for name, base in BASES.items()
    for world in worlds(data_of(name), base, asker="handler", other="dispatcher")
]


def crew(people):
    everybody = {**people, LEADER: street_leader()}
    return {name: user for name, user in everybody.items() if user.posts}


@pytest.mark.parametrize(
    ("name", "world"), WORLDS, ids=[f"{name}: {w.name}" for name, w in WORLDS]
)
def test_the_engine_does_what_the_data_says(people, name, world):
    subject = MADE[name](people)
    own = {LEADER: frozenset({"collect"})} if name == "matter" else {}
    if name == "conference":
        own = {"dispatcher": frozenset({"collect"})}
    left = {
        who: own.get(who, frozenset()) | world.left.get(who, frozenset())
        for who in {*own, *world.left}
    }
    if name == "matter":  # who decided left the conference
        extra = left.get("dispatcher", frozenset()) | {"dispatch"}
        left["dispatcher"] = extra
    world = World(**{**vars(world), "left": left})
    assert differences(subject, data_of(name), world, crew(people)) == []


def test_each_move_of_people_can_be_done_by_somebody(people):
    everybody = crew(people).values()
    guards = {
        "matter_level": lambda user, level: True,
        "agenda_done": lambda user: True,
        "minuted": lambda user: True,
    }
    for name, base in BASES.items():
        data = data_of(name)
        mine = [world for kind, world in WORLDS if kind == name]
        free = World(**{**vars(base), "guards": {**base.guards, **guards}})
        people_do = {m["verb"] for m in data["transitions"] if m["who"]}
        wanted = {key for key in table(data) if key[0] and key[1] in people_do}
        higher = {**free.units, "deciding": {STREET, DISTRICT}}
        both = [*mine, free, World(**{**vars(free), "units": higher})]
        done = {
            (state, verb)
            for world in both
            for state, verb in wanted
            for user in everybody
            if outcome(data, world, state, verb, user) == "done"
        }
        assert done == wanted, name


NAMES = [row["username"] for row in package._accounts()] + [LEADER]
STEP = st.tuples(st.sampled_from(NAMES), st.integers(0, 20))


def given_for(move, matter):
    """Something of each kind that the move cannot do without."""
    some = {
        "note": "说明",
        "reason": move.reasons[0]["code"] if move.reasons else "",
        "decision": "限期拆除",
        "done_when": "拆除完毕",
        "lead": "sanitation",
        "limit": "3",
        "minutes": "会议议定拆除。",
        "invited": ["team"],
        "agenda": [str(matter.uuid)],
        "cases": ["none"],
        "begins_at": "2026-01-01T09:00",
    }
    wanted = [name for name, spec in move.evidence.items() if spec.get("required")]
    if "decision" in wanted:
        wanted += ["limit"]
    return {name: some[name] for name in wanted}


def check(matter):
    """What must hold of a matter and its tasks, however it got there."""
    tasks = list(MatterTask.objects.filter(matter=matter))
    running = Deadline.objects.running().filter(kind=MatterTask.KIND)
    for task in tasks:
        awaited = task.state.phase in {Phase.DISPATCH, Phase.RESOLVE}
        assert running.filter(subject_id=task.pk).exists() == awaited
        assert (task.state.phase == Phase.DONE) == (task.over_at is not None)
    unfinished = [task for task in tasks if task.over_at is None]
    assert bool(unfinished) == (matter.state.phase == Phase.RESOLVE)
    assert (matter.state.phase == Phase.DONE) == (matter.ended_at is not None)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=10, max_size=40))
def test_whatever_people_do_matter_tasks_and_limits_agree(people, steps):
    everybody = crew(people)
    matter = raised(people["dispatcher"])
    do(matter, "take_in", everybody[LEADER])
    called(people["dispatcher"], matter)
    for name, number in steps:
        user = everybody.get(name)
        matter = fresh(matter)
        subjects = [matter, *MatterTask.objects.filter(matter=matter)]
        if matter.conference:
            subjects.append(matter.conference)
        subject = subjects[number % len(subjects)]
        moves = moves_open_to(subject, user) if user else []
        if not moves:
            continue
        move = moves[number % len(moves)]
        try:
            evidence = given_for(move, matter)
            act(subject, move.verb, by=user, act_id=uuid4(), evidence=evidence)
        except DomainError:
            pass
        check(fresh(matter))
    check_record(fresh(matter))
    assert Matter.objects.filter(pk=matter.pk).exists()
