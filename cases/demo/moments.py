"""When things of the demonstration happen: by day, one after another, before now."""

from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from workflow.clock import WorkCalendar
from workflow.models import Condition, Deadline, Phase, Transition

DAYS = 10
MORNING, EVENING = time(7, 30), time(20)
APART = timedelta(minutes=20)
HOUR = timedelta(hours=1)
# From the report to the start of the clock, about.
UNTIL_DISPATCH = timedelta(minutes=20)
# How long ago, in hours, cases began that stand in a phase now.
AGES = {
    Phase.COLLECT: (0.05, 0.8),
    Phase.DISPATCH: (0.2, 1.2),
    Phase.RESOLVE: (1, 72),
    Phase.VERIFY: (5, 72),
    Phase.DONE: (14, DAYS * 24),
}
# How many hours a step from a state of a phase takes, where no limit runs.
USUAL_HOURS = {
    Phase.COLLECT: (0.08, 0.6),
    Phase.DISPATCH: (0.08, 0.6),
    Phase.RESOLVE: (0.2, 1.6),
    Phase.VERIFY: (0.3, 4),
    Phase.DONE: (2, 30),
}
# Of the cases in disposal: how many of ten show which light.
LIGHTS = ("green",) * 5 + ("yellow",) * 2 + ("red",) * 3


def is_by_day(moment: datetime) -> bool:
    return MORNING <= timezone.localtime(moment).time() <= EVENING


def beginnings(now: datetime) -> list[datetime]:
    """Moments of the last days at which somebody was out, the latest last."""
    steps = int(timedelta(days=DAYS) / APART)
    moments = [now - APART * step for step in range(steps, 0, -1)]
    return [moment for moment in moments if is_by_day(moment)]


def begin_lit(
    rng: Random, now: datetime, light: str, condition: Condition
) -> datetime | None:
    """When a case began whose clock shows ``light`` now, if there is such a time."""
    calendar = WorkCalendar.current()
    lit = [
        moment
        for moment in beginnings(now)
        if _light(calendar, moment, now, condition) == light
    ]
    # The last of them: a little overdue says more than a week.
    return _around(rng, lit[-max(4, len(lit) // 4) :]) if lit else None


def begin_aged(rng: Random, now: datetime, phase: str, *, long: bool) -> datetime:
    """When a case began that stands in ``phase`` now; ``long`` where it came back."""
    moments = beginnings(now)
    youngest, oldest = (60, DAYS * 24) if long else AGES[Phase(phase)]
    aged = [one for one in moments if youngest <= (now - one) / HOUR <= oldest]
    # At night nobody is out: then the evening's.
    return _around(rng, aged or moments[-12:])


def _around(rng: Random, moments: list[datetime]) -> datetime:
    return rng.choice(moments) + APART * rng.uniform(-0.4, 0.4)


def _light(
    calendar: WorkCalendar, begun: datetime, now: datetime, condition: Condition
) -> str:
    """What a clock that started soon after shows now."""
    start = begun + UNTIL_DISPATCH
    if start >= now:
        return ""
    limit = (condition.limit, condition.limit_type)
    if now < calendar.yellow(start, *limit):
        return "green"
    return "yellow" if now < calendar.due(start, *limit) else "red"


def next_moment(
    rng: Random,
    last: datetime,
    move: Transition,
    deadline: Deadline | None,
    left: timedelta,
) -> datetime:
    """When the move is done; ``left`` is the time that it may take at most."""
    moment = min(_unhurried(rng, last, move, deadline), last + left)
    if is_by_day(moment):
        return moment
    local = timezone.localtime(moment)
    evening = local.replace(hour=19, minute=rng.randint(0, 59))
    if local.time() < MORNING:
        evening -= timedelta(days=1)
    if evening > last:
        return evening
    morning = evening + timedelta(hours=13)
    return morning if morning < last + left else moment


def _unhurried(
    rng: Random, last: datetime, move: Transition, deadline: Deadline | None
) -> datetime:
    here = move.from_state.phase if move.from_state else ""
    if deadline and not deadline.met_at and move.to_state.phase != here:
        # One in five is late.
        in_time = rng.random() < 0.8
        share = rng.uniform(0.2, 0.9) if in_time else rng.uniform(1.05, 1.7)
        given = deadline.due_at - deadline.started_at
        # The limit of a step at the desk is shorter than what lies between steps.
        apart = min(APART, given / 5)
        return max(last + apart, deadline.started_at + given * share)
    return last + HOUR * rng.uniform(*USUAL_HOURS[Phase(here)])
