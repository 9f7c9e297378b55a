"""Every state x verb x person of a process with requests, limits and bars."""

import json
from dataclasses import replace

import pytest

from cases.models import Case
from tests.workflow import asking
from tests.workflow.exhaustive import World, differences, outcome, table, worlds

DATA = json.loads(asking.DATA.read_text("utf-8"))
BASE = World(
    units={
        "street": {"110109001"},
        "community": {"110109001001"},
        "district": {"110109"},
        "host": {"sanitation"},
    },
    people={"reporter": {"grid_worker"}},
)
WORLDS = list(worlds(DATA, BASE, asker="handler", other="dispatcher"))


@pytest.fixture
def case(people, tmp_path):
    asking.load(tmp_path)
    asking.at_work(people)
    return Case.objects.prefetch_related("assignments").get()


@pytest.mark.parametrize("world", WORLDS, ids=[world.name for world in WORLDS])
def test_the_engine_does_what_the_data_says(case, people, world):
    fresh = {name: user for name, user in people.items() if user.posts}
    clean = replace(world, left=_with_own_acts(world))
    assert differences(case, DATA, clean, fresh) == []


def _with_own_acts(world):
    """Besides what the world says: who told the case and who took it."""
    told = {"grid_worker": frozenset({"collect"}), "filer": frozenset({"collect"})}
    return {**told, **world.left}


def test_a_difference_is_found(case, people):
    """The table is no mirror of the engine: data that says otherwise disagrees."""
    other = json.loads(json.dumps(DATA))
    other["transitions"][8]["who"] = [{"role": "leader"}]
    found = differences(case, other, BASE, {"handler": people["handler"]})
    assert any("mend handler: the data says MayNotAct" in line for line in found)


def test_nothing_is_left_behind(case, people):
    differences(case, DATA, WORLDS[1], people)
    assert case.events().count() == case.events_count == 2


def test_each_role_of_the_data_may_do_its_move_somewhere(case, people):
    """In one of the worlds somebody does each move that people do."""
    done = set()
    for world in WORLDS:
        for state, verb in table(DATA):
            for user in people.values():
                if state and outcome(DATA, world, state, verb, user) == "done":
                    done.add((state, verb))
    assert done == {key for key in table(DATA) if key[0]}
