"""The effects that start, stop, pause, extend and exempt limits.

Each is called with the limit's name: ``start:accept``. The old effects without an
argument stay for processes that were loaded with them.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from govmap.lib.errors import BadInput, Conflict
from workflow import calendar_years, clock_running, special_periods
from workflow.arguments import LIMIT, PAUSE
from workflow.clock import WorkCalendar
from workflow.effects import Doing, effect
from workflow.models import Deadline

DISPOSAL = "disposal"
LONGEST_PAUSE = timedelta(days=366)
PAUSED = ("paused_at", "paused_until", "paused_for")


class NotRunning(Conflict):
    """A limit that nothing can be done with."""

    message = gettext_noop(
        "The time limit does not run any more, so it cannot be changed. Look again."
    )


class NotPaused(Conflict):
    """A limit that runs already."""

    message = gettext_noop("The time limit is not paused, so it cannot go on.")


class PauseEndsBefore(BadInput):
    """A pause needs a day to come."""

    message = gettext_noop("The pause must end on a day to come, within a year.")


@effect("start", takes=(LIMIT,), words=gettext_lazy("starts the limit “%(one)s”"))
def start_named(doing: Doing) -> None:
    start(doing, doing.argument)


@effect(
    "start_on",
    takes=(LIMIT,),
    words=gettext_lazy("starts the limit “%(one)s” on the day that is told"),
)
def start_on(doing: Doing) -> None:
    """It counts from the day of the evidence ``on`` (a delivery, a decision)."""
    start(doing, doing.argument, since=day_of(doing))


@effect("stop", takes=(LIMIT,), words=gettext_lazy("ends the limit “%(one)s”"))
def stop_named(doing: Doing) -> None:
    stop(doing, doing.argument)


@effect("start_disposal", words=gettext_lazy("starts the limit of disposal"))
def start_disposal(doing: Doing) -> None:
    """The department's time begins; after a failed check, anew beside the old row."""
    start(doing, DISPOSAL)


@effect("stop_disposal", words=gettext_lazy("ends the limit of disposal"))
def stop_disposal(doing: Doing) -> None:
    """The department fed back, or the matter left it: its time ends here."""
    stop(doing, DISPOSAL)


@effect("pause", takes=(LIMIT,), words=gettext_lazy("pauses the limit “%(one)s”"))
def pause(doing: Doing) -> None:
    """What is left is kept; with evidence ``until`` it resumes by itself after it."""
    stand_still(doing, doing.argument)


@effect(
    "pause_for",
    takes=(LIMIT, PAUSE),
    words=gettext_lazy("pauses the limit “%(one)s” for “%(two)s”"),
)
def pause_for(doing: Doing) -> None:
    """As ``pause``, for one of the pauses that the process names: 补正, 公示, 听证."""
    name, why = doing.argument.split(":")
    stand_still(doing, name, why)


def stand_still(doing: Doing, name: str, why: str = "") -> None:
    row, clock = running(doing, name), WorkCalendar.current()
    clock_running.pause(row, doing.moment, clock, until_of(doing), why)
    row.save(update_fields=["left", "used", "since", *PAUSED])


@effect(
    "resume", takes=(LIMIT,), words=gettext_lazy("lets the limit “%(one)s” run again")
)
def resume(doing: Doing) -> None:
    """It goes on with what was left."""
    row = running(doing)
    if row.paused_at is None:
        raise NotPaused
    # The job that resumes comes a little late, or much, where it was not running.
    moment = min(doing.moment, row.paused_until or doing.moment)
    clock_running.resume(row, moment, WorkCalendar.current())
    save_run(row)
    calendar_years.tell_if_unknown(row)


@effect("extend", takes=(LIMIT,), words=gettext_lazy("extends the limit “%(one)s”"))
def extend(doing: Doing) -> None:
    """One original limit more, or as much as evidence ``limit`` says."""
    row = running(doing)
    amount = int(doing.told("limit") or row.limit)
    clock_running.extend(row, amount, WorkCalendar.current())
    save_run(row)
    calendar_years.tell_if_unknown(row)


@effect(
    "exempt",
    takes=(LIMIT,),
    words=gettext_lazy("exempts the overtime of the limit “%(one)s”"),
)
def exempt(doing: Doing) -> None:
    """A flag upon the last limit of the name; its overtime stays what it is."""
    rows = Deadline.objects.named(doing.row, doing.argument)
    row = rows.order_by("-pk").first()
    if row is None:
        raise NotRunning
    row.exempted_at, row.exempted_by = doing.moment, doing.by
    row.exempted_why = str(doing.told("reason") or "")
    row.save(update_fields=["exempted_at", "exempted_by", "exempted_why"])


def start(doing: Doing, name: str, since: datetime | None = None) -> Deadline:
    """A new deadline of the subject; one that still runs under the name ends.

    ``since``: from when it counts, where that is not the moment of the act.
    """
    if doing.move.from_state_id:  # nothing runs of what is only just made
        stop(doing, name)
    subject = doing.row
    limit, limit_type = subject.process.limit_for(name) or subject.limit_for(name)
    clock, special = WorkCalendar.at(doing.moment)
    period = special_periods.of(subject, name, doing.moment) if special else None
    if period:
        limit, limit_type = special_periods.changed(period, limit, limit_type)
    row = Deadline(kind=subject.KIND, subject_id=subject.pk, name=name, period=period)
    row.waits = subject.process.waits(name)
    clock_running.begin(row, since or doing.moment, limit, limit_type, clock)
    row.save(force_insert=True)
    calendar_years.tell_if_unknown(row)
    return row


def stop(doing: Doing, name: str) -> None:
    """Overtime stays readable: ``met_at`` is never changed once set."""
    rows = Deadline.objects.running().named(doing.row, name)
    for row in rows.select_for_update():
        clock_running.meet(row, doing.moment, WorkCalendar.current())
        save_run(row)
        doing.met.append(row)


def running(doing: Doing, name: str = "") -> Deadline:
    """The subject's limit of that name, else the effect's. Raises NotRunning."""
    rows = Deadline.objects.running().named(doing.row, name or doing.argument)
    row = rows.select_for_update().first()
    if row is None:
        raise NotRunning
    return row


def save_run(row: Deadline) -> None:
    """Save all that follows from how it runs."""
    row.save(
        update_fields=[
            *("due_at", "yellow_at", "provisional", "left", "used", "since", "look_at"),
            *(*PAUSED, "extensions", "met_at", "overtime"),
        ]
    )


def day_of(doing: Doing) -> datetime:
    """When the day began that the evidence ``on`` tells; else the act's moment."""
    told = doing.told("on")
    if told is None:
        return doing.moment
    day = told if isinstance(told, date) else date.fromisoformat(str(told))
    return min(timezone.make_aware(datetime.combine(day, time())), doing.moment)


def until_of(doing: Doing) -> datetime | None:
    """The midnight after the last day of the pause, in the site's zone.

    Raises PauseEndsBefore, also where it was asked for so long ago that it is over.
    """
    told = doing.told("until")
    if told is None:
        return None
    day = told if isinstance(told, date) else date.fromisoformat(str(told))
    midnight = datetime.combine(day + timedelta(days=1), time())
    until = timezone.make_aware(midnight)
    if not doing.moment < until <= doing.moment + LONGEST_PAUSE:
        raise PauseEndsBefore
    return until
