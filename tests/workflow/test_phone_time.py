"""When something was done that waited on a phone, whatever its clock said."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from workflow.models import PhoneClock
from workflow.phone_time import PhoneTime, phone_time

HOUR = timedelta(hours=1)
SOON = timedelta(seconds=20)


def wrong_by(off, ago):
    now = timezone.now() + off
    return PhoneTime(claimed=now, written=now - ago)


@pytest.mark.parametrize("off", [timedelta(), 30 * HOUR, -30 * HOUR, SOON])
def test_it_was_so_long_ago_as_the_phone_has_measured(off):
    at = wrong_by(off, 2 * HOUR)
    assert abs(timezone.now() - 2 * HOUR - at.moment) < SOON


def test_nothing_said_is_now():
    assert timezone.now() - phone_time({}).moment < SOON
    assert phone_time({"sent_at": "soon", "happened_at": "9999999"}) == PhoneTime()


def test_the_phone_s_today_is_put_right_and_another_day_is_left():
    at = wrong_by(timedelta(days=3), timedelta())
    assert at.day(timezone.localdate() + timedelta(days=3)) == timezone.localdate()
    before = timezone.localdate() - timedelta(days=5)
    assert at.day(before) == before and at.day() == timezone.localdate()


def test_a_wrong_clock_is_kept_once_and_a_good_one_never(people):
    act, worker = uuid4(), people["grid_worker"]
    for _turn in range(2):
        wrong_by(3 * HOUR, HOUR).note(worker, act)
    wrong_by(SOON, HOUR).note(worker, uuid4())
    row = PhoneClock.objects.get()
    assert (row.act_id, row.is_ahead, row.sender) == (act, True, worker)
    assert abs(row.off - 3 * HOUR) < SOON
