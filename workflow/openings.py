"""What a person may begin, and what waits for him, of many subjects at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import User
from workflow.engine import openings_for
from workflow.errors import MayNotAct
from workflow.models import Process, Subject, Transition
from workflow.rights import open_moves

__all__ = ["first_process", "open_moves", "states_that_wait_for", "waiting_states"]


def states_that_wait_for(roles: set[str], kind: str) -> set[int]:
    """Ids of the states out of which a holder of one of the roles may move something.

    Of every version of every process of that kind, for subjects keep theirs.
    """
    return waiting_states(Process.objects.filter(kind=kind), roles)


def waiting_states(processes: Iterable[Process], roles: set[str]) -> set[int]:
    """As `states_that_wait_for`, of processes that are at hand."""
    return {
        move.from_state_id
        for process in processes
        for move in process.moves
        if move.from_state_id
        and move.waits
        and any(who["role"] in roles for who in move.who)
    }


def first_process(
    draft: Subject, by: User, facts: Mapping[str, Any]
) -> tuple[Process, list[Transition]]:
    """The process that a new subject begins with, and its moves open to the person.

    The first, by priority, of the newest versions in use that takes what is so of it
    (``facts``, by `Subject.FACTS`) and that the person may open. Raises MayNotAct.
    """
    for process in Process.objects.newest(draft.KIND):
        openings = openings_for(process, draft, by) if process.fits(facts) else []
        if openings:
            return process, openings
    raise MayNotAct
