"""What happens to a subject without a move: its clock was moved, or went on by itself.

Such an event leads from the state to the same state, in the system's name, and is
chained with the others; no process has a verb for it.
"""

import hashlib
import json
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from accounts.robots import robot
from workflow import record
from workflow.effects import Doing
from workflow.evidence import Given
from workflow.models import Event, Subject, Transition
from workflow.scope import EVERYBODY, holders

NAMESPACE = UUID("5f0c2f6e-6d0c-4d0e-9a31-4b0a7c9d5e11")


def name_of(*cause: object) -> UUID:
    """The act's id, made from what called for it: what is called for twice is one."""
    return uuid5(NAMESPACE, "/".join(str(part) for part in cause))


def write(row: Subject, what: str, act_id: UUID, data: dict[str, Any]) -> Event:
    """The event of a row that the caller holds locked; nothing is locked after it.

    ``data`` is kept for ever: nothing personal.
    """
    who = robot()
    row.events_count += 1
    row.save(update_fields=["events_count"])
    stays = Transition(
        process=row.process, verb=what, from_state=row.state, to_state=row.state
    )
    doing = Doing(row, stays, who, who.posts[0], Given(kept=data), timezone.now())
    concerned = holders(row) | row.heard_by()
    if row.heard_by_all:
        concerned.add(EVERYBODY)
    text = json.dumps([what, data], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return record.write(doing, act_id, digest, concerned)
