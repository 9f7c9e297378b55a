"""What somebody has not read yet, of any kind of subject.

A subject is unread for a person where somebody else acted on it since he last opened
it or acted on it himself, and where he never opened it though it came while he was at
work. Acts that the clock writes by itself make nothing unread. A kind takes part by
``after(kind)(note)``.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from accounts.robots import USERNAME
from workflow.effects import Doing
from workflow.models import Seen, Subject

TABLE = Seen._meta.db_table
ARRIVES = f"""
INSERT INTO {TABLE} (user_id, kind, subject_id, seq, changed, acted)
VALUES (%s, %s, %s, %s, false, true)
ON CONFLICT (user_id, kind, subject_id) DO UPDATE
SET seq = EXCLUDED.seq, changed = false, acted = true
"""
CHANGES = f"""
UPDATE {TABLE} SET changed = true
WHERE kind = %s AND subject_id = %s AND user_id <> %s AND NOT changed
"""
# Whether something happened while the page was being made is asked of the row itself.
OPENS = f"""
INSERT INTO {TABLE} (user_id, kind, subject_id, seq, changed, acted)
SELECT %s, %s, id, %s, events_count > %s, false FROM {{table}} WHERE id = %s
ON CONFLICT (user_id, kind, subject_id) DO UPDATE
SET seq = EXCLUDED.seq, changed = EXCLUDED.changed
WHERE {TABLE}.seq <= EXCLUDED.seq AND (
    {TABLE}.changed OR {TABLE}.seq < EXCLUDED.seq)
"""
MARKS = f"""
INSERT INTO {TABLE} (user_id, kind, subject_id, seq, changed, acted)
SELECT %s, %s, id, events_count, %s, false FROM {{table}} WHERE id = ANY(%s)
ORDER BY id
ON CONFLICT (user_id, kind, subject_id) DO UPDATE
SET seq = EXCLUDED.seq, changed = EXCLUDED.changed
"""


def note(doing: Doing) -> None:
    """Who acted has read it; whoever had opened it has not read this act. One query.

    Registered with `workflow.effects.after`.
    """
    row, by = doing.row, doing.by
    others = [row.KIND, row.pk, by.pk]
    own = [by.pk, row.KIND, row.pk, row.events_count]
    with connection.cursor() as cursor:
        if by.username == USERNAME:
            cursor.execute(CHANGES, others)
        elif row.events_count == 1:
            cursor.execute(ARRIVES, own)
        else:
            cursor.execute(f"WITH others AS ({CHANGES}) {ARRIVES}", [*others, *own])


def see(subject: Subject, user: User) -> None:
    """The person has this subject before him, as it stands here. One query."""
    seq = subject.events_count
    told = [user.pk, subject.KIND, seq, seq, subject.pk]
    with connection.cursor() as cursor:
        cursor.execute(OPENS.format(table=subject._meta.db_table), told)


def mark(
    model: type[Subject], ids: Collection[int], user: User, *, unread: bool
) -> None:
    """Mark subjects of one kind as read, or as not; whose they are, was asked."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            MARKS.format(table=model._meta.db_table),
            [user.pk, model.KIND, unread, list(ids)],
        )


def changed_since(kind: str, user: User) -> Subquery:
    """Of the outer row: None where it was never opened, else whether it changed."""
    rows = Seen.objects.of(user, kind).filter(subject_id=OuterRef("pk"))
    return Subquery(rows.values("changed")[:1])


def opened(kind: str, user: User) -> Exists:
    """Whether the person has opened the outer row, or acted on it."""
    return Exists(Seen.objects.of(user, kind).filter(subject_id=OuterRef("pk")))


def changed_ids(kind: str, user: User) -> "QuerySet[Seen, int]":
    """Keys of what changed since the person opened it, the newest first."""
    rows = Seen.objects.of(user, kind).filter(changed=True)
    return rows.order_by("-subject_id").values_list("subject_id", flat=True)


def acted_ids(kind: str, user: User) -> "QuerySet[Seen, int]":
    """Keys of what the person did something with."""
    rows = Seen.objects.of(user, kind).filter(acted=True)
    return rows.values_list("subject_id", flat=True)


def works_since(user: User) -> datetime | None:
    """When the first of the person's present posts began; None: since ever.

    What is older was there before him, and never waits to be read.
    """
    begun = [post.valid.lower for post in user.posts]
    return None if None in begun else min(begun, default=None)
