"""The moves open to a person on many subjects at once, for lists of what is to do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from accounts.models import User
from workflow.engine import post_for
from workflow.models import Event, Phase, Process, Subject, Transition
from workflow.models.process import states_of


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
        if move.from_state_id and any(who["role"] in roles for who in move.who)
    }


def open_moves(
    subjects: Sequence[Subject], by: User, *, roles: set[str]
) -> dict[int, list[Transition]]:
    """What `moves_open_to` says of each, by primary key; only as one of ``roles``.

    One query for whoever is barred, and none else if the subjects come with what
    `Subject.related_units` reads.
    """
    moves = {row.pk: _allowed(row, by, roles) for row in subjects}
    judged = [row for row in subjects if any(move.barred for move in moves[row.pk])]
    left = _phases_left(judged, by)
    return {
        row.pk: [
            move for move in moves[row.pk] if left[row.uuid].isdisjoint(move.barred)
        ]
        for row in subjects
    }


def _allowed(row: Subject, by: User, roles: set[str]) -> list[Transition]:
    found = []
    for move in row.moves_from_here():
        post = post_for(row, move, by)
        if post and post.role in roles:
            found.append(move)
    return found


def _phases_left(subjects: Sequence[Subject], by: User) -> dict[UUID, set[str]]:
    """The phases that the person moved each subject out of: what bars him."""
    found: dict[UUID, set[str]] = defaultdict(set)
    if not subjects:
        return found
    events = Event.objects.filter(
        kind=subjects[0].KIND,
        subject_uuid__in=[row.uuid for row in subjects],
        actor=by,
    )
    rows = events.values_list("subject_uuid", "process_id", "from_state")
    for uuid, process_id, code in rows:
        for state in states_of(process_id):
            if state.code == code:
                found[uuid].add(state.phase)
        if not code:
            found[uuid].add(Phase.COLLECT)
    return found
