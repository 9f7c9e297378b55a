"""Which cases wait for somebody: the next usual step, or a request to be answered.

What may be done besides (urging, cancelling) makes nobody's list of what is to do.
"""

from collections.abc import Iterable

from cases.models import Case
from workflow.arguments import split
from workflow.models import Process, Request, Transition

ASKED_MOST = 500  # open requests that a list looks at


def waiting_states(processes: Iterable[Process], roles: set[str]) -> set[int]:
    """Ids of the states whose usual step is for a holder of one of the roles."""
    return {
        move.from_state_id
        for process in processes
        for move in process.moves
        if move.from_state_id and move.primary and _is_for(move, roles)
    }


def asked_of(processes: Iterable[Process], roles: set[str]) -> list[int]:
    """Keys of cases with an open request that a holder of a role may grant.

    Of any street: whoever lists them narrows them to what the person sees. One query.
    """
    answered = {
        what
        for process in processes
        for move in process.moves
        if _is_for(move, roles)
        for name, what in _pairs(move)
        if name == "grant"
    }
    if not answered:
        return []
    rows = Request.objects.open().filter(kind=Case.KIND, what__in=answered)
    keys = rows.order_by("-pk").values_list("subject_id", flat=True)
    return list(keys[:ASKED_MOST])


def _is_for(move: Transition, roles: set[str]) -> bool:
    return any(who["role"] in roles for who in move.who)


def _pairs(move: Transition) -> list[tuple[str, str]]:
    calls = [split(text) for text in move.effects]
    return [(name, arguments[0]) for name, arguments in calls if arguments]
