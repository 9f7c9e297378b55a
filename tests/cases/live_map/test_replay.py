"""A day of the event log as the map plays it again."""

from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.live_map.replay import PHASES, bounds

pytestmark = pytest.mark.django_db


def day(client, **query):
    return client.get("/map/cases/day/", query).json()


def test_a_case_of_today_was_reported_and_moved_on(signed_in, people, make_case):
    case = make_case("dispatch")
    (row,) = day(signed_in(people["desk"]))["cases"]
    lon, lat, before, *changes = row
    assert (lon, lat, before) == (round(case.place.x, 6), round(case.place.y, 6), -1)
    assert [PHASES[phase] for phase in changes[1::2]] == ["collect", "dispatch"]
    assert changes[::2] == sorted(changes[::2])


def test_another_street_is_not_in_it(signed_in, people, make_case):
    make_case(street=2)
    assert day(signed_in(people["desk"]))["cases"] == []
    assert len(day(signed_in(people["supervisor"]))["cases"]) == 1


def test_a_day_without_events_is_empty(signed_in, people, make_case):
    make_case()
    assert day(signed_in(people["desk"]), at="2020-01-01")["cases"] == []


def test_the_api_tells_the_same(signed_in, people, make_case):
    make_case("dispatch")
    desk = signed_in(people["desk"])
    assert desk.get("/api/v1/case-day/").json() == day(desk)


def test_a_day_that_is_none_is_refused(signed_in, people):
    answer = signed_in(people["desk"]).get("/map/cases/day/", {"at": "2020-02-30"})
    assert answer.status_code == 400


def test_nobody_and_nothing_is_named(signed_in, people, make_case):
    case = make_case("dispatch")
    text = signed_in(people["desk"]).get("/map/cases/day/").content.decode()
    assert case.number not in text and str(case.uuid) not in text


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_ends_where_the_next_begins(asked):
    begins, ends = bounds(asked)
    assert timezone.localdate(begins) == asked
    assert ends == bounds(timezone.localdate(ends))[0]
