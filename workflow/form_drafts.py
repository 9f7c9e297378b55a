"""暂存 on the server: what somebody typed is found again on another phone.

The phone's own draft stays the first net: it needs no network. This one is kept when
he asks for it, and goes when the form is sent or when he throws it away.
"""

import json
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict, NotFound
from workflow.models import Attachment, FormDraft

LONGEST = 20_000  # characters of what was typed, as JSON
MOST = 50  # drafts of one person


class DraftTooLong(BadInput):
    """Nobody types so much into a form."""

    message = gettext_noop("This is too much for a draft. Shorten it, or send it.")


class TooManyDrafts(Conflict):
    """They are kept for ever, so somebody must look at them."""

    message = gettext_noop(
        "Too many drafts are kept already. Send or discard one of them first."
    )


def keep(
    user: User,
    form: str,
    uuid: UUID,
    *,
    data: Any,
    photos: list[str] | None = None,
    elsewhere: int = 0,
) -> FormDraft:
    """Keep the form as it is now, over what was kept of it before.

    ``elsewhere``: photos that are only on the phone. Raises BadInput, TooManyDrafts,
    and NotFound where the uuid is somebody else's.
    """
    if not isinstance(data, dict) or len(json.dumps(data)) > LONGEST:
        raise DraftTooLong
    row = FormDraft.objects.filter(uuid=uuid).first()
    if row is None:
        if FormDraft.objects.of(user, form).count() >= MOST:
            raise TooManyDrafts
        row = FormDraft(uuid=uuid, owner=user, form=form)
    if row.owner_id != user.pk or row.form != form:
        raise NotFound
    row.data, row.photos = data, _there(user, photos or [])
    row.photos_elsewhere = min(max(elsewhere, 0), 99)
    row.kept_at = timezone.now()
    row.save()
    return row


def _there(user: User, photos: list[str]) -> list[str]:
    """Those that this person has sent ahead and not used, in their order."""
    wanted = []
    for text in photos[:99]:
        try:
            wanted.append(str(UUID(str(text))))
        except ValueError as error:
            raise BadInput from error
    rows = Attachment.objects.filter(
        uuid__in=wanted, uploaded_by=user, event__isnull=True
    )
    known = {str(uuid) for uuid in rows.values_list("uuid", flat=True)}
    return [uuid for uuid in dict.fromkeys(wanted) if uuid in known]


def one_of(user: User, form: str, uuid: UUID) -> FormDraft:
    """Raises NotFound (404), also for what is somebody else's."""
    found = FormDraft.objects.of(user, form).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def forget(user: User, form: str, uuid: UUID) -> None:
    """It was sent, or thrown away."""
    FormDraft.objects.of(user, form).filter(uuid=uuid).delete()
