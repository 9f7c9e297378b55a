"""A report comes in: idempotent by the uuid that the reporter's client made."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from cases.models import Case
from cases.on_the_spot import settle
from cases.openings import opening_for
from workflow.engine import begin
from workflow.models import Event
from workflow.sending import when_seen


def report(
    *,
    by: User,
    uuid: UUID,
    evidence: dict[str, Any],
    happened_at: datetime | None = None,
    on_the_spot: dict[str, Any] | None = None,
) -> tuple[Case, Event]:
    """Make a case by the process that takes it, and its opening that fits best.

    ``uuid`` names the case and the act: sent again, the same is answered. With
    ``on_the_spot``, evidence of what was done, it is settled with that: both or
    neither. Raises MayNotAct (403), ActReused (409), SomebodyElsesAct (404),
    NotOnTheSpot and errors of evidence (400).
    """
    if on_the_spot is None:
        return _open(by, uuid, evidence, happened_at)
    with transaction.atomic():
        case, event = _open(by, uuid, evidence, happened_at)
        settle(case, on_the_spot, event, by=by)
    return Case.objects.select_related("category", "street").get(pk=case.pk), event


def _open(
    by: User, uuid: UUID, evidence: dict[str, Any], happened_at: datetime | None
) -> tuple[Case, Event]:
    happened_at = when_seen(happened_at)
    draft = Case(uuid=uuid, reporter=by, reported_at=happened_at)
    draft.process, opening = opening_for(draft, by, evidence)
    event = begin(
        draft,
        opening.verb,
        by=by,
        act_id=uuid,
        evidence=evidence,
        happened_at=happened_at,
    )
    return (draft if draft.pk else Case.objects.get(pk=event.subject_id)), event
