"""What happens to one limit: it begins, pauses, resumes, is extended, is met.

Each changes the row alone, unsaved; whoever calls holds the subject's lock and saves.
"""

from datetime import datetime, timedelta

from workflow.clock import ZERO, WorkCalendar
from workflow.models import Deadline


def begin(
    row: Deadline, moment: datetime, limit: int, limit_type: str, clock: WorkCalendar
) -> None:
    """From ``moment`` on the row's limit runs."""
    row.limit, row.limit_type = limit, limit_type
    row.started_at, row.since = moment, moment
    row.left, row.used = clock.given(moment, limit, limit_type), ZERO
    settle(row, clock)
    row.first_due_at = row.due_at


def left_of(row: Deadline, clock: WorkCalendar) -> timedelta:
    """What was left at `Deadline.counted_from`."""
    if row.left is not None:
        return row.left
    return clock.given(row.started_at, row.limit, row.limit_type)


def settle(row: Deadline, clock: WorkCalendar) -> bool:
    """Work out anew when it turns yellow and is due; whether that changed anything.

    The ladder looks at it again, for its points move too.
    """
    before = (row.due_at, row.yellow_at, row.provisional)
    since, left = row.counted_from, left_of(row, clock)
    due = clock.after(since, left, row.limit_type)
    yellow = clock.yellow_after(since, row.used, left, row.limit_type)
    # Where nothing is given, or whole days end before the limit begins.
    row.due_at = max(due, row.started_at)
    row.yellow_at = min(max(yellow, row.started_at), row.due_at)
    row.look_at = since
    row.provisional = clock.is_provisional(since, row.due_at, row.limit_type)
    return before != (row.due_at, row.yellow_at, row.provisional)


def pause(
    row: Deadline,
    moment: datetime,
    clock: WorkCalendar,
    until: datetime | None = None,
    why: str = "",
) -> None:
    """Keep what is left; ``until`` says when it resumes by itself, ``why`` for what
    it stands still, in the process's words.

    Of what was overdue less than nothing is left, and stays so.
    """
    if row.paused_at is None:
        # A phone that sends late may tell of a moment before the last resuming.
        moment = max(moment, row.counted_from)
        gone = clock.elapsed(row.counted_from, moment, row.limit_type)
        row.left, row.used = left_of(row, clock) - gone, row.used + gone
        row.since = row.paused_at = moment
    row.paused_until, row.paused_for = until, why


def resume(row: Deadline, moment: datetime, clock: WorkCalendar) -> None:
    """Go on with what was left when it paused."""
    if row.paused_at is None:
        return
    row.since = max(moment, row.paused_at)
    row.paused_at = row.paused_until = None
    row.paused_for = ""
    settle(row, clock)


def extend(row: Deadline, limit: int, clock: WorkCalendar) -> None:
    """Another ``limit`` of the row's own type, counted from where it would end."""
    left = left_of(row, clock)
    row.left = clock.lengthened(row.counted_from, left, limit, row.limit_type)
    row.extensions += 1
    if row.paused_at is None:
        settle(row, clock)


def meet(row: Deadline, moment: datetime, clock: WorkCalendar) -> None:
    """It ends; how much too late stays readable whatever is exempted afterwards."""
    resume(row, moment, clock)
    row.met_at = moment
    row.overtime = ZERO if row.waits else max(ZERO, moment - row.due_at)
