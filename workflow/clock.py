"""How limits run: pure functions over a calendar of working slots.

Some limit types run without a break (an urgent day and a calendar day are 24 hours);
two run only inside the slots of working days, where a working day is as many hours as
the slots of one normal day have. The statutory types count whole days: the first is
not counted, the last ends with the last slot (Civil Code, articles 200 to 204).
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists

from workflow import calendar_usual
from workflow.models.clock import Calendar, Day, LimitType, SpecialPeriod

MIDNIGHT = time()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ZERO = timedelta()
CONTINUOUS = {
    LimitType.MINUTES: timedelta(minutes=1),
    LimitType.URGENT_HOURS: HOUR,
    LimitType.URGENT_DAYS: DAY,
    LimitType.NATURAL_DAYS: DAY,
}
# Of these the last day moves on where it is a holiday (article 203).
STATUTORY = frozenset(
    {LimitType.STATUTORY_DAYS, LimitType.MONTHS, LimitType.YEARS},
)
WHOLE_DAYS = STATUTORY | {LimitType.WHOLE_WORK_DAYS}
MONTHS_OF = {LimitType.MONTHS: 1, LimitType.YEARS: 12}

# From midnight to midnight of a day in the site's zone.
Slot = tuple[timedelta, timedelta]
# Where no calendar is loaded.
USUAL_SLOTS = (("08:00", "12:00"), ("14:00", "18:00"))
USUAL_WEEKDAYS = frozenset(range(5))


@dataclass(frozen=True)
class WorkCalendar:
    """Working slots, working weekdays (Monday is 0), and the days that are otherwise.

    ``exceptions`` says of a date whether it works: a holiday, or a make-up day 调休.
    A year without any is worked by its weekdays.
    """

    slots: tuple[Slot, ...]
    weekdays: frozenset[int]
    exceptions: Mapping[date, bool] = field(default_factory=dict)
    tz: tzinfo = UTC
    # Years whose table of holidays is complete; all others go by their weekdays.
    known_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        ends = [moment for slot in self.slots for moment in slot]
        empty = not ends or any(start >= end for start, end in self.slots)
        if empty or ends != sorted(ends) or ends[0] < ZERO or ends[-1] > DAY:
            raise ValueError("slots must follow one another within one day")
        # A limit in a calendar without a working weekday would never end.
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("weekdays must be some of 0 (Monday) to 6 (Sunday)")

    @classmethod
    def of(
        cls,
        slots: Sequence[Sequence[str]],
        weekdays: Sequence[int] | frozenset[int],
        exceptions: Mapping[date, bool],
        tz: tzinfo,
        years: Iterable[int] | None = None,
    ) -> Self:
        """From the texts of a site package: ``[["08:00", "12:00"], …]``.

        Without ``years``, those of which any day is told count as complete.
        Raises ValueError for slots or weekdays that make no calendar.
        """
        parsed = tuple((_of_day(start), _of_day(end)) for start, end in slots)
        days = MappingProxyType(dict(exceptions))
        known = {day.year for day in days} if years is None else years
        return cls(parsed, frozenset(weekdays), days, tz, frozenset(known))

    @classmethod
    def current(cls) -> "WorkCalendar":
        """The site's calendar; one query, the days are kept until its digest changes.

        Without a loaded calendar: 08:00-12:00 and 14:00-18:00, Monday to Friday, and
        the State Council's holidays.
        """
        rows = Calendar.objects.filter(code="default").values_list("pk", "digest")
        pk, digest = rows.first() or (None, "")
        return _loaded(pk, digest, settings.TIME_ZONE)

    @classmethod
    def at(cls, moment: datetime) -> tuple["WorkCalendar", bool]:
        """The site's calendar, and whether any special period is on; one query."""
        rows = Calendar.objects.filter(code="default").annotate(
            special=Exists(SpecialPeriod.objects.at(moment))
        )
        row = rows.values_list("pk", "digest", "special").first() or (None, "", True)
        pk, digest, special = row
        return _loaded(pk, digest, settings.TIME_ZONE), special

    @property
    def working_day(self) -> timedelta:
        """Working time of one normal day."""
        return sum((end - start for start, end in self.slots), ZERO)

    def works(self, day: date) -> bool:
        works = self.exceptions.get(day)
        return day.weekday() in self.weekdays if works is None else works

    def length(self, limit: int, limit_type: str) -> timedelta:
        """The time that a limit gives: slot time for the working types, days for
        the statutory ones.

        Raises ValueError where that depends on the day it begins (months, years).
        """
        if limit < 0:
            raise ValueError("a limit is never negative")
        kind = LimitType(limit_type)
        if kind in CONTINUOUS:
            return limit * CONTINUOUS[kind]
        if kind in MONTHS_OF:
            raise ValueError("a month has no length of its own")
        if kind in WHOLE_DAYS:
            return limit * DAY
        return limit * (HOUR if kind is LimitType.WORK_HOURS else self.working_day)

    def given(self, start: datetime, limit: int, limit_type: str) -> timedelta:
        """As `length`; of months and years, the days from ``start`` on."""
        return self.lengthened(start, ZERO, limit, limit_type)

    def lengthened(
        self, start: datetime, left: timedelta, limit: int, limit_type: str
    ) -> timedelta:
        """What is left at ``start`` once another ``limit`` begins where it would end.

        Months are counted from that last day: its number again, or the month's end
        where the month has no such day (article 202).
        """
        kind = LimitType(limit_type)
        if kind not in MONTHS_OF:
            return left + self.length(limit, limit_type)
        if limit < 0:
            raise ValueError("a limit is never negative")
        begins = self._local(start).date()
        last = months_later(begins + left, limit * MONTHS_OF[kind])
        return last - begins

    def due(self, start: datetime, limit: int, limit_type: str) -> datetime:
        """When the limit is used up. ``start`` is aware, the answer in UTC.

        Outside the slots a working limit begins with the next slot.
        """
        left = self.given(start, limit, limit_type)
        return max(start, self.after(start, left, limit_type)).astimezone(UTC)

    def yellow(self, start: datetime, limit: int, limit_type: str) -> datetime:
        """When 80 % of the limit is used, in UTC; see `yellow_after`."""
        left = self.given(start, limit, limit_type)
        yellow = max(start, self.yellow_after(start, ZERO, left, limit_type))
        return min(yellow.astimezone(UTC), self.due(start, limit, limit_type))

    def after(self, start: datetime, left: timedelta, limit_type: str) -> datetime:
        """When what is ``left`` at ``start`` is used up; before ``start`` if negative.

        In UTC. ``left`` is as `length` and `elapsed` give it.
        """
        kind = LimitType(limit_type)
        if kind in CONTINUOUS:
            return start.astimezone(UTC) + left
        local = self._local(start)
        if kind in STATUTORY:
            return self._closing(self._next_working(local.date() + left))
        if kind in WHOLE_DAYS:
            return self._closing(self._working_day(local.date(), left.days))
        return self._work_on(local, left)

    def yellow_after(
        self, start: datetime, used: timedelta, left: timedelta, limit_type: str
    ) -> datetime:
        """When 80 % of ``used`` and ``left`` together are used, in UTC."""
        return self.share_after(start, used, left, limit_type, 80)

    def share_after(
        self,
        start: datetime,
        used: timedelta,
        left: timedelta,
        limit_type: str,
        share: int,
    ) -> datetime:
        """When ``share`` per cent of ``used`` and ``left`` together are used, in UTC.

        Of whole days: when work begins on the first day after so much of them; from
        all of them on, when the day ends.
        """
        kind = LimitType(limit_type)
        whole = used + left
        if kind not in WHOLE_DAYS:
            return self.after(start, whole * share / 100 - used, limit_type)
        days = whole.days * share // 100 - used.days
        if share >= 100:
            return self.after(start, days * DAY, limit_type)
        begins = self._local(start).date()
        if kind is LimitType.WHOLE_WORK_DAYS:
            return self._opening(self._working_day(begins, days + 1))
        return self._opening(begins + (days + 1) * DAY)

    def elapsed(self, start: datetime, end: datetime, limit_type: str) -> timedelta:
        """How much of a limit passes from ``start`` to ``end``; inverse of `after`.

        Negative where ``end`` comes first. Of the statutory types: days begun since.
        """
        if end < start:
            return -self.elapsed(end, start, limit_type)
        kind = LimitType(limit_type)
        if kind in CONTINUOUS:
            return end.astimezone(UTC) - start.astimezone(UTC)
        first, last = self._local(start), self._local(end)
        if kind in STATUTORY:
            return last.date() - first.date()
        if kind in WHOLE_DAYS:
            return self._working_days(first.date() + DAY, last.date() + DAY) * DAY
        return self._worked(first, last)

    def is_provisional(self, start: datetime, due: datetime, limit_type: str) -> bool:
        """Whether a limit reaches into a year whose holidays are not known."""
        if LimitType(limit_type) in CONTINUOUS:
            return False
        years = range(self._local(start).year, self._local(due).year + 1)
        return not self.known_years.issuperset(years)

    def _next_working(self, day: date) -> date:
        while not self.works(day):
            day += DAY
        return day

    def _working_day(self, day: date, number: int) -> date:
        """The working day with that number after ``day``; zero: it, or the last one.

        Negative numbers count back from there.
        """
        step = DAY if number > 0 else -DAY
        if number <= 0:
            while not self.works(day):
                day += step
        for _ in range(abs(number)):
            day += step
            while not self.works(day):
                day += step
        return day

    def _opening(self, day: date) -> datetime:
        return self._moment(day, self.slots[0][0])

    def _closing(self, day: date) -> datetime:
        return self._moment(day, self.slots[-1][1])

    def _work_on(self, start: datetime, length: timedelta) -> datetime:
        if length < ZERO:
            return self._work_back(start, -length)
        spans = self._spans_from(start)
        day, begin, end = next(spans)
        while length > end - begin:
            length -= end - begin
            day, begin, end = next(spans)
        return self._moment(day, begin + length)

    def _work_back(self, end: datetime, length: timedelta) -> datetime:
        spans = self._spans_until(end)
        day, begin, last = next(spans)
        while length > last - begin:
            length -= last - begin
            day, begin, last = next(spans)
        return self._moment(day, last - length)

    def _spans_from(
        self, moment: datetime
    ) -> Iterator[tuple[date, timedelta, timedelta]]:
        """What is left of the slots from a moment on: day, begin and end of each."""
        day, of_day = moment.date(), moment - datetime.combine(moment, MIDNIGHT)
        while True:
            if self.works(day):
                for start, end in self.slots:
                    # At a slot's very end nothing can begin any more.
                    if of_day < end:
                        yield day, max(of_day, start), end
            day, of_day = day + DAY, ZERO

    def _spans_until(
        self, moment: datetime
    ) -> Iterator[tuple[date, timedelta, timedelta]]:
        """The slots before a moment, the latest first: day, begin and end of each."""
        day, of_day = moment.date(), moment - datetime.combine(moment, MIDNIGHT)
        while True:
            if self.works(day):
                for start, end in reversed(self.slots):
                    if start < of_day:
                        yield day, start, min(of_day, end)
            day, of_day = day - DAY, DAY

    def _working_days(self, first: date, end: date) -> int:
        """How many days work from ``first`` on and before ``end``."""
        return sum(self.works(first + n * DAY) for n in range((end - first).days))

    def _worked(self, start: datetime, end: datetime) -> timedelta:
        whole = self._working_days(start.date(), end.date())
        return (
            whole * self.working_day
            + self._worked_until(end)
            - self._worked_until(start)
        )

    def _worked_until(self, moment: datetime) -> timedelta:
        """Working time of the moment's day before it."""
        if not self.works(moment.date()):
            return ZERO
        of_day = moment - datetime.combine(moment, MIDNIGHT)
        return sum(
            (min(end, of_day) - start for start, end in self.slots if start < of_day),
            ZERO,
        )

    def _local(self, moment: datetime) -> datetime:
        """The site's wall clock, naive: adding to it skips no hour."""
        return moment.astimezone(self.tz).replace(tzinfo=None)

    def _moment(self, day: date, of_day: timedelta) -> datetime:
        local = datetime.combine(day, MIDNIGHT) + of_day
        return local.replace(tzinfo=self.tz).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day that many months later, or the last of a month that has it not."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _of_day(text: str) -> timedelta:
    """``"14:00"`` as time since midnight; ``"24:00"`` ends a day."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60):
        raise ValueError(f"“{text}” is no time of day (HH:MM)")
    return timedelta(hours=int(hours), minutes=int(minutes))


@lru_cache(maxsize=16)
def _loaded(pk: int | None, digest: str, zone: str) -> WorkCalendar:
    """``digest`` is in the key only: other days have another."""
    tz = ZoneInfo(zone)
    if pk is None:
        days = calendar_usual.exceptions()
        return WorkCalendar.of(USUAL_SLOTS, USUAL_WEEKDAYS, days, tz)
    calendar = Calendar.objects.get(pk=pk)
    days = dict(Day.objects.filter(calendar_id=pk).values_list("date", "works"))
    return of_rows(calendar, days, tz)


def of_rows(calendar: Calendar, days: Mapping[date, bool], tz: tzinfo) -> WorkCalendar:
    return WorkCalendar.of(calendar.slots, calendar.weekdays, days, tz, calendar.years)
