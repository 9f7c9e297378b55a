"""A worker's track: it runs before his eyes, the map follows, and he stops it."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from cases.models import DutyMark, TrackPoint, TrackReading, TrackSettings
from tests.sites import package

SOON = 20_000  # ms: the map asks every five seconds at the most


def test_a_worker_on_duty_stands_on_the_map_until_he_stops(open_page, people):
    TrackSettings.objects.create(
        is_on=True, reason="应急试点", owner=people["supervisor"]
    )
    board = open_page(people["desk"], "/map/", place=None)
    switch = board.locator("duty-map[data-ready] [name=workers]")
    switch.check()
    expect(board.locator("duty-map")).to_have_attribute("data-drawn", "0")

    phone = open_page(
        people["grid_worker"], "/tasks/", mobile=True, place=package.inside(1, 1, 1)
    )
    line = phone.locator("track-line")
    line.locator("button").tap()
    expect(line.locator("[data-state]")).to_contain_text("最近一次")
    expect(line).to_have_attribute("data-sent", "1")
    # First known by his going on duty alone, then by where he is.
    pin = board.locator(".leaflet-marker-icon.phase-on-duty")
    expect(pin).to_have_text("人", timeout=SOON)
    assert TrackPoint.objects.count() == 1
    assert TrackReading.objects.get().by == people["desk"]

    line.locator("button").tap()
    expect(phone.locator("track-line:not(.is-on)")).to_be_visible()
    expect(pin).to_have_count(0, timeout=SOON)
    phone.goto("/my/track/")
    expect(phone.locator("track-map")).to_have_attribute("data-drawn", "1")


# As the phone kept the page, of a duty that is over since.
KEPT = """(line) => {
  const kept = line.cloneNode(true)
  kept.dataset.until = kept.dataset.begins
  line.replaceWith(kept)
}"""


def test_a_phone_tells_nothing_after_duty_nor_once_it_was_stopped(open_page, people):
    person = people["grid_worker"]
    TrackSettings.objects.create(
        is_on=True, reason="应急试点", owner=people["supervisor"]
    )
    before = timezone.now() - timedelta(hours=1)
    DutyMark.objects.create(person=person, at=before, on=True)
    phone = open_page(person, "/tasks/", mobile=True, place=package.inside(1, 1, 1))
    line = phone.locator("track-line")
    said = line.locator("[data-state]")
    expect(said).to_contain_text("最近一次")
    line.evaluate(KEPT)
    expect(said).to_contain_text("已结束")
    phone.reload()
    expect(said).to_contain_text("最近一次")
    phone.context.set_offline(True)
    line.locator("button").tap()
    expect(said).to_contain_text("已在本机停止")
    phone.context.set_offline(False)
    expect(line).to_have_attribute("data-off", "told")
    assert DutyMark.objects.latest("at").on is False
