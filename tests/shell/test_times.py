"""Times as people say them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from govmap.lib import times

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Beijing


@dataclass
class Limit:
    yellow_at: datetime = NOW + timedelta(hours=1)
    due_at: datetime = NOW + timedelta(hours=2)
    met_at: datetime | None = None
    paused_at: datetime | None = None


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(hours=3, minutes=20), "还剩 3 小时 20 分"),
        (timedelta(minutes=7, seconds=59), "还剩 7 分"),
        (timedelta(days=2, hours=5), "还剩 2 天 5 小时"),
        (-timedelta(days=1, hours=2, minutes=59), "已超 1 天 2 小时"),
    ],
)
def test_what_is_left_is_said_in_its_two_largest_units(ahead, said):
    assert times.remaining(NOW + ahead, NOW) == said


def test_it_is_said_in_english_too():
    with translation.override("en"):
        assert times.remaining(NOW + timedelta(hours=3), NOW) == "3 h 0 min left"


@pytest.mark.parametrize(
    ("after", "light"),
    [(0, "green"), (59, "green"), (60, "yellow"), (120, "yellow"), (121, "red")],
)
def test_a_light_turns_yellow_and_then_red(after, light):
    assert times.light_of(Limit(), NOW + timedelta(minutes=after)) == light


def test_a_limit_that_was_met_keeps_its_light():
    met = Limit(met_at=NOW)
    assert times.light_of(met, NOW + timedelta(days=9)) == "green"
    assert times.light_words(met, NOW + timedelta(days=9)) == "按时"


def test_overtime_is_kept_when_it_was_met_late():
    late = Limit(met_at=NOW + timedelta(hours=3))
    assert times.light_words(late, NOW + timedelta(days=9)) == "超时 1 小时 0 分"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 3, 2, 1, 5, tzinfo=UTC), "09:05"),
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), "03-01 23:59"),
        (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), "00:00"),
        (datetime(2025, 12, 31, 15, 0, tzinfo=UTC), "2025-12-31 23:00"),
    ],
)
def test_a_moment_is_as_short_as_it_stays_plain(moment, said):
    assert times.short(moment, NOW) == said
