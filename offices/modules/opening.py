"""查看完整信息: what is masked is opened for a purpose, for minutes, on record."""

import time
from collections.abc import Mapping

from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.pages import AuthedRequest
from offices.models.record import Record
from offices.models.record_trace import RecordReading
from offices.modules.definition import LEVELS, S1, definition_of
from offices.modules.rights import may_open

OPEN_FOR = 600  # seconds
KEY = "records_opened"
MOST = 40  # records of one session
PURPOSES: Mapping[str, str | Promise] = {
    "handle": _("to handle this entry"),
    "call": _("to call or visit"),
    "check": _("to check what was entered"),
    "answer": _("the person asks"),
}


class NoPurpose(BadInput):
    """Say what for: it is written down."""

    message = gettext_noop("Say what for: it is written down.")


class MayNotOpen(NotAllowed):
    """These values are not for your post."""

    message = gettext_noop("These values are not for your post.")


def openable(user: User, record: Record) -> list[str]:
    """The levels beyond the internal that this person may open."""
    definition = definition_of(record.version_id)
    return [
        level
        for level in LEVELS
        if level != S1
        and level in definition.levels
        and may_open(user, record, level, definition)
    ]


@transaction.atomic
def note_reading(
    user: User, record: Record, levels: list[str], purpose: str, address: str = ""
) -> None:
    """Write down who looked at what, and what for."""
    post = user.posts[0]
    RecordReading.objects.create(
        record=record,
        by=user,
        unit=post.unit,
        role=post.role,
        level=max(levels),
        purpose=purpose[:200],
        address=address[:60],
    )


def reveal(request: AuthedRequest, record: Record, purpose: str) -> None:
    """Open what this person may open of the record. Raises NoPurpose, MayNotOpen."""
    text = str(PURPOSES.get(purpose, purpose)).strip()
    if len(text) < 2:
        raise NoPurpose
    levels = openable(request.user, record)
    if not levels:
        raise MayNotOpen
    address = request.META.get("REMOTE_ADDR", "")
    note_reading(request.user, record, levels, text, address)
    kept = request.session.get(KEY, {})
    now = time.time()
    kept = {key: pair for key, pair in kept.items() if pair[1] > now}
    kept[str(record.uuid)] = [levels, now + OPEN_FOR]
    request.session[KEY] = dict(list(kept.items())[-MOST:])


def opened_now(request: HttpRequest, record: Record) -> frozenset[str]:
    """The sensitivities that lie open before the reader, what is internal always."""
    levels, until = request.session.get(KEY, {}).get(str(record.uuid), ([], 0))
    return frozenset({S1, *(levels if until > time.time() else ())})
