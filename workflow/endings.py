"""What the system does when a limit has run out: a public notice is taken down.

A process marks such a move ``"auto": true, "when_over": "notice"``. It is done by the
job of the ladder, once, under its guards; while one of them refuses (an objection waits
for its answer) it is tried again.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from govmap.lib.errors import DomainError
from workflow import own_events
from workflow.engine import by_itself
from workflow.models import Deadline, Subject, Transition

logger = logging.getLogger(__name__)

AGAIN = timedelta(minutes=30)  # until a move that was refused is tried again


def moves_at_end(subject: object, row: Deadline) -> list[Transition]:
    """The moves that the limit's end calls for, from whatever state."""
    if not isinstance(subject, Subject):  # a part of a subject has no moves
        return []
    moves = subject.process.moves
    return [move for move in moves if move.auto and move.when_over == row.name]


def do(subject: Subject, row: Deadline, now: datetime) -> datetime | None:
    """Do the first that is there and that its guards allow. When to try again, if none
    was; nothing where the limit's end calls for none.
    """
    moves = moves_at_end(subject, row)
    name = own_events.name_of("over", row.pk, row.extensions, row.due_at.isoformat())
    for move in moves:
        if move.from_state_id != subject.state_id:
            continue
        try:
            with transaction.atomic():
                by_itself(subject, move.verb, act_id=name)
        except DomainError as error:
            logger.info("limit %s: %s waits: %s", row.pk, move.verb, error.text)
        else:
            return None
    return now + AGAIN if moves else None
