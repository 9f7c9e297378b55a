"""Acts on versions: done at once, or by a worker where they take a while.

The one door is `workflow.engine.act`; this decides only who opens it, and when.
"""

import logging
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from accounts.models import User
from govmap.lib.errors import Conflict, DomainError
from layers.models import PendingAct, Version
from workflow.engine import act, moves_open_to
from workflow.errors import ActReused, SomebodyElsesAct
from workflow.evidence import read
from workflow.models import Event, Transition

TASK = "layers.carry_out_act"
# Above so many rows that differ, or rows of the layer (whose overviews are drawn anew),
# nobody is kept waiting.
LONG, LARGE = 2_000, 100_000
REWRITES = {"publish_version", "withdraw_version"}
log = logging.getLogger(__name__)


class AtWork(Conflict):
    """This is being done already. Wait until it has ended."""

    message = gettext_noop("This is being done already. Wait until it has ended.")


def do(
    version: Version,
    verb: str,
    *,
    by: User,
    act_id: UUID,
    after_event: int | None = None,
    evidence: dict[str, Any] | None = None,
) -> Event | PendingAct:
    """Do the act, or queue it where it rewrites much. The same act again: the same.

    Raises what `workflow.engine.act` raises, and AtWork.
    """
    evidence = evidence or {}
    if queued := PendingAct.objects.filter(act_id=act_id).first():
        return _same(queued, version, verb, by)
    move = _open_move(version, verb, by)
    stale = after_event is not None and after_event != version.events_count
    if move is None or stale or not takes_long(version, move):
        # What may not be done is refused there, in the right words.
        return act(
            version,
            verb,
            by=by,
            act_id=act_id,
            after_event=after_event,
            evidence=evidence,
        )
    read(version, move, evidence, by_id=by.pk)
    pending = PendingAct(
        version=version,
        act_id=act_id,
        verb=verb,
        by=by,
        after_event=version.events_count,
        evidence=evidence,
    )
    return _queue(pending)


def _same(queued: PendingAct, version: Version, verb: str, by: User) -> PendingAct:
    if queued.by_id != by.pk:
        raise SomebodyElsesAct
    if (queued.version_id, queued.verb) != (version.pk, verb):
        raise ActReused
    return queued


def _open_move(version: Version, verb: str, by: User) -> Transition | None:
    moves = moves_open_to(version, by)
    return next((move for move in moves if move.verb == verb), None)


def takes_long(version: Version, move: Transition) -> bool:
    if REWRITES.isdisjoint(move.effects):
        return False
    differing = version.added + version.changed + version.closed
    return differing > LONG or version.rows > LARGE


def _queue(pending: PendingAct) -> PendingAct:
    try:
        with transaction.atomic():
            pending.save(force_insert=True)
            app.configure_task(TASK).defer(pending=pending.pk)
    except IntegrityError as error:
        raise AtWork from error
    return pending


def carry_out(pending: PendingAct) -> PendingAct:
    """Do a queued act; what refuses it is kept for its page. Twice is once."""
    if pending.has_ended:
        return pending
    try:
        with transaction.atomic():
            act(
                pending.version,
                pending.verb,
                by=pending.by,
                act_id=pending.act_id,
                after_event=pending.after_event,
                evidence=pending.evidence,
            )
            _end(pending)
    except DomainError as error:
        _end(pending, error.text)
    except OperationalError:
        # The database went away: the job comes again.
        raise
    except Exception:
        # Whoever waits for it must not wait for ever.
        log.exception("%s broke off", pending)
        _end(pending, _("The server could not do it. Tell the administrator."))
    return pending


def _end(pending: PendingAct, trouble: str = "") -> None:
    pending.ended_at, pending.trouble = timezone.now(), trouble
    pending.evidence = {}
    pending.save(update_fields=["ended_at", "trouble", "evidence"])
