"""轨迹: off unless the site says so, on duty only, logged, and gone after its days."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership, Unit, User
from cases.models import DutyMark, TrackPoint, TrackReading, TrackSettings
from cases.track import keeping, loading, reading, workers
from cases.track.api import PositionsThrottle
from cases.track.duty import LONGEST, Duty, Span, Tap
from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of
from govmap.lib.periods import SINCE_EVER
from tests.workflow.test_roster import on_now

START = datetime(2026, 3, 2, tzinfo=UTC)
minutes = st.integers(0, 60 * 48)


def at(minute):
    return START + timedelta(minutes=minute)


taps_of_a_time = st.lists(st.tuples(minutes, st.booleans()), max_size=6).map(
    lambda rows: [Tap(at(minute), on) for minute, on in sorted(dict(rows).items())]
)
shifts_of_a_time = st.lists(st.tuples(minutes, st.integers(1, 800)), max_size=3).map(
    lambda rows: [Span(at(first), at(first + length)) for first, length in rows]
)
duties = st.builds(Duty, taps_of_a_time, shifts_of_a_time)


@given(duties, minutes)
def test_the_times_on_duty_are_the_moments_on_duty(duty, minute):
    moment = at(minute)
    assert duty.is_on(moment) == any(span.holds(moment) for span in duty.spans())


@given(duties, minutes)
def test_after_going_off_nothing_is_duty_until_a_tap_or_a_new_shift(duty, minute):
    before = [tap for tap in duty.taps if tap.at < at(minute)]
    off = Duty([*before, Tap(at(minute), False)], duty.shifts)
    assert not off.is_on(at(minute))
    starts = [shift.begins for shift in duty.shifts if shift.begins > at(minute)]
    again = [span.begins for span in off.spans() if span.begins >= at(minute)]
    assert all(any(start <= one for start in starts) for one in again)


@given(taps_of_a_time, minutes)
def test_a_tap_outside_of_a_shift_lasts_twelve_hours(taps, minute):
    duty = Duty(taps)
    if duty.is_on(at(minute)):
        last = [tap for tap in taps if tap.at <= at(minute)][-1]
        assert last.on and at(minute) - last.at < LONGEST


def milliseconds(moment):
    return round(moment.timestamp() * 1000)


def turned_on(people, **more):
    said = {"reason": "应急试点", "owner": people["supervisor"], **more}
    return TrackSettings.objects.create(is_on=True, **said)


def sent(client, *moments, now=None, **more):
    positions = [
        {"stamp": milliseconds(one), "lon": 116.36 + n / 1000, "lat": 39.9, **more}
        for n, one in enumerate(moments)
    ]
    body = {"sent_at": milliseconds(now or timezone.now()), "positions": positions}
    return client.post("/api/v1/track/", json.dumps(body), "application/json")


@pytest.fixture(autouse=True)
def unthrottled():
    """What other tests sent counts for nothing."""
    cache.clear()


@pytest.fixture
def worker(people, signed_in):
    return signed_in(people["grid_worker"])


@pytest.fixture
def on_duty(people, worker):
    """The site keeps tracks, and the worker has gone on duty an hour ago."""
    turned_on(people)
    now = timezone.now()
    before = now - timedelta(hours=1)
    DutyMark.objects.create(person=people["grid_worker"], at=before, on=True)
    return now


def test_it_is_off_unless_somebody_says_why_and_answers_for_it(people, worker):
    assert TrackSettings.current().is_on is False
    answer = sent(worker, timezone.now())
    assert (answer.status_code, TrackPoint.objects.count()) == (409, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrackSettings.objects.create(is_on=True)


def test_where_it_is_off_no_page_speaks_of_it(worker):
    for page in ("/tasks/", "/my/"):
        assert "<track-line" not in worker.get(page).content.decode()


def test_positions_on_duty_are_kept_once(worker, on_duty):
    moments = [on_duty - timedelta(minutes=n) for n in (30, 20, 10)]
    assert sent(worker, *moments).json() == {"kept": 3, "dropped": 0}
    assert sent(worker, *moments).json() == {"kept": 3, "dropped": 0}
    assert TrackPoint.objects.count() == 3


def test_off_duty_future_and_old_positions_are_dropped(worker, on_duty):
    bad = [timedelta(minutes=-2), timedelta(hours=2), timedelta(hours=30)]
    answer = sent(worker, *(on_duty - one for one in bad))
    assert answer.json() == {"kept": 0, "dropped": 3}


def test_a_wrong_clock_is_put_right(worker, on_duty):
    wrong = timedelta(days=40)
    sent(worker, on_duty - timedelta(minutes=5) + wrong, now=on_duty + wrong)
    kept = TrackPoint.objects.get()
    assert abs(kept.at - (on_duty - timedelta(minutes=5))) < timedelta(minutes=1)


def test_a_clock_a_little_ahead_loses_no_position(worker, on_duty):
    ahead = timezone.now() + timedelta(seconds=20)
    assert sent(worker, ahead, now=ahead).json() == {"kept": 1, "dropped": 0}
    assert TrackPoint.objects.get().at <= timezone.now()


def test_what_is_dense_or_vague_is_dropped(worker, on_duty):
    near = [on_duty - timedelta(seconds=600 - n) for n in range(5)]
    assert sent(worker, *near).json() == {"kept": 1, "dropped": 4}
    vague = sent(worker, on_duty - timedelta(minutes=5), accuracy=2000)
    assert vague.json() == {"kept": 0, "dropped": 1}


def test_who_stops_is_not_followed(people, worker, on_duty):
    worker.post("/my/track/duty/", {"on": "0"})
    later = timezone.now() + timedelta(seconds=2)
    assert sent(worker, later).json() == {"kept": 0, "dropped": 1}
    assert "data-until" not in worker.get("/my/").content.decode()


def test_a_shift_of_the_roster_is_duty_and_a_tap_ends_it(people, worker):
    turned_on(people)
    on_now(Unit.objects.get(code="110109001"), people["grid_worker"])
    assert sent(worker, timezone.now()).json()["kept"] == 1
    assert "data-until" in worker.get("/tasks/").content.decode()
    worker.post("/my/track/duty/", {"on": "0"})
    assert worker.get("/api/v1/track/").json()["on_duty"] is False


def test_tapping_twice_is_tapping_once(people, worker):
    turned_on(people)
    for _again in range(2):
        worker.post("/api/v1/track/duty/", {"on": True}, "application/json")
    assert DutyMark.objects.count() == 1


def test_only_who_works_outdoors_has_a_track(people, signed_in):
    turned_on(people)
    for who in ("volunteer", "desk", "handler"):
        client = signed_in(people[who])
        assert sent(client, timezone.now()).status_code == 403
        assert client.get("/my/track/").status_code == 403
        assert client.post("/my/track/duty/", {"on": "1"}).status_code == 403


def test_a_phone_that_sends_too_often_is_told_to_wait(worker, on_duty, monkeypatch):
    monkeypatch.setattr(PositionsThrottle, "rate", "2/min")
    codes = [sent(worker, on_duty).status_code for _again in range(3)]
    assert codes == [200, 200, 429]


def test_too_many_at_once_are_refused(worker, on_duty):
    moments = [on_duty] * (keeping.MOST + 1)
    assert sent(worker, *moments).status_code == 400


def test_the_worker_sees_his_day_and_who_looked(people, worker, signed_in, on_duty):
    sent(worker, on_duty - timedelta(minutes=3))
    TrackReading.objects.create(
        by=people["supervisor"],
        person=people["grid_worker"],
        day=timezone.localdate(),
        purpose="safety",
        note="寻找失联人员",
    )
    html = worker.get("/my/track/").content.decode()
    assert "track-way" in html and "寻找失联人员" in html


def look(client, **more):
    said = {
        "person": "grid_worker",
        "day": timezone.localdate().isoformat(),
        "purpose": "safety",
        "note": "寻找失联人员",
        **more,
    }
    return client.post("/api/v1/track/readings/", json.dumps(said), "application/json")


def test_a_look_at_another_s_track_is_on_record(people, worker, signed_in, on_duty):
    sent(worker, on_duty - timedelta(minutes=3))
    boss = signed_in(people["supervisor"])
    assert len(look(boss).json()) == 1
    row = TrackReading.objects.get()
    assert (row.by, row.person) == (people["supervisor"], people["grid_worker"])
    assert worker.get("/api/v1/track/readings/").json()[0]["note"] == "寻找失联人员"


def test_nobody_else_looks(people, signed_in, on_duty):
    for who in ("desk", "outsider", "other_worker", "volunteer", "system"):
        client = signed_in(people[who])
        assert look(client).status_code == 404
        assert client.get("/track/").status_code == 404
    assert not TrackReading.objects.exists()


def test_a_look_says_what_for_and_stays_within_the_days(people, signed_in, on_duty):
    boss = signed_in(people["supervisor"])
    old = timezone.localdate() - timedelta(days=8)
    assert look(boss, note="").status_code == 400
    assert look(boss, purpose="map").status_code == 400
    assert look(boss, day=old.isoformat()).status_code == 400
    assert not TrackReading.objects.exists()


def test_positions_go_when_their_days_are_over(people):
    turned_on(people, days=3)
    now = timezone.now()
    for days in (2, 4):
        TrackPoint.objects.create(
            person=people["grid_worker"],
            stamp=days,
            at=now - timedelta(days=days),
            place=Point(116.3, 39.9, srid=4490),
        )
    DutyMark.objects.create(
        person=people["grid_worker"], at=now - timedelta(days=9), on=True
    )
    assert keeping.sweep(now) == 1
    assert list(TrackPoint.objects.values_list("stamp", flat=True)) == [2]
    assert not DutyMark.objects.exists()


def names(people, who):
    return [one.name for one in workers.on_duty_outdoors(people[who])]


def test_the_map_names_workers_to_their_own_street_alone(people, worker, on_duty):
    sent(worker, on_duty - timedelta(minutes=3))
    name = str(people["grid_worker"])
    assert names(people, "desk") == [name]
    assert names(people, "supervisor") == [name]
    assert names(people, "outsider") == []


def test_the_district_s_desk_knows_no_worker_of_a_street_by_name(people, on_duty):
    street = Unit.objects.get(code="110109001")
    posts = Membership.objects.filter(user=people["grid_worker"])
    posts.update(unit=street)
    centre = User.objects.create(username="district_desk", name="区中心")
    district = Unit.objects.get(kind=Unit.Kind.DISTRICT)
    Membership.objects.create(
        user=centre, unit=district, role="acceptor", valid=SINCE_EVER
    )
    assert names({"centre": centre}, "centre") == [""]
    assert names(people, "desk") == [str(people["grid_worker"])]


def test_a_day_s_line_holds_all_that_a_day_may_have():
    assert reading.MOST_POINTS * keeping.CLOSEST >= 24 * 60 * 60


def test_the_map_shows_the_last_position_of_this_duty(people, worker, on_duty):
    person = people["grid_worker"]
    sent(worker, *(on_duty - timedelta(minutes=n) for n in (9, 3)))
    (one,) = workers.on_duty_outdoors(people["desk"])
    last = TrackPoint.objects.latest("at")
    assert (one.at, one.place.coords) == (last.at, last.place.coords)
    assert TrackReading.objects.filter(person=person, purpose="map").count() == 1
    workers.on_duty_outdoors(people["desk"])
    assert TrackReading.objects.count() == 1


def test_where_no_tracks_are_kept_the_roster_says_who_is_where(people, signed_in):
    person = people["grid_worker"]
    DutyMark.objects.create(person=people["other_worker"], on=True)
    on_now(Unit.objects.get(code="110109001"), person)
    (pin,) = workers.pins_of(workers.on_duty_outdoors(people["desk"]))
    assert [one.name for one in pin.workers] == [str(person)]
    assert not pin.is_position and not TrackReading.objects.exists()
    page = signed_in(people["desk"]).get("/map/workers/").json()
    assert page["features"][0]["properties"]["at"] is None


def test_a_pin_opens_for_its_reader_alone(people, signed_in, worker, on_duty):
    sent(worker, on_duty - timedelta(minutes=3))
    desk = signed_in(people["desk"])
    key = desk.get("/map/workers/").json()["features"][0]["id"]
    answer = desk.get(f"/map/workers/{key}/")
    assert str(people["grid_worker"]) in answer.content.decode()
    assert signed_in(people["acceptor"]).get(f"/map/workers/{key}/").status_code == 404


def test_workers_on_duty_are_not_for_everybody(people, signed_in):
    for who in ("grid_worker", "handler", "volunteer", "system"):
        client = signed_in(people[who])
        assert client.get("/map/workers/").status_code == 404
        assert client.get("/api/v1/workers-on-duty/").status_code == 404


def test_many_workers_cost_no_more_queries(
    people, django_assert_max_num_queries, on_duty
):
    for name in ("grid_worker", "other_worker", "community_worker"):
        DutyMark.objects.create(person=people[name], on=True)
    desk = people["desk"]
    _known = desk.posts
    with django_assert_max_num_queries(8):
        assert len(workers.on_duty_outdoors(desk)) == 3


def test_the_setting_is_changed_with_a_reason_and_on_record(people, signed_in):
    system = signed_in(people["system"])
    said = {"is_on": "on", "days": 5, "every": 60, "metres": 50}
    page = system.post("/rules/track/change/", said)
    assert page.status_code == 400 and not TrackSettings.objects.exists()
    said |= {"reason": "应急试点", "owner": "supervisor"}
    system.post("/rules/track/change/", said)
    assert TrackSettings.current().is_on
    assert changes_of(TrackSettings)[0].by == people["system"]
    answer = signed_in(people["desk"]).post("/rules/track/change/", said)
    assert answer.status_code == 404


def test_a_site_package_says_it_once_and_takes_nothing_back(people, tmp_path):
    said = {"is_on": True, "reason": "应急试点", "owner": "supervisor", "days": 5}
    (tmp_path / loading.NAME).write_text(json.dumps(said), "utf-8")
    loading.load(tmp_path, print)
    assert loading.dump() == {**said, "every": 60, "metres": 50}
    TrackSettings.objects.update(is_on=False)
    loading.load(tmp_path, print)
    assert TrackSettings.current().is_on is False


def test_a_package_that_turns_it_on_says_why_and_who(people, tmp_path):
    for said in ({"is_on": True}, {"days": 0}, {"every": "often"}, []):
        with pytest.raises(BadInput):
            loading.put(said)
    assert not TrackSettings.objects.exists()


def test_the_menu_leads_there_only_while_tracks_are_kept(people, worker, signed_in):
    boss = signed_in(people["supervisor"])
    pages = [(worker, '"/my/track/"'), (boss, '"/track/"')]
    said = [link in who.get("/feedback/").content.decode() for who, link in pages]
    turned_on(people)
    assert said == [False, False]
    assert all(link in who.get("/feedback/").content.decode() for who, link in pages)
