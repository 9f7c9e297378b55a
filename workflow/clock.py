"""How limits run: pure functions over a calendar of working slots.

Three of the five limit types run without a break (an urgent day and a calendar day
are 24 hours); two run only inside the slots of working days, where a working day is
as many hours as the slots of one normal day have.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings

from workflow.models.clock import Calendar, Day, LimitType

MIDNIGHT = time()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ZERO = timedelta()
CONTINUOUS = {
    LimitType.URGENT_HOURS: HOUR,
    LimitType.URGENT_DAYS: DAY,
    LimitType.NATURAL_DAYS: DAY,
}

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
    ) -> Self:
        """From the texts of a site package: ``[["08:00", "12:00"], …]``.

        Raises ValueError for slots or weekdays that make no calendar.
        """
        parsed = tuple((_of_day(start), _of_day(end)) for start, end in slots)
        return cls(parsed, frozenset(weekdays), MappingProxyType(dict(exceptions)), tz)

    @classmethod
    def current(cls) -> "WorkCalendar":
        """The site's calendar; one query, the days are kept until its digest changes.

        Without a loaded calendar: 08:00-12:00 and 14:00-18:00, Monday to Friday.
        """
        rows = Calendar.objects.filter(code="default").values_list("pk", "digest")
        pk, digest = rows.first() or (None, "")
        return _loaded(pk, digest, settings.TIME_ZONE)

    @property
    def working_day(self) -> timedelta:
        """Working time of one normal day."""
        return sum((end - start for start, end in self.slots), ZERO)

    def works(self, day: date) -> bool:
        works = self.exceptions.get(day)
        return day.weekday() in self.weekdays if works is None else works

    def length(self, limit: int, limit_type: str) -> timedelta:
        """The time that a limit gives: slot time for the working types."""
        if limit < 0:
            raise ValueError("a limit is never negative")
        kind = LimitType(limit_type)
        if kind in CONTINUOUS:
            return limit * CONTINUOUS[kind]
        return limit * (HOUR if kind is LimitType.WORK_HOURS else self.working_day)

    def due(self, start: datetime, limit: int, limit_type: str) -> datetime:
        """When the limit is used up. ``start`` is aware, the answer in UTC.

        Outside the slots a working limit begins with the next slot.
        """
        return self._after(start, self.length(limit, limit_type), limit_type)

    def yellow(self, start: datetime, limit: int, limit_type: str) -> datetime:
        """When 80 % of the limit is used, in UTC."""
        used = self.length(limit, limit_type) * 4 / 5
        return self._after(start, used, limit_type)

    def elapsed(self, start: datetime, end: datetime, limit_type: str) -> timedelta:
        """How much of a limit passes from ``start`` to ``end``; inverse of `due`.

        Negative where ``end`` comes first.
        """
        if end < start:
            return -self.elapsed(end, start, limit_type)
        if LimitType(limit_type) in CONTINUOUS:
            return end.astimezone(UTC) - start.astimezone(UTC)
        return self._worked(self._local(start), self._local(end))

    def _after(self, start: datetime, length: timedelta, limit_type: str) -> datetime:
        if LimitType(limit_type) in CONTINUOUS:
            return start.astimezone(UTC) + length
        return self._work_on(self._local(start), length)

    def _work_on(self, start: datetime, length: timedelta) -> datetime:
        spans = self._spans_from(start)
        day, begin, end = next(spans)
        while length > end - begin:
            length -= end - begin
            day, begin, end = next(spans)
        return self._moment(day, begin + length)

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

    def _worked(self, start: datetime, end: datetime) -> timedelta:
        days = (end.date() - start.date()).days
        whole = sum(self.works(start.date() + count * DAY) for count in range(days))
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


def _of_day(text: str) -> timedelta:
    """``"14:00"`` as time since midnight; ``"24:00"`` ends a day."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdigit() and minutes.isdigit() and int(minutes) < 60):
        raise ValueError(f"“{text}” is no time of day (HH:MM)")
    return timedelta(hours=int(hours), minutes=int(minutes))


@lru_cache(maxsize=16)
def _loaded(pk: int | None, digest: str, zone: str) -> WorkCalendar:
    """``digest`` is in the key only: other days have another."""
    tz = ZoneInfo(zone)
    if pk is None:
        return WorkCalendar.of(USUAL_SLOTS, USUAL_WEEKDAYS, {}, tz)
    calendar = Calendar.objects.get(pk=pk)
    days = dict(Day.objects.filter(calendar_id=pk).values_list("date", "works"))
    return WorkCalendar.of(calendar.slots, calendar.weekdays, days, tz)
