"""Saying what is wrong or could be better, and answering it.

The words are in the row alone: neither notices nor the event log hold any of them.
"""

from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Membership, Unit, User
from accounts.roles import DESK, SUPERVISES, Role
from cases.models import Feedback, reads_feedback
from govmap.lib.errors import BadInput, Conflict, NotAllowed, NotFound
from govmap.lib.once import queue_behind_same
from workflow import notices
from workflow.attachments import keep_photo

TEXT_MOST = 2000
PAGE_MOST = 300
notices.says("feedback_sent", _("A complaint or suggestion came in"))
notices.says("feedback_answered", _("Your complaint or suggestion was answered"))


class NothingSaid(BadInput):
    """Say what it is about, and write a few words."""

    message = gettext_noop("Say what it is about, and write a few words.")


class NoAnswer(BadInput):
    """Write the answer first."""

    message = gettext_noop("Write the answer first.")


class AnsweredAlready(Conflict):
    """Somebody answered this meanwhile."""

    message = gettext_noop("This was answered meanwhile. Read the answer first.")


def readers() -> set[int]:
    """Ids of who answers for the system, as `reads_feedback` says of one."""
    posts = Membership.objects.valid_at(timezone.now())
    centre = Q(role__in=DESK | SUPERVISES, unit__kind=Unit.Kind.DISTRICT)
    rows = posts.filter(Q(role=Role.SYSTEM) | centre, user__is_active=True)
    return set(rows.values_list("user_id", flat=True))


@transaction.atomic
def send(
    by: User,
    *,
    uuid: UUID,
    kind: str,
    text: str,
    page: str = "",
    screenshot: UploadedFile | None = None,
) -> Feedback:
    """Keep it and tell those who answer; sent again with the uuid, the same row.

    Raises NothingSaid (400), NotFound (404), and as `keep_photo` does.
    """
    queue_behind_same(uuid)
    if done := Feedback.objects.filter(uuid=uuid).first():
        if done.sender_id != by.pk:
            raise NotFound
        return done
    if kind not in Feedback.Kind.values or not text.strip():
        raise NothingSaid
    photo = (
        keep_photo(by, uuid5(uuid, "screenshot"), screenshot) if screenshot else None
    )
    row = Feedback.objects.create(
        uuid=uuid,
        kind=kind,
        text=text.strip()[:TEXT_MOST],
        page=local(page),
        screenshot=photo,
        sender=by,
        unit=by.posts[0].unit if by.posts else None,
    )
    _tell(row, "feedback_sent", readers() - {by.pk})
    return row


@transaction.atomic
def answer(row: Feedback, by: User, text: str, *, again: bool = False) -> Feedback:
    """Answer it and tell the sender; ``again`` puts another answer in its place.

    Raises NotAllowed (403), NoAnswer (400), AnsweredAlready (409).
    """
    if not reads_feedback(by):
        raise NotAllowed
    if not text.strip():
        raise NoAnswer
    row = Feedback.objects.select_for_update().get(pk=row.pk)
    if row.answer == text.strip():
        return row
    if row.answer and not again:
        raise AnsweredAlready
    row.answer, row.answered_by = text.strip()[:TEXT_MOST], by
    row.answered_at = timezone.now()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    _tell(row, "feedback_answered", {row.sender_id} - {by.pk})
    return row


def local(page: str) -> str:
    """The path of one of our pages, without what was asked of it; else nothing."""
    path = page.partition("?")[0].partition("#")[0]
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path[:PAGE_MOST] if ours else ""


def _tell(row: Feedback, what: str, people: set[int]) -> None:
    data: dict[str, Any] = {"page": reverse("feedback:one", args=[row.uuid])}
    key = f"{what}/{row.uuid}/{row.answered_at or ''}"
    notices.notify(None, what, people=people, key=key[:120], data=data)
