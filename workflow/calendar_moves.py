"""What a change of the calendar does to the limits that run."""

import contextlib
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from workflow import clock_running, own_events
from workflow.clock import CONTINUOUS, WorkCalendar
from workflow.models import Deadline
from workflow.models.clock import LimitType
from workflow.own_labels import RECOMPUTED
from workflow.subjects import locked

TASK = "workflow.recompute_deadlines"
ON_THE_CALENDAR = tuple(sorted(set(LimitType) - set(CONTINUOUS)))
AT_ONCE = 500  # keys read at a time; each row is a transaction of its own
SHOWN = 5000  # rows that a preview works out


def running() -> QuerySet[Deadline]:
    """The open limits that the calendar can move. A paused one is settled later."""
    rows = Deadline.objects.running().filter(paused_at__isnull=True)
    return rows.filter(limit_type__in=ON_THE_CALENDAR)


def preview() -> dict[str, Any]:
    """How many open limits the present calendar would move, of how many.

    ``more``: there are too many, and only the newest were worked out.
    """
    clock = WorkCalendar.current()
    rows = list(running().order_by("-pk")[: SHOWN + 1])
    moved = [row for row in rows[:SHOWN] if _moves(row, clock)]
    return {
        "of": min(len(rows), SHOWN),
        "moved": len(moved),
        "provisional": Deadline.objects.running().filter(provisional=True).count(),
        "more": len(rows) > SHOWN,
    }


def _moves(row: Deadline, clock: WorkCalendar) -> bool:
    before = (row.due_at, row.yellow_at)
    clock_running.settle(row, clock)
    return before != (row.due_at, row.yellow_at)


def recompute(*, provisional: bool) -> int:
    """Work out anew the open limits, only the provisional ones or all.

    Returns how many moved. Begun again, it goes on with what is left.
    """
    clock = WorkCalendar.current()
    return sum(_recompute(pk, clock) for pk in _keys(provisional))


def _keys(provisional: bool) -> Iterator[int]:
    rows = running().filter(provisional=True) if provisional else running()
    last = 0
    while keys := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        yield from keys
        last = keys[-1]


@transaction.atomic
def _recompute(pk: int, clock: WorkCalendar) -> bool:
    """One limit, with an event on its subject where it moved."""
    told = Deadline.objects.get(pk=pk)
    subject = locked(told.kind, told.subject_id)
    # Its subject's lock first, as every act takes them.
    row = running().select_for_update().filter(pk=pk).first()
    if subject is None or row is None:
        return False
    due, yellow = row.due_at, row.yellow_at
    if not clock_running.settle(row, clock):
        return False
    row.save(update_fields=["due_at", "yellow_at", "provisional", "look_at"])
    if (due, yellow) == (row.due_at, row.yellow_at):
        return False
    data = {
        "limit": row.name,
        "due_before": due.astimezone(UTC).isoformat(),
        "due": row.due_at.astimezone(UTC).isoformat(),
    }
    cause = own_events.name_of(TASK, pk, subject.events_count, data["due"])
    own_events.write(subject, RECOMPUTED, cause, data)
    return True


def recompute_soon(*, provisional: bool) -> None:
    """Let a job do it, once for all changes that are made before it runs."""
    lock = f"{TASK}.{provisional}"
    job = app.configure_task(name=TASK, queueing_lock=lock)
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(provisional=provisional)


def follow() -> None:
    """The calendar changed: what was provisional is provisional no longer, perhaps."""
    if running().filter(provisional=True).exists():
        recompute_soon(provisional=True)
