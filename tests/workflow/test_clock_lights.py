"""What the light of a limit says where it is paused, provisional or exempted."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from govmap.lib.times import light_of
from tests.shell.test_tags import drawn, limit
from workflow.models import Deadline


def light(row: Deadline) -> str:
    return drawn("{% light deadline %}", deadline=row)


@pytest.fixture
def paused() -> Deadline:
    row = limit(hours=-5)
    row.paused_at = timezone.now()
    return row


def test_a_pause_is_grey_and_says_until_when(paused):
    paused.paused_until = timezone.make_aware(datetime(2031, 5, 2))
    html = light(paused)
    assert "light-paused" in html and "light-red" not in html
    assert "挂账至 2031-05-01" in html and "data-due" not in html


def test_a_pause_without_a_day_says_that_it_rests(paused):
    assert "计时暂停" in light(paused)


def test_what_was_met_is_no_pause_any_more(paused):
    paused.met_at = timezone.now()
    assert "light-paused" not in light(paused)


def test_a_provisional_limit_is_marked_and_explained():
    row = limit(hours=5)
    row.provisional = True
    assert "暂定" in light(row) and "公布后将重新计算" in light(row)
    assert "暂定" not in light(limit(hours=5))


def test_overtime_that_is_exempted_is_struck_through():
    row = limit(hours=-5)
    row.exempted_at = timezone.now()
    html = light(row)
    assert "light-exempt" in html and "<s " in html and "已豁免" in html


def test_an_exemption_of_what_is_in_time_changes_nothing():
    row = limit(hours=5)
    row.exempted_at = timezone.now() - timedelta(hours=1)
    assert "light-exempt" not in light(row)


def test_the_api_says_of_a_pause_what_the_page_shows(paused):
    """The API asks this same function, everywhere."""
    now = timezone.now()
    assert light_of(paused, now) == "paused"
    paused.met_at = now
    assert light_of(paused, now) == "red"
