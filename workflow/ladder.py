"""Climbing the ladder: what a limit's steps do when their points come.

A limit says when it is looked at next (`Deadline.look_at`). Looking takes every step
whose point has passed and is not taken yet, and sets the next look; all in one
transaction, and a unique row keeps each step from being taken twice.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from govmap.lib.errors import DomainError
from workflow import clock_running, endings, notices, own_events
from workflow.clock import WorkCalendar
from workflow.clock_effects import save_run
from workflow.engine import by_itself
from workflow.models import Deadline, LadderFiring, LadderStep, Subject
from workflow.own_labels import WENT_ON
from workflow.subjects import locked

logger = logging.getLogger(__name__)

AT_ONCE = 500  # limits looked at by one run of the job; the rest by the next
LATER = timedelta(minutes=10)  # until a limit that failed is tried again


def point_of(step: LadderStep, row: Deadline, clock: WorkCalendar) -> datetime:
    """When the step's turn comes for this limit."""
    if step.minutes is not None:
        return row.due_at + timedelta(minutes=step.minutes)
    left = clock_running.left_of(row, clock)
    since, share = row.counted_from, step.share or 0
    point = clock.share_after(since, row.used, left, row.limit_type, share)
    return row.due_at if share == 100 else point


def steps_for(row: Deadline, steps: Iterable[LadderStep]) -> list[LadderStep]:
    """The steps that are meant for this limit.

    A time that must pass is no reason to urge: only steps that name it mean it.
    """
    names = (row.name,) if row.waits else ("", row.name)
    return [
        step for step in steps if step.kind in ("", row.kind) and step.name in names
    ]


def waiting(now: datetime) -> QuerySet[Deadline]:
    """The limits that are to be looked at."""
    rows = Deadline.objects.running().filter(paused_at__isnull=True)
    return rows.filter(look_at__lte=now).order_by("look_at")


def climb(now: datetime, *, most: int = AT_ONCE) -> int:
    """Look at the limits whose time has come. Returns how many."""
    return _each(waiting(now)[:most], lambda pk: look(pk, now), "look_at")


def _each(rows: QuerySet[Deadline], do: Callable[[int], None], again: str) -> int:
    """One transaction a limit: what fails with one holds up no other.

    ``again``: the field that says when its turn comes.
    """
    keys = list(rows.values_list("pk", flat=True))
    for pk in keys:
        try:
            do(pk)
        except (DomainError, DatabaseError, LookupError, ValueError):
            logger.exception("limit %s: failed, tried again later", pk)
            later = timezone.now() + LATER
            Deadline.objects.filter(pk=pk).update(**{again: later})
    return len(keys)


def _held(pk: int) -> tuple[Subject | None, Deadline | None]:
    """The limit's subject and the limit, locked in that order as every act does."""
    told = Deadline.objects.get(pk=pk)
    subject = locked(told.kind, told.subject_id)
    rows = Deadline.objects.running().select_for_update()
    return subject, rows.filter(pk=pk).first()


@transaction.atomic
def look(pk: int, now: datetime) -> None:
    """Take the steps whose points have passed, and say when to look again."""
    subject, row = _held(pk)
    if subject is None or row is None or row.paused_at:
        return
    clock = WorkCalendar.current()
    steps = steps_for(row, LadderStep.objects.in_use())
    points = [(point_of(step, row, clock), step) for step in steps]
    points.sort(key=lambda pair: (pair[0], pair[1].pk))
    # Set before anything is done: what a step does may move the limit.
    row.look_at = _next_look(subject, row, [point for point, _step in points], now)
    row.save(update_fields=["look_at"])
    passed = [
        step for point, step in points if step.begins_at <= point and point <= now
    ]
    taken = [_take(step, subject, row, now) for step in _not_taken(row, passed)]
    # After all telling, for an event comes last in a transaction.
    for firing in taken:
        if firing.step.verb:
            _do(firing, subject)
    if row.due_at <= now:
        again = endings.do(subject, row, now)
        rows = Deadline.objects.running().filter(pk=pk, look_at=None)
        if again:
            rows.update(look_at=again)


def _next_look(
    subject: Subject, row: Deadline, points: Sequence[datetime], now: datetime
) -> datetime | None:
    """The first point to come; the limit's end is one where a move waits for it."""
    ends = [row.due_at] if endings.moves_at_end(subject, row) else []
    return min((point for point in [*points, *ends] if point > now), default=None)


def _not_taken(row: Deadline, steps: Sequence[LadderStep]) -> list[LadderStep]:
    rows = LadderFiring.objects.filter(deadline=row, round=row.extensions)
    taken = set(rows.values_list("step_id", flat=True))
    return [step for step in steps if step.pk not in taken]


def _take(
    step: LadderStep, subject: Subject, row: Deadline, now: datetime
) -> LadderFiring:
    """Tell whom the step says, and keep that it was taken."""
    return LadderFiring.objects.create(
        deadline=row,
        step=step,
        round=row.extensions,
        fired_at=now,
        told=_tell(step, subject, row),
    )


def _tell(step: LadderStep, subject: Subject, row: Deadline) -> int:
    posts: set[notices.Post] = set()
    people: set[int] = set()
    for who in step.who:
        name = who.get("is") or who["at"]
        if name in subject.RELATED_PEOPLE | subject.RELATED_UNITS:
            more_posts, more_people = notices.addressed(
                subject, name, who.get("role", "")
            )
            posts, people = posts | more_posts, people | more_people
    return notices.notify(
        subject,
        "ladder",
        posts=posts,
        people=people,
        key=f"ladder/{row.pk}/{row.extensions}/{step.pk}",
        data={"title": step.titles, "due": row.due_at.isoformat(), "limit": row.name},
    )


def _do(firing: LadderFiring, subject: Subject) -> None:
    """Do the step's move; keep why not, where the process does not have it now.

    Of a part of a subject it is a move of the whole, which names the part.
    """
    step, row = firing.step, firing.deadline
    whole = getattr(subject, "whole", subject)
    named = getattr(subject, "named", {})
    name = own_events.name_of("ladder", row.pk, firing.round, step.pk)
    try:
        with transaction.atomic():
            by_itself(
                whole,
                step.verb,
                act_id=name,
                evidence={**step.evidence, **named},
                why=step.titles.get("zh-hans", ""),
            )
    except DomainError as error:
        firing.refused = str(error.text)[:200]
        firing.save(update_fields=["refused"])


def look_at_all() -> int:
    """The steps changed: every open limit is looked at again, a part each minute."""
    return Deadline.objects.running().update(look_at=timezone.now())


def resume_due(now: datetime, *, most: int = AT_ONCE) -> int:
    """Let the pauses end whose day has come. Returns how many there were."""
    rows = Deadline.objects.running().filter(paused_until__lte=now)
    rows = rows.order_by("paused_until")[:most]
    return _each(rows, lambda pk: resume_by_itself(pk, now), "paused_until")


@transaction.atomic
def resume_by_itself(pk: int, now: datetime) -> None:
    """By the process's own move where it has one, else of the clock's accord."""
    subject, row = _held(pk)
    if subject is None or row is None or not row.paused_at or not row.paused_until:
        return
    if row.paused_until > now:
        return
    name = own_events.name_of("resume", row.pk, row.paused_at.isoformat())
    for move in subject.moves_from_here():
        if move.auto and f"resume:{row.name}" in move.effects:
            by_itself(subject, move.verb, act_id=name)
            return
    clock_running.resume(row, row.paused_until, WorkCalendar.current())
    save_run(row)
    data = {"limit": row.name, "due": row.due_at.isoformat()}
    own_events.write(subject, WENT_ON, name, data)
