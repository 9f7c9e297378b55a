"""The moves that lead from where a case stands to a host unit, read from its process.

No verb and no state is named: the way ends with the move that assigns the host, and
keeps to the phases before anybody disposes.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import User
from cases.models import Case
from workflow.arguments import split
from workflow.forms import primary_first
from workflow.models import Phase, Transition
from workflow.rights import is_barred, post_for
from workflow.surroundings import Surroundings

HOST = "assign_host"  # the effect that the way leads to
EARLY = {Phase.COLLECT, Phase.DISPATCH}
LONGEST = 6  # steps


@dataclass(frozen=True)
class Step:
    """One move of the way, and whether it is the reader's to do."""

    move: Transition
    is_mine: bool

    @property
    def assigns(self) -> bool:
        return assigns(self.move)


def assigns(move: Transition) -> bool:
    return any(split(text)[0] == HOST for text in move.effects)


def chain_of(case: Case, reader: User) -> list[Step]:
    """The shortest way that the reader may go alone, else the shortest of which the
    first step is his; nothing where there is none.

    Guards and limits are looked at when it is done: what they say of a later step
    depends on the steps before it.
    """
    if case.state.phase not in EARLY:
        return []
    around = Surroundings([case], reader)
    mine = {move.pk for move in case.process.moves if _is_mine(case, move, around)}
    alone = [move for move in case.process.moves if move.pk in mine]
    for moves in (alone, case.process.moves):
        if way := _shortest(case.state_id, moves):
            steps = [Step(move, move.pk in mine) for move in way]
            return steps if steps[0].is_mine else []
    return []


def _is_mine(case: Case, move: Transition, around: Surroundings) -> bool:
    if move.from_state is None or move.from_state.phase not in EARLY:
        return False
    if post_for(case, move, around.by) is None:
        return False
    return not is_barred(case, move, around)


def _shortest(start: int, moves: Iterable[Transition]) -> list[Transition]:
    """By breadth; of two equally long, the one of usual steps."""
    leading: dict[int, list[Transition]] = {}
    for move in primary_first([move for move in moves if _leads_on(move)]):
        assert move.from_state_id is not None
        leading.setdefault(move.from_state_id, []).append(move)
    ways: deque[tuple[int, list[Transition]]] = deque([(start, [])])
    seen = {start}
    while ways:
        state, way = ways.popleft()
        for move in leading.get(state, ()):
            if assigns(move):
                return [*way, move]
            if move.to_state_id not in seen and len(way) + 1 < LONGEST:
                seen.add(move.to_state_id)
                ways.append((move.to_state_id, [*way, move]))
    return []


def _leads_on(move: Transition) -> bool:
    """Whether a way may take it: it goes on, and nobody disposes yet."""
    if move.from_state is None or move.stays or move.from_state.phase not in EARLY:
        return False
    return assigns(move) or move.to_state.phase in EARLY


def labels(steps: Sequence[Step]) -> list[str]:
    return [step.move.label for step in steps]
