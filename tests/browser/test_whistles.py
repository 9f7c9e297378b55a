"""A whistle's way: blown at a desk, seen on a phone, attended by one tap, live."""

from playwright.sync_api import expect

from cases.models import Whistle
from tests.browser.test_accessible import found
from tests.cases.whistling import blown, fresh, part, street_leader
from tests.sites import package

FORM = "move-form:not([hidden])"
READY = "whistle-page[data-ready]"


def address_of(whistle):
    return f"/whistles/{whistle.uuid}/"


def test_a_called_unit_reports_in_and_the_street_sees_it_live(open_page, people, watch):
    whistle = blown()
    desk = open_page(people["dispatcher"], address_of(whistle))
    phone = open_page(people["handler"], address_of(whistle), mobile=True)
    desk.wait_for_selector(READY)
    phone.wait_for_selector(READY)
    phone.locator(f"{FORM} .move-send").tap()
    expect(phone.locator(f"{FORM} .move-send")).to_contain_text("报到")
    phone.locator(f"{FORM} .move-send").tap()
    expect(phone.locator(f"{FORM} .move-send")).to_contain_text("反馈")
    row = desk.locator("[data-unit=sanitation] .whistle-step.is-done")
    expect(row).to_have_count(2)
    # The other unit is there: one tap of the street.
    desk.locator("[data-unit=gardens] [data-tap] button").click()
    expect(desk.locator("[data-unit=gardens] .is-done")).to_have_count(2)
    assert part(whistle, "gardens").seen_by_street
    assert fresh(whistle).events_count == 4
    assert found(phone, watch) == []


def test_one_is_blown_from_the_form_and_stands_on_the_one_map(open_page, people):
    leader = street_leader()
    page = open_page(leader, "/whistles/new/")
    page.wait_for_selector("whistle-form[data-ready]")
    page.locator("label.chip", has_text="群众诉求").click()
    lon, lat = package.inside(1, 1, 1)
    page.locator("input[name=address]").fill("甲1街1号院1号楼")
    page.locator(".address-option").first.click()
    page.locator(".whistle-units .option", has_text="环卫中心").click()
    page.locator("label.chip", has_text="1 小时内").click()
    page.locator("[name=note]").fill("多部门到场处置")
    page.locator(".report-button").click()
    page.wait_for_selector(READY)
    whistle = Whistle.objects.get()
    assert abs(whistle.place.x - lon) < 0.002 and abs(whistle.place.y - lat) < 0.002
    there = open_page(leader, f"/map/#18/{whistle.place.y}/{whistle.place.x}")
    pin = there.locator(".leaflet-marker-icon.pin")
    expect(pin).to_be_in_viewport()
