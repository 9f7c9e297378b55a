"""他人正在处理: who else has a subject open, told to those who have it open too.

Never a lock: acts stay optimistic. A page says every 20 seconds that it is still
there; what is silent for longer than `LASTS` is gone. Word that something changed goes
over the stream to those alone who are there themselves, and names nobody: they ask
again, and the server decides anew whether they may see the subject.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import SEES_UNIT
from workflow.models import Presence, Subject
from workflow.record import CHANNEL

KIND = "presence"  # of the message
LASTS = timedelta(seconds=50)
SWEPT = 200  # rows removed at once


@dataclass(frozen=True)
class Other:
    """Somebody else who is there, and the move that he fills in, if any."""

    person: str
    move: str


def takes_part(user: User) -> bool:
    """Whose work cases are: a neighbour who reported one neither sees nor is seen."""
    return user.has_role(*SEES_UNIT)


@transaction.atomic
def enter(subject: Subject, user: User, tab: UUID, verb: str = "") -> None:
    """The page ``tab`` of the person has the subject open, and this alone."""
    if not takes_part(user):
        return
    known = {move.verb for move in subject.process.moves}
    now = timezone.now()
    before = Presence.objects.filter(person=user, tab=tab, expires_at__gt=now).first()
    fields = {
        "kind": subject.KIND,
        "subject_uuid": subject.uuid,
        "verb": verb if verb in known else "",
    }
    Presence.objects.update_or_create(
        person=user, tab=tab, defaults={**fields, "expires_at": now + LASTS}
    )
    if before and all(getattr(before, name) == fields[name] for name in fields):
        return
    _sweep()
    if before and before.subject_uuid != subject.uuid:
        _tell(before.kind, before.subject_uuid, besides=user)
    _tell(subject.KIND, subject.uuid, besides=user)


def leave(user: User, tab: UUID) -> None:
    """The page was closed, or is hidden."""
    with transaction.atomic():
        rows = Presence.objects.filter(person=user, tab=tab)
        gone = list(rows.values_list("kind", "subject_uuid"))
        rows.delete()
        for kind, uuid in gone:
            _tell(kind, uuid, besides=user)


def others(subject: Subject, user: User) -> list[Other]:
    """Who else has it open now, each once; who writes stands before who looks."""
    if not takes_part(user):
        return []
    rows = Presence.objects.now().filter(kind=subject.KIND, subject_uuid=subject.uuid)
    rows = rows.exclude(person=user).select_related("person").order_by("-verb", "pk")
    labels = {move.verb: move.label for move in subject.process.moves}
    found: dict[int, Other] = {}
    for row in rows:
        other = Other(str(row.person), labels.get(row.verb, ""))
        found.setdefault(row.person_id, other)
    return list(found.values())


def _tell(kind: str, uuid: UUID, *, besides: User) -> None:
    """Those who have it open hear that somebody came, went or began to write."""
    rows = Presence.objects.now().filter(kind=kind, subject_uuid=uuid)
    people = rows.exclude(person=besides).values_list("person_id", flat=True)
    holders = sorted({-pk for pk in people})
    if not holders:
        return
    _send({"id": 0, "kind": KIND, "uuid": str(uuid), "holders": holders})


def _send(told: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        text = json.dumps(told, separators=(",", ":"))
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])


def _sweep() -> None:
    """Rows that ended; what another removes at this moment is his to remove."""
    ended = Presence.objects.filter(expires_at__lt=timezone.now())
    some = ended.select_for_update(skip_locked=True).values("pk")[:SWEPT]
    Presence.objects.filter(pk__in=list(some.values_list("pk", flat=True))).delete()
