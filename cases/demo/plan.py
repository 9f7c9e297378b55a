"""Which cases the demonstration tells: who finds what, where, and how far it gets."""

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID, uuid5

from accounts.models import Site, Unit, User
from cases.demo import moments
from cases.demo.troubles import Trouble, known
from cases.locating import street_of
from cases.models import Case
from cases.openings import opening_for
from govmap.lib.errors import BadInput
from layers.models import Address, GridCell
from workflow.errors import MayNotAct
from workflow.models import Condition, Phase, Process, State, Transition

NAMESPACE = UUID("6f6d1c1e-5f0e-5d0a-9b52-0d3c0f7a1102")
# Of a hundred cases, how many stand in a phase in the end.
SHARES = {
    Phase.COLLECT: 11,
    Phase.DISPATCH: 10,
    Phase.RESOLVE: 27,
    Phase.VERIFY: 16,
    Phase.DONE: 36,
}
# One in so many runs on another process than the usual one.
OTHERWISE = 5
# What the walk has something to give for (`walk.GIVERS`).
GIVEN = frozenset(
    {
        *("address", "category", "condition", "note", "photos", "place", "position"),
        *("reason", "source", "unit", "units", "until", "urgent"),
    }
)
# One in so many goes a step that is not the usual one, and comes back.
ASTRAY = 14
TRIES = 8


class NothingToTell(BadInput):
    """The site lacks what the demonstration's cases need."""

    message = (
        "No cases can be made: the site has none of the classes that they are about,"
        " or nobody who may report. Load a demonstration site first."
    )


@dataclass(frozen=True)
class Story:
    """A case from its first moment to where it stands now."""

    uuid: UUID
    rng: Random
    told: dict[str, Any]  # what makes the process take it
    reporter: User
    trouble: Trouble
    condition: Condition
    place: tuple[float, float]
    begun: datetime
    moves: list[Transition]  # behind the opening


class Cast:
    """The people of the demonstration, and where those who may report go."""

    def __init__(self, processes: list[Process], site: Site) -> None:
        names = [account["username"] for account in site.accounts]
        people = User.objects.filter(username__in=names, is_active=True)
        self.people = list(people.order_by("username"))
        self.streets = {user.pk: street_of(user) for user in self.people}
        self.reporters = {process.pk: self._reporters(process) for process in processes}
        self._spots: dict[str, list[tuple[float, float]]] = {}

    def _reporters(self, process: Process) -> list[User]:
        """Whose report begins with this process, if he tells what it takes."""
        return [user for user in self.people if self._begins(user, process)]

    def _begins(self, user: User, process: Process) -> bool:
        try:
            begun = opening_for(Case(reporter=user), user, told_for(process))[0]
        except MayNotAct:
            return False
        return begun == process

    def reporter(self, rng: Random, process: Process) -> User:
        """Rather one whose street has many people, for there cases get on."""
        staff = list(self.streets.values())
        people = self.reporters[process.pk]
        weights = [
            staff.count(self.streets[user.pk]) if self.streets[user.pk] else 1
            for user in people
        ]
        return rng.choices(people, weights)[0]

    def place(self, rng: Random, reporter: User) -> tuple[float, float]:
        """Longitude and latitude a few metres from an address of his own ground."""
        home, street = reporter.posts[0].unit, self.streets[reporter.pk]
        unit = street if street and rng.random() < 0.6 else home
        x, y = rng.choice(self._spots_of(unit))
        near = (x + rng.uniform(-6e-5, 6e-5), y + rng.uniform(-5e-5, 5e-5))
        return round(near[0], 7), round(near[1], 7)

    def _spots_of(self, unit: Unit) -> list[tuple[float, float]]:
        """Of a community, a street or the district: cells begin with its code."""
        if unit.code not in self._spots:
            rows = Address.objects.filter(cell__startswith=unit.code).order_by("code")
            places = list(rows.values_list("place", flat=True))
            if not places:
                cells = GridCell.objects.filter(code__startswith=unit.code)
                places = [row.geometry.point_on_surface for row in cells.order_by("pk")]
            self._spots[unit.code] = [(place.x, place.y) for place in places]
        return self._spots[unit.code]


def told_for(process: Process) -> dict[str, Any]:
    """What a report must say so that this process takes it."""
    sources = process.takes.get("sources") or [""]
    told = {"source": sources[0], "urgent": process.takes.get("urgent")}
    return {name: value for name, value in told.items() if value}


def stories(
    count: int, seed: int, cast: Cast, processes: list[Process], now: datetime
) -> list[Story]:
    """``count`` cases, the oldest first; the first process is the usual one.

    Raises NothingToTell.
    """
    troubles = known()
    usual, *others = processes
    if not troubles or not cast.reporters[usual.pk]:
        raise NothingToTell
    others = [process for process in others if cast.reporters[process.pk]]
    made = []
    for index, target in enumerate(_targets(usual, count, seed)):
        process = usual
        if others and index % OTHERWISE == OTHERWISE - 1:
            process = others[index // OTHERWISE % len(others)]
            target = Random(f"{seed}/{index}/end").choice(_ends(process, target.phase))
        made.append(_story(seed, index, target, process, troubles, cast, now))
    return sorted(made, key=lambda story: story.begun)


def _ends(process: Process, phase: str) -> list[State]:
    """Where a case of that process may stand in the end, of that phase if it can."""
    found = _reached(process)
    return [state for state in found if state.phase == phase] or found


def _story(
    seed: int,
    index: int,
    target: State,
    process: Process,
    troubles: list[tuple[Trouble, Condition]],
    cast: Cast,
    now: datetime,
) -> Story:
    rng = Random(f"{seed}/{index}")
    reporter = cast.reporter(rng, process)
    ways = _ways_astray(process, target) if index % ASTRAY == ASTRAY // 2 else []
    moves = ways[index // ASTRAY % len(ways)] if ways else _way(process, target)
    trouble, condition, begun = _find(rng, target.phase, troubles, now, bool(ways))
    return Story(
        uuid=uuid5(NAMESPACE, f"{seed}/{index}"),
        rng=rng,
        told=told_for(process),
        reporter=reporter,
        trouble=trouble,
        condition=condition,
        place=cast.place(rng, reporter),
        begun=begun,
        moves=moves,
    )


def _find(
    rng: Random,
    phase: str,
    troubles: list[tuple[Trouble, Condition]],
    now: datetime,
    long: bool,
) -> tuple[Trouble, Condition, datetime]:
    """What was found and when; of a case in disposal so that its clock shows a light.

    Not every limit can show every light now: none that runs on working hours turns
    yellow at night.
    """
    often = [trouble.often for trouble, _condition in troubles]
    light = rng.choice(moments.LIGHTS) if phase == Phase.RESOLVE and not long else ""
    for trouble, condition in rng.choices(troubles, often, k=TRIES):
        if not light:
            break
        if begun := moments.begin_lit(rng, now, light, condition):
            return trouble, condition, begun
    return trouble, condition, moments.begin_aged(rng, now, phase, long=long)


def _targets(process: Process, count: int, seed: int) -> list[State]:
    """States to end in: by their phase's share, rather those with more ways on."""
    states = _reached(process)
    ways = {
        state: 1 + sum(move.from_state_id == state.pk for move in process.moves)
        for state in states
    }
    of_phase = {
        phase: sum(ways[state] for state in states if state.phase == phase)
        for phase in SHARES
    }
    weights = [
        SHARES[Phase(state.phase)] * ways[state] / of_phase[Phase(state.phase)]
        for state in states
    ]
    targets = _evenly(states, weights, count)
    Random(seed).shuffle(targets)
    return targets


def _reached(process: Process) -> list[State]:
    """The states to which a walk leads that asks nobody for anything."""
    rows = process.states.order_by("order")
    start = _first(process)
    return [state for state in rows if _path(process, start, state.pk) is not None]


def _evenly(states: list[State], weights: list[float], count: int) -> list[State]:
    """As many of each as its weight asks for, without chance."""
    ends = list(accumulate(weights))
    parts = ((number + 0.5) / count * ends[-1] for number in range(count))
    return [states[bisect(ends, part)] for part in parts]


def _way(process: Process, target: State) -> list[Transition]:
    """The usual moves from the first state to the target."""
    return _path(process, _first(process), target.pk) or []


def _ways_astray(process: Process, target: State) -> list[list[Transition]]:
    """Ways to the target over a move that is not the usual one."""
    found = []
    for move in process.moves:
        if move.primary or not move.from_state_id or not can_be_walked(move):
            continue
        there = _path(process, _first(process), move.from_state_id)
        back = _path(process, move.to_state_id, target.pk)
        if there is not None and back:
            found.append([*there, move, *back])
    return found


def _first(process: Process) -> int:
    return next(m.to_state_id for m in process.moves if m.from_state_id is None)


def _path(process: Process, start: int, end: int) -> list[Transition] | None:
    """The fewest moves between two states, the usual ones first; None where none."""
    paths: dict[int, list[Transition]] = {start: []}
    queue = [start]
    for here in queue:
        for move in _from(process.moves, here):
            if move.to_state_id not in paths:
                paths[move.to_state_id] = [*paths[here], move]
                queue.append(move.to_state_id)
    return paths.get(end)


def _from(moves: Iterable[Transition], state: int) -> list[Transition]:
    here = [
        move for move in moves if move.from_state_id == state and can_be_walked(move)
    ]
    return sorted(here, key=lambda move: not move.primary)


def can_be_walked(move: Transition) -> bool:
    """Whether it leads on without a request, by what the walk can give."""
    leads = move.from_state_id is not None and not move.stays and not move.when
    return leads and can_be_given(move)


def can_be_given(move: Transition) -> bool:
    needed = {name for name, spec in move.evidence.items() if spec.get("required")}
    return needed <= GIVEN
