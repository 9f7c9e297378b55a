"""What a worker answers: it is so, it is not so, or nobody can be reached.

What is so changes the register as the worker's own entry would, with the list as its
source; the owner of the list reads the answer.
"""

import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from offices.comparison.carrying_out import carry_out
from offices.comparison.compared import compared_in
from offices.models import ComparisonTask
from offices.registers.permissions import NotYourGround, can_keep

Answer = ComparisonTask.Answer
REASON_LEAST = 2


class IsAnswered(Conflict):
    """Somebody has answered this already."""

    message = gettext_noop("Somebody has answered this already.")


class NoReason(BadInput):
    """Say why it is not so, or what was tried: the owner of the list reads it."""

    message = gettext_noop(
        "Say why it is not so, or what was tried: the owner of the list reads it."
    )


def said_by(task: ComparisonTask) -> dict[str, Any]:
    """What the list says, opened. Whoever calls this has noted who reads it."""
    text = task.said.open()
    return json.loads(text) if text else {}


def entry_of(task: ComparisonTask) -> Any:
    """What the register holds; None where it is new, or where it was merged."""
    if task.subject is None:
        return None
    rows = compared_in(task.source.register).all().filter(uuid=task.subject)
    return rows.select_related("community", "street").first()


@transaction.atomic
def answer(
    task: ComparisonTask,
    by: User,
    said: str,
    *,
    reason: str = "",
    on: date | None = None,
) -> ComparisonTask:
    """``on``: the day on which somebody moved or died.

    Raises IsAnswered, EntryIsGone (409), NoReason (400), NotYourGround (403), and
    what entering by hand raises.
    """
    row = ComparisonTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not row.is_open:
        raise IsAnswered
    if not can_keep(by, row):
        raise NotYourGround
    if said not in (Answer.SO, Answer.NOT_SO, Answer.UNREACHED):
        raise BadInput(_("Choose one of the three answers."))
    reason = reason.strip()[:200]
    if said != Answer.SO and len(reason) < REASON_LEAST:
        raise NoReason
    if said == Answer.SO:
        entry = carry_out(row, said_by(row), entry_of(row), by, on)
        row.subject = entry.uuid
    row.answer, row.reason = said, reason
    row.answered_by, row.answered_at = by, timezone.now()
    row.save(
        update_fields=["answer", "reason", "answered_by", "answered_at", "subject"]
    )
    return row
