"""Limits against single minutes counted one by one, and the laws they must keep."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy
import pytest
from chinese_calendar import is_workday
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workflow.clock import WorkCalendar
from workflow.models.clock import LimitType

# The machine may be busy; what is tried is right or wrong however long it takes.
unhurried = settings(deadline=None)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SLOTS = [["08:00", "12:00"], ["14:00", "18:00"]]
FIRST, LAST = date(2019, 1, 1), date(2026, 12, 31)
MINUTE = timedelta(minutes=1)
EPOCH = datetime(2019, 1, 1, tzinfo=SHANGHAI)
WORKING = (LimitType.WORK_HOURS, LimitType.WORK_DAYS)
CONTINUOUS = ("minutes", "natural_days", "urgent_days", "urgent_hours")
RUNNING = tuple(sorted({*WORKING, *CONTINUOUS}))  # these run by the minute


def days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


@cache
def china() -> WorkCalendar:
    """Holidays and make-up days as the State Council set them, 2019 to 2026."""
    exceptions = {
        day: is_workday(day) for day in days() if is_workday(day) != (day.weekday() < 5)
    }
    return WorkCalendar.of(SLOTS, range(5), exceptions, SHANGHAI)


@cache
def worked_minutes() -> numpy.ndarray:
    """How many minutes were worked before each minute of those years."""
    hour = numpy.arange(24 * 60) // 60
    working_day = ((hour >= 8) & (hour < 12)) | ((hour >= 14) & (hour < 18))
    minutes = numpy.concatenate([working_day & is_workday(day) for day in days()])
    return numpy.concatenate([[0], numpy.cumsum(minutes)])


@pytest.fixture(autouse=True, scope="module")
def counted_before_the_first_example() -> None:
    china()
    worked_minutes()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


starts = st.integers(0, 6 * 365 * 24 * 60).map(lambda n: EPOCH + n * MINUTE)
moments = st.datetimes(
    datetime(2018, 1, 1), datetime(2029, 1, 1), timezones=st.just(SHANGHAI)
)
limits = st.integers(1, 60)
types = st.sampled_from(RUNNING)
working_types = st.sampled_from(WORKING)


@unhurried
@given(starts, limits, working_types)
@example(at("2020-12-31T17:30"), 4, LimitType.WORK_HOURS)  # over a year's end
@example(at("2024-02-09T17:30"), 8, LimitType.WORK_DAYS)  # Spring Festival and 调休
@example(at("2026-02-13T18:00"), 1, LimitType.WORK_HOURS)  # next: a made-up Saturday
def test_due_is_the_minute_that_an_oracle_counts(start, limit, limit_type):
    worked = worked_minutes()
    begun = int((start - EPOCH) / MINUTE)
    wanted = worked[begun] + limit * (60 if limit_type == "work_hours" else 480)
    due = EPOCH + int(numpy.searchsorted(worked, wanted)) * MINUTE
    assert china().due(start, limit, limit_type) == due


@unhurried
@given(starts, starts, working_types)
def test_elapsed_is_what_an_oracle_counts(start, end, limit_type):
    worked = worked_minutes()
    count = [int(worked[int((moment - EPOCH) / MINUTE)]) for moment in (start, end)]
    assert china().elapsed(start, end, limit_type) == (count[1] - count[0]) * MINUTE


@unhurried
@given(moments, limits, types)
def test_elapsed_until_due_is_the_limit(start, limit, limit_type):
    calendar = china()
    due = calendar.due(start, limit, limit_type)
    used = calendar.elapsed(start, due, limit_type)
    assert used == calendar.length(limit, limit_type)


@unhurried
@given(moments, moments, limits, types)
def test_who_begins_later_is_due_no_earlier(one, other, limit, limit_type):
    early, late = sorted([one, other])
    due = china().due
    assert due(early, limit, limit_type) <= due(late, limit, limit_type)


@unhurried
@given(moments, limits, limits, types)
def test_a_longer_limit_is_due_later(start, one, other, limit_type):
    short, long = sorted([one, other])
    dues = [china().due(start, limit, limit_type) for limit in (short, long)]
    assert dues[0] < dues[1] or short == long


@unhurried
@given(moments, limits, limits, types)
def test_a_limit_may_be_cut_in_two(start, one, other, limit_type):
    due = china().due
    whole = due(start, one + other, limit_type)
    assert due(due(start, one, limit_type), other, limit_type) == whole


@unhurried
@given(moments, limits, types)
def test_yellow_comes_at_four_fifths(start, limit, limit_type):
    calendar = china()
    yellow = calendar.yellow(start, limit, limit_type)
    used = calendar.elapsed(start, yellow, limit_type)
    assert used * 5 == calendar.length(limit, limit_type) * 4
    assert start <= yellow < calendar.due(start, limit, limit_type)


@pytest.mark.parametrize("limit_type", CONTINUOUS)
def test_continuous_limits_run_through_nights_and_holidays(limit_type):
    minutes = {"minutes": 3, "urgent_hours": 180}.get(limit_type, 3 * 24 * 60)
    due = china().due(at("2026-02-16T23:30"), 3, limit_type)
    assert due == at("2026-02-16T23:30") + minutes * MINUTE


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-02T07:00", "2026-03-02T10:00"),  # before the first slot
        ("2026-03-02T11:00", "2026-03-02T15:00"),  # over the noon break
        ("2026-03-02T12:30", "2026-03-02T16:00"),  # in the noon break
        ("2026-03-02T16:00", "2026-03-02T18:00"),  # ends with the slot
        ("2026-03-06T17:00", "2026-03-09T09:00"),  # over a weekend
    ],
)
def test_two_working_hours(start, due):
    assert china().due(at(start), 2, LimitType.WORK_HOURS) == at(due)


def test_nothing_left_to_do_is_due_when_work_begins():
    due = china().due(at("2026-03-07T10:00"), 0, LimitType.WORK_HOURS)
    assert due == at("2026-03-09T08:00")


def test_a_year_without_data_works_on_plain_weekdays():
    saturday = at("2031-10-04T10:00")
    due = china().due(saturday, 1, LimitType.WORK_DAYS)
    assert due == at("2031-10-06T18:00")


def test_elapsed_backwards_is_negative():
    start, end = at("2026-03-02T09:00"), at("2026-03-02T08:00")
    assert china().elapsed(start, end, LimitType.WORK_HOURS) == -timedelta(hours=1)


def test_another_zone_means_the_same_moment():
    start = at("2026-03-02T16:00")
    dues = [
        china().due(moment, 3, "work_hours")
        for moment in (start, start.astimezone(UTC))
    ]
    assert dues == [at("2026-03-03T09:00")] * 2


def test_a_slot_may_end_at_midnight():
    night = WorkCalendar.of([["22:00", "24:00"]], range(7), {}, SHANGHAI)
    due = night.due(at("2026-03-02T23:00"), 1, LimitType.WORK_HOURS)
    assert due == at("2026-03-03T00:00")


@pytest.mark.parametrize(
    ("slots", "weekdays"),
    [
        ([], [0]),
        ([["12:00", "08:00"]], [0]),
        ([["08:00", "12:00"], ["11:00", "13:00"]], [0]),
        ([["08:00", "25:00"]], [0]),
        ([["8 o'clock", "12:00"]], [0]),
        (SLOTS, []),
        (SLOTS, [7]),
    ],
)
def test_what_makes_no_calendar_is_refused(slots, weekdays):
    with pytest.raises(ValueError, match=r"slots|weekdays|time of day"):
        WorkCalendar.of(slots, weekdays, {}, SHANGHAI)


def test_a_limit_is_never_negative():
    with pytest.raises(ValueError, match="negative"):
        china().due(at("2026-03-02T08:00"), -1, LimitType.WORK_DAYS)
