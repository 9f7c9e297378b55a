"""A report comes in: idempotent by the uuid that the reporter's client made."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from cases.models import Case
from workflow.engine import begin, openings_for
from workflow.errors import MayNotAct
from workflow.models import Event, Process

# A phone that was offline sends later; one with a wrong clock must not date ahead.
LATEST_REPORT = timedelta(days=30)


def report(
    *,
    by: User,
    uuid: UUID,
    evidence: dict[str, Any],
    happened_at: datetime | None = None,
) -> tuple[Case, Event]:
    """Make a case by the first opening of the process that the person's role allows.

    ``uuid`` names the case and the act: sent again, the same is answered. Raises
    MayNotAct (403), ActReused (409), SomebodyElsesAct (404), errors of evidence (400).
    """
    process = Process.objects.current(Case.KIND)
    now = timezone.now()
    if happened_at is None or not now - LATEST_REPORT <= happened_at <= now:
        happened_at = now
    draft = Case(uuid=uuid, process=process, reporter=by, reported_at=happened_at)
    openings = openings_for(process, draft, by)
    if not openings:
        raise MayNotAct
    event = begin(
        draft,
        openings[0].verb,
        by=by,
        act_id=uuid,
        evidence=evidence,
        happened_at=happened_at,
    )
    return (draft if draft.pk else Case.objects.get(pk=event.subject_id)), event
