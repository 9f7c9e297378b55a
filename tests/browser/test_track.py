"""A worker's track: it runs before his eyes, the map follows, and he stops it."""

from playwright.sync_api import expect

from cases.models import TrackPoint, TrackReading, TrackSettings
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
