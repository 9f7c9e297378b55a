"""What waits for somebody: his unit's part of cases, and results to check at the spot.

Which states wait for whom is read from the processes' data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from accounts.models import User
from cases.grouping import Group, grouped, steps
from cases.lists import add_clocks
from cases.models import Case
from cases.permissions import HAS_TASKS
from cases.priority import levels, rank, special_of
from cases.to_go import Waiting
from cases.waiting import waiting_for
from workflow.attachments import MEDIA_TYPE
from workflow.models import Attachment, Deadline, Process, Transition
from workflow.rights import open_moves

# More than anybody does in a day. Some of what is looked at may be barred to him.
SHOWN, LOOKED_AT = 50, 120


@dataclass(frozen=True)
class Task:
    """A case and what this person may do with it now."""

    case: Case
    moves: list[Transition]
    photo: UUID | None  # of the report's first

    @property
    def primary(self) -> Transition:
        return steps(self.moves)[0]

    @property
    def groups(self) -> list[Group]:
        """The other moves, as the card's menu shows them."""
        return grouped(move for move in self.moves if move is not self.primary)

    @property
    def due(self) -> datetime | None:
        return self.clock.due_at if self.clock else None

    @property
    def clock(self) -> Any:
        """The limit that runs; one that was met presses nobody any more."""
        clock = self.case.clock  # type: ignore[attr-defined]
        return clock if clock and clock.met_at is None else None


def tasks_of(user: User, *, only: UUID | None = None) -> tuple[list[Task], bool]:
    """The tasks by time left, and whether there are more than are shown."""
    roles = {str(role) for role in HAS_TASKS} & user.roles
    posts = [post for post in user.posts if post.role in roles]
    states = waiting_for(Process.objects.filter(kind=Case.KIND), posts).states
    rows = Case.objects.visible_to(user).listed().filter(state__in=states)
    if only is not None:
        rows = rows.filter(uuid=only)
    rows = rows.annotate(due=Subquery(_running_due()), photo=Subquery(_first_photo()))
    first = levels(user, states)
    order = [rank(first).desc()] if first else []
    rows = rows.order_by(*order, F("due").asc(nulls_last=True), "pk")
    cases = list(rows.prefetch_related("assignments")[:LOOKED_AT])
    moves = open_moves(cases, user, roles=roles)
    mine = [case for case in cases if steps(moves[case.pk])]
    shown = mine[:SHOWN]
    add_clocks(shown)
    tasks = [
        Task(case, moves[case.pk], case.photo)  # type: ignore[attr-defined]
        for case in shown
    ]
    return tasks, len(mine) > SHOWN or len(cases) == LOOKED_AT


def in_one_list(
    tasks: Sequence[Task], others: Sequence[Waiting], user: User
) -> list[Task | Waiting]:
    """Both by time left; what a special period puts first stays first. No query."""

    def place(one: Task | Waiting) -> tuple[int, bool, float]:
        special = special_of(one.case, user) if isinstance(one, Task) else None
        due = one.due
        first = special.priority if special else 0
        return -first, due is None, due.timestamp() if due else 0.0

    return sorted([*tasks, *others], key=place)


def _running_due() -> Any:
    running = Deadline.objects.running().filter(kind=Case.KIND)
    return (
        running.filter(subject_id=OuterRef("pk"))
        .order_by("due_at")
        .values("due_at")[:1]
    )


def _first_photo() -> Any:
    """Of the outer case the uuid of its report's first photo."""
    rows = Attachment.objects.filter(
        event__kind=Case.KIND,
        event__subject_id=OuterRef("pk"),
        event__seq=1,
        media_type=MEDIA_TYPE,
    )
    return rows.order_by("pk").values("uuid")[:1]
