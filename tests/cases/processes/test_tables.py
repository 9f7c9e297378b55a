"""Every state x verb x person of the five processes: the engine does what they say."""

from dataclasses import replace

import pytest

from cases.models import Assignment, Case
from tests.cases.processes.staff import CODES, DATA, tell
from tests.workflow.exhaustive import World, differences, worlds

UNITS = {
    "street": {"110109001"},
    "community": {"110109001001"},
    "district": {"110109"},
    "host": {"sanitation"},
    "last_host": {"sanitation"},
    "assist": {"gardens"},
}
LEVELS = {"district": "district", "community": "community"}
AREAS = {"community": {"110109001001"}, "district": {"110109"}}
ASSISTS = {"other_handler", "other_clerk"}
# One of each sort of person that the data tells apart.
SORTS = (
    *("grid_worker", "other_worker", "inspector", "volunteer", "community_worker"),
    *("acceptor", "filer", "dispatcher", "outsider", "handler", "clerk"),
    *("unit_reviewer", "other_handler", "leader", "supervisor", "street_leader"),
    *("district_acceptor", "district_filer", "district_dispatcher"),
)
# Of all worlds those that differ most: the others are tried on a smaller process.
TRIED = (1, 5, 10)


def world_of(code, number):
    level = LEVELS.get(code, "street")
    units = {**UNITS, "level": AREAS.get(level, {"110109001"})}
    guards = {
        "level": lambda user, wanted: level == wanted,
        "flag": lambda user, name, wanted: (
            (name == "urgent" and code == "emergency") is (wanted == "yes")
        ),
        "own_part": lambda user, wanted: user.username in ASSISTS,
        "sampled": lambda user: False,
    }
    base = World(units=units, people={}, guards=guards)
    return list(worlds(DATA[code], base, asker="handler", other="dispatcher"))[number]


@pytest.mark.parametrize("number", TRIED)
@pytest.mark.parametrize("code", CODES)
def test_the_engine_does_what_the_process_says(crew, code, number):
    told = tell(code, crew)
    for name, part in (("handler", "host"), ("other_handler", "assist")):
        unit = crew[name].posts[0].unit
        Assignment.objects.create(
            case=told, unit=unit, part=part, assigned_at=told.reported_at
        )
    case = Case.objects.prefetch_related("assignments").get(pk=told.pk)
    reporter = case.reporter.username
    world = world_of(code, number)
    left = {reporter: frozenset({"collect"}), **world.left}
    world = replace(world, people={"reporter": {reporter}}, left=left)
    people = {name: crew[name] for name in SORTS}
    assert differences(case, DATA[code], world, people) == []
