"""Writing and reading the record: append-only events, chained by hash a subject."""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from workflow.effects import Doing
from workflow.models import Attachment, Event, Remark, Subject
from workflow.own_labels import INTERNAL, label_of

CHANNEL = "govmap_event"
# Any number, as long as everything that writes events takes the same one.
WRITE_LOCK = 30_428
CANONICAL_VERSION = 1


def write(
    doing: Doing,
    act_id: UUID,
    body: str,
    concerned: set[int],
) -> Event:
    """Write the event, its remark and its notice; nothing may be locked after this."""
    event = _event_of(doing, act_id, body)
    remark = _remark_of(doing)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
    event.recorded_at = datetime.now(UTC)
    event.previous_hash = _last_hash(doing.row) if event.seq > 1 else ""
    event.canonical = canonical_text(event, digest_of(remark))
    event.hash = hashlib.sha256(event.canonical.encode()).hexdigest()
    event.save(force_insert=True)
    if remark:
        remark.event = event
        remark.save(force_insert=True)
    if photos := doing.given.photos:
        Attachment.objects.filter(pk__in=[row.pk for row in photos]).update(event=event)
    _notify(event, concerned)
    return event


def _event_of(doing: Doing, act_id: UUID, body: str) -> Event:
    row, move = doing.row, doing.move
    return Event(
        act_id=act_id,
        kind=row.KIND,
        subject_id=row.pk,
        subject_uuid=row.uuid,
        seq=row.events_count,
        process=row.process,
        verb=move.verb,
        from_state=move.from_state.code if move.from_state else "",
        to_state=move.to_state.code,
        actor=doing.by,
        unit=doing.post.unit,
        role=doing.post.role,
        happened_at=doing.moment,
        data=doing.given.kept,
        body_digest=body,
        canonical_version=CANONICAL_VERSION,
    )


def _remark_of(doing: Doing) -> Remark | None:
    text = doing.given.values.get("note", "")
    position = doing.given.values.get("position")
    if not text and not position:
        return None
    return Remark(salt=secrets.token_hex(16), text=text, position=position)


def digest_of(remark: Remark | None) -> str:
    """SHA-256 over the salt and the content, or nothing where there is no remark."""
    if remark is None:
        return ""
    content = json.dumps([remark.salt, remark.text, remark.position])
    return hashlib.sha256(content.encode()).hexdigest()


def canonical_text(event: Event, remark_digest: str) -> str:
    """The event as the text that is hashed: JSON, keys sorted, times in UTC."""
    fields: dict[str, Any] = {
        "v": event.canonical_version,
        "act": str(event.act_id),
        "kind": event.kind,
        "subject": str(event.subject_uuid),
        "seq": event.seq,
        "process": f"{event.process.code}/{event.process.version}",
        "verb": event.verb,
        "from": event.from_state,
        "to": event.to_state,
        "actor": str(event.actor.uuid),
        "unit": event.unit.code,
        "role": event.role,
        "happened_at": event.happened_at.astimezone(UTC).isoformat(),
        "recorded_at": event.recorded_at.astimezone(UTC).isoformat(),
        "data": event.data,
        "remark": remark_digest,
        "previous": event.previous_hash,
    }
    return json.dumps(fields, sort_keys=True, ensure_ascii=False)


def _last_hash(row: Subject) -> str:
    events = Event.objects.of(row.KIND, row.uuid)
    return events.values_list("hash", flat=True).get(seq=row.events_count - 1)


def _notify(event: Event, concerned: set[int]) -> None:
    """Only ids travel: whoever hears it reads the row again through his scope."""
    notice = {
        "id": event.pk,
        "kind": event.kind,
        "uuid": str(event.subject_uuid),
        "holders": sorted(concerned),
    }
    with connection.cursor() as cursor:
        text = json.dumps(notice, separators=(",", ":"))
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, text])


def has_changed_since(row: Subject, seq: int) -> bool:
    """Whether anything was done after event ``seq``; internal words alone are nothing.

    One query, where any event came after.
    """
    if seq >= row.events_count:
        return seq > row.events_count  # of another subject, or made up
    later = Event.objects.of(row.KIND, row.uuid).filter(seq__gt=seq)
    return later.exclude(verb__in=INTERNAL).exists()


def changes_since(row: Subject, seq: int) -> str:
    """Who did what after event ``seq``, as one line for whoever came too late."""
    labels = {move.verb: move.label for move in row.process.moves}
    events = Event.objects.of(row.KIND, row.uuid).filter(seq__gt=seq)
    events = events.exclude(verb__in=INTERNAL)
    return ", ".join(
        f"{event.actor}: {labels.get(event.verb) or label_of(event.verb)}"
        for event in events.select_related("actor")
    )
