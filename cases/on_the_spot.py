"""自行处置: who reports a trouble may have settled it on the spot, and says so at once.

Two acts of one request: the report, and the move that the process marks with the
effect below. So the photos before and after stay apart, as does what was said of each.
"""

from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_noop

from accounts.models import User
from cases.models import Case
from govmap.lib.errors import BadInput
from workflow.engine import act
from workflow.models import Event, Transition
from workflow.models.process import moves_of

EFFECT = "on_the_spot"


class NotOnTheSpot(BadInput):
    """What somebody reports here goes to the desk."""

    message = gettext_noop(
        "A report of this class goes to the desk and cannot be settled on the spot."
        " Send it without “handled on the spot”."
    )


def move_after(opening: Transition, by: User) -> Transition | None:
    """The move by which this person settles what he reports by ``opening``."""
    roles = {post.role for post in by.posts}
    for move in moves_of(opening.process_id):
        follows = move.from_state_id == opening.to_state_id and EFFECT in move.effects
        if follows and any("is" in who and who["role"] in roles for who in move.who):
            return move
    return None


def settle(case: Case, told: dict[str, Any], opened: Event, *, by: User) -> Event:
    """Settle what was just reported. The same report settles it once.

    Raises NotOnTheSpot, and as `workflow.engine.act` does.
    """
    opening = next(
        move
        for move in case.process.moves
        if move.verb == opened.verb and move.from_state_id is None
    )
    move = move_after(opening, by)
    if move is None:
        raise NotOnTheSpot
    return act(
        case,
        move.verb,
        by=by,
        act_id=act_id_of(case.uuid),
        evidence=told,
        happened_at=opened.happened_at,
    )


def act_id_of(uuid: UUID) -> UUID:
    """Of the second act, so that a report sent twice settles once."""
    return uuid5(uuid, EFFECT)
