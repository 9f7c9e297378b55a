"""Limits that pause, resume and are extended, against minutes counted one by one."""

from datetime import date, datetime, timedelta

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflow.test_clock import (
    EPOCH,
    MINUTE,
    RUNNING,
    SHANGHAI,
    WORKING,
    at,
    china,
    worked_minutes,
)
from workflow import clock_running
from workflow.clock import ZERO, months_later
from workflow.models import Deadline
from workflow.models.clock import LimitType

# The machine may be busy; what is tried is right or wrong however long it takes.
unhurried = settings(deadline=None)
DAYS = ("statutory_days", "whole_work_days", "months", "years")
LAST = 5 * 365 * 24 * 60  # a minute from which nothing reaches past what is counted
CLOCKS = tuple(str(kind) for kind in RUNNING)
# What happens to a limit, each so many minutes after the one before.
deeds = st.lists(
    st.tuples(st.sampled_from(["pause", "resume", "extend"]), st.integers(0, 30_000)),
    max_size=8,
)
begins = st.integers(0, LAST)
limits = st.integers(1, 30)


@pytest.fixture(autouse=True, scope="module")
def counted_before_the_first_example() -> None:
    china()
    worked_minutes()


def minute(number: int) -> datetime:
    return EPOCH + number * MINUTE


def started(begin: int, limit: int, kind: str) -> Deadline:
    row = Deadline()
    clock_running.begin(row, minute(begin), limit, kind, china())
    return row


def counting(kind: str) -> numpy.ndarray:
    """How many minutes count before each minute."""
    worked = worked_minutes()
    return worked if kind in WORKING else numpy.arange(len(worked))


class Oracle:
    """The same limit, known only by which minutes it used."""

    def __init__(self, begin: int, limit: int, kind: str) -> None:
        self.counts = counting(kind)
        self.unit = self.whole = int(china().length(limit, kind) / MINUTE)
        self.used, self.since, self.rests = 0, begin, False

    def do(self, deed: str, now: int) -> None:
        if deed == "extend":
            self.whole += self.unit
        elif deed == "pause" and not self.rests:
            self.used += int(self.counts[now] - self.counts[self.since])
            self.since, self.rests = now, True
        elif deed == "resume" and self.rests:
            self.since, self.rests = now, False

    @property
    def left(self) -> int:
        return self.whole - self.used

    def is_used_up_at(self, moment: datetime) -> bool:
        """Whether what was left is used between resuming and that minute, no less."""
        end = int((moment - EPOCH) / MINUTE)
        return int(self.counts[end] - self.counts[self.since]) == self.left


def do(row: Deadline, deed: str, now: int, limit: int) -> None:
    if deed == "pause":
        clock_running.pause(row, minute(now), china())
    elif deed == "resume":
        clock_running.resume(row, minute(now), china())
    else:
        clock_running.extend(row, limit, china())


@unhurried
@given(begins, limits, st.sampled_from(CLOCKS), deeds)
def test_pauses_and_extensions_are_what_an_oracle_counts(begin, limit, kind, deeds):
    row, oracle, now = started(begin, limit, kind), Oracle(begin, limit, kind), begin
    for deed, later in deeds:
        now += later
        do(row, deed, now, limit)
        oracle.do(deed, now)
        assert bool(row.paused_at) is oracle.rests
    if row.paused_at:
        assert row.left == oracle.left * MINUTE
    else:
        assert oracle.is_used_up_at(row.due_at)


@unhurried
@given(begins, limits, st.sampled_from([*CLOCKS, *DAYS]), deeds)
def test_it_never_turns_yellow_before_it_began_nor_after_it_is_due(
    begin, limit, kind, deeds
):
    row, now = started(begin, limit, kind), begin
    for deed, later in deeds:
        now += later
        do(row, deed, now, limit)
        assert row.started_at <= row.yellow_at <= row.due_at


@unhurried
@given(begins, limits, st.sampled_from(CLOCKS), st.integers(0, 30_000))
def test_a_pause_that_ends_at_once_changes_nothing(begin, limit, kind, later):
    row = started(begin, limit, kind)
    due = row.due_at
    do(row, "pause", begin + later, limit)
    do(row, "resume", begin + later, limit)
    counts = counting(kind)
    between = [int((moment - EPOCH) / MINUTE) for moment in (due, row.due_at)]
    # At most over minutes that do not count.
    assert counts[between[0]] == counts[between[1]]


@unhurried
@given(begins, limits, limits, st.sampled_from(CLOCKS))
def test_an_extension_is_a_limit_from_where_it_would_end(begin, limit, more, kind):
    row = started(begin, limit, kind)
    due = row.due_at
    clock_running.extend(row, more, china())
    assert row.due_at == china().due(due, more, kind)


@unhurried
@given(begins, limits, st.sampled_from([*CLOCKS, *DAYS]), st.integers(1, 30_000))
def test_whoever_pauses_longer_is_due_no_earlier(begin, limit, kind, longer):
    dues = []
    for resumed in (begin + 500, begin + 500 + longer):
        row = started(begin, limit, kind)
        do(row, "pause", begin + 100, limit)
        do(row, "resume", resumed, limit)
        dues.append(row.due_at)
    assert dues == sorted(dues)


@unhurried
@given(
    st.lists(begins, min_size=3, max_size=3).map(sorted),
    st.sampled_from([*CLOCKS, *DAYS]),
)
def test_what_passes_is_the_sum_of_its_parts(moments, kind):
    a, b, c = map(minute, moments)
    elapsed = china().elapsed
    assert elapsed(a, b, kind) + elapsed(b, c, kind) == elapsed(a, c, kind)


@unhurried
@given(begins, st.integers(0, 30_000), st.sampled_from(CLOCKS))
def test_going_back_undoes_going_on(begin, length, kind):
    clock, start = china(), minute(begin)
    back = clock.after(start, -length * MINUTE, kind)
    assert clock.elapsed(back, start, kind) == length * MINUTE


# Whole days, against days counted one by one.
def last_day(start: date, limit: int) -> date:
    day = start + timedelta(days=limit)
    while not china().works(day):
        day += timedelta(days=1)
    return day


@unhurried
@given(begins, limits)
def test_of_days_the_first_is_not_counted_and_the_last_works(begin, limit):
    due = china().due(minute(begin), limit, "statutory_days").astimezone(SHANGHAI)
    assert due.date() == last_day(minute(begin).date(), limit)
    assert due.hour == 18


@unhurried
@given(begins, limits)
def test_of_whole_working_days_only_those_count(begin, limit):
    start = minute(begin)
    due = china().due(start, limit, "whole_work_days").astimezone(SHANGHAI)
    between = range(1, (due.date() - start.date()).days + 1)
    worked = [china().works(start.date() + timedelta(days=n)) for n in between]
    assert sum(worked) == limit and worked[-1] and due.hour == 18


@unhurried
@given(begins, limits, st.sampled_from(DAYS))
def test_the_hour_of_the_first_day_does_not_matter(begin, limit, kind):
    morning = minute(begin).replace(hour=0, minute=0)
    dues = {china().due(morning.replace(hour=hour), limit, kind) for hour in (0, 9, 23)}
    assert len(dues) == 1


@pytest.mark.parametrize(
    ("start", "limit", "kind", "due"),
    [
        ("2026-01-31T09:00", 1, "months", "2026-02-28"),  # no such day; a make-up one
        ("2023-11-29T09:00", 3, "months", "2024-02-29"),  # a leap year
        ("2025-08-30T09:00", 1, "months", "2025-09-30"),
        ("2025-09-01T09:00", 1, "months", "2025-10-09"),  # 1 October moves on
        ("2024-02-29T09:00", 1, "years", "2025-02-28"),
        ("2026-02-13T23:00", 1, "statutory_days", "2026-02-14"),  # worked instead
        ("2026-02-14T09:00", 1, "statutory_days", "2026-02-24"),  # Spring Festival
        ("2026-02-13T09:00", 2, "whole_work_days", "2026-02-24"),
        ("2026-12-31T09:00", 1, "whole_work_days", "2027-01-01"),  # not known yet
    ],
)
def test_statutory_limits(start, limit, kind, due):
    got = china().due(at(start), limit, kind).astimezone(SHANGHAI)
    assert got == at(f"{due}T18:00")


@pytest.mark.parametrize(
    ("limit", "kind", "yellow"),
    [
        (1, "statutory_days", "2026-03-03T08:00"),
        (5, "statutory_days", "2026-03-07T08:00"),
        (5, "whole_work_days", "2026-03-09T08:00"),
        (10, "whole_work_days", "2026-03-13T08:00"),
    ],
)
def test_whole_days_turn_yellow_on_the_morning_after_four_fifths(limit, kind, yellow):
    assert china().yellow(at("2026-03-02T15:00"), limit, kind) == at(yellow)


@unhurried
@given(st.dates(date(1999, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_keep_the_number_of_the_day_or_end_their_month(day, months):
    later = months_later(day, months)
    elapsed = (later.year - day.year) * 12 + later.month - day.month
    assert elapsed == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@pytest.mark.parametrize("kind", ["months", "years"])
def test_a_month_has_no_length_of_its_own(kind):
    with pytest.raises(ValueError, match="month"):
        china().length(1, kind)


def test_every_limit_type_is_tried():
    assert {*CLOCKS, *DAYS} == set(LimitType)


@unhurried
@given(begins, limits, st.sampled_from(CLOCKS), st.integers(0, 60_000))
def test_overtime_is_what_passes_after_it_is_due(begin, limit, kind, later):
    row = started(begin, limit, kind)
    met = minute(begin + later)
    clock_running.meet(row, met, china())
    assert row.overtime == max(ZERO, met - row.due_at)
