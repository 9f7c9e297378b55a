"""When a message may go: properties of quiet hours and of set times."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from workflow.channels import hours

ZONE = ZoneInfo("Asia/Shanghai")
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
windows = st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1])
moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)
)
DAY = timedelta(days=1)


@given(moments, st.lists(windows, max_size=3))
def test_nothing_goes_in_quiet_hours_nor_later_than_a_day(now, quiet):
    due = hours.due_at(now, ZONE, quiet=quiet)
    assert now <= due < now + 2 * DAY
    if hours.leaves_a_minute(quiet):
        assert not any(hours.is_within(due.time(), one) for one in quiet)


@given(moments, windows)
def test_outside_of_quiet_hours_it_goes_at_once(now, window):
    inside = hours.is_within(now.astimezone(ZONE).time(), window)
    assert (hours.due_at(now, ZONE, quiet=[window]) > now) == inside


@given(moments, st.sets(minutes, min_size=1, max_size=4))
def test_what_is_gathered_goes_at_the_next_set_time(now, times):
    due = hours.due_at(now, ZONE, digest=times)
    assert due.time() in times and now <= due < now + DAY
    between = [
        each
        for day in (due - DAY, due)
        for each in (datetime.combine(day.date(), one, ZONE) for one in times)
    ]
    assert not any(now <= each < due for each in between)


@given(moments, windows, st.sets(minutes, min_size=1, max_size=3))
def test_a_set_time_in_quiet_hours_waits_for_their_end(now, window, times):
    due = hours.due_at(now, ZONE, quiet=[window], digest=times)
    assert not hours.is_within(due.time(), window)
    assert due.time() in times or due.time() == window[1]


@given(windows, minutes)
def test_every_time_of_the_day_is_in_a_window_or_in_what_it_leaves(window, moment):
    begins, ends = window
    assert hours.is_within(moment, window) != hours.is_within(moment, (ends, begins))


def test_windows_that_leave_nothing_count_alone():
    both = [(time(22), time(10)), (time(10), time(22))]
    now = datetime(2026, 5, 1, 23, tzinfo=ZONE)
    assert hours.due_at(now, ZONE, quiet=both).time() == time(10)
