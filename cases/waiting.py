"""Which cases wait for somebody: the next usual step, or a request to be answered.

What may be done besides (urging, cancelling) makes nobody's list of what is to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import Membership, Unit
from cases.models import Case
from workflow.arguments import split
from workflow.models import Process, Request, Transition

ASKED_MOST = 500  # open requests that a list looks at
# What a process calls the units of an area, and whose posts can only be meant.
AREAS = {kind: kind for kind in (*Case.Level.values, Unit.Kind.DISTRICT)}
LEVEL = "level"


@dataclass
class Waiting:
    """Ids of states whose usual step is the person's.

    ``at_level``: of these, such as wait only where the person's level leads the case.
    """

    always: set[int] = field(default_factory=set)
    at_level: set[int] = field(default_factory=set)
    levels: set[str] = field(default_factory=set)

    @property
    def states(self) -> set[int]:
        return self.always | self.at_level

    @property
    def led(self) -> Q:
        """That the person's level leads it, where that matters."""
        elsewhere = self.at_level - self.always
        if not elsewhere:
            return Q()
        return Q(level__in=self.levels) | ~Q(state__in=elsewhere)


def waiting_for(processes: Iterable[Process], posts: Iterable[Membership]) -> Waiting:
    """What waits for a holder of the posts, whose unit's cases he is shown."""
    posts = list(posts)
    found = Waiting(levels={str(post.unit.kind) for post in posts})
    for process in processes:
        for move in process.moves:
            if move.from_state_id and move.primary:
                for at in _at(move, posts):
                    states = found.at_level if at == LEVEL else found.always
                    states.add(move.from_state_id)
    return found


def asked_of(processes: Iterable[Process], posts: Iterable[Membership]) -> list[int]:
    """Keys of cases with an open request that a holder of the posts may grant.

    Of any street: whoever lists them narrows them to what the person sees. One query.
    """
    posts = list(posts)
    answered = {
        what
        for process in processes
        for move in process.moves
        if _at(move, posts)
        for name, what in _pairs(move)
        if name == "grant"
    }
    if not answered:
        return []
    rows = Request.objects.open().filter(kind=Case.KIND, what__in=answered)
    keys = rows.order_by("-pk").values_list("subject_id", flat=True)
    return list(keys[:ASKED_MOST])


def _at(move: Transition, posts: list[Membership]) -> list[str]:
    """What the entries of ``who`` that can mean one of the posts call the unit."""
    return [
        who.get("at", "")
        for who in move.who
        for post in posts
        if who["role"] == post.role
        and AREAS.get(who.get("at", ""), post.unit.kind) == post.unit.kind
    ]


def _pairs(move: Transition) -> list[tuple[str, str]]:
    calls = [split(text) for text in move.effects]
    return [(name, arguments[0]) for name, arguments in calls if arguments]
