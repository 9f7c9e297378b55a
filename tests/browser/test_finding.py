"""查找案件 in a browser: an area drawn by keyboard and by mouse, and a phone."""

import re

from playwright.sync_api import expect

from cases.finding.area import read_area
from tests.sites import package

READY = "case-finder[data-ready]"


def area_of(page):
    return read_area(re.search(r"area=([\w-]+)", page.url)[1])


def test_an_area_is_drawn_by_keyboard_and_by_mouse(open_page, people, make_case):
    make_case()
    page = open_page(people["desk"], "/cases/search/?view=all")
    page.wait_for_selector(READY)
    page.focus("[data-draw=rectangle]")
    page.keyboard.press("Enter")
    expect(page.locator("#find-map")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".area-corner")).to_have_count(1)
    page.locator("#find-map").click(position={"x": 60, "y": 200})
    expect(page).to_have_url(re.compile("area="))
    assert len(area_of(page).coords[0]) == 5
    page.wait_for_selector(READY)
    expect(page.locator(".area-drawn")).to_have_count(1)
    page.click("[data-draw=polygon]")
    for x, y in ((80, 200), (300, 200), (200, 500)):
        page.locator("#find-map").click(position={"x": x, "y": y})
    expect(page.locator(".area-corner")).to_have_count(3)
    before = page.url
    page.click("[data-area-finish]")
    expect(page).not_to_have_url(before)
    assert len(area_of(page).coords[0]) == 4


def test_a_phone_goes_into_no_address(open_page, people, make_case):
    case = make_case(place=list(package.inside(1, 1, 1)), note="楼前垃圾")
    page = open_page(people["desk"], "/cases/search/?view=all&q=楼前")
    page.wait_for_selector(READY)
    page.locator(f'[id="row-{case.uuid}"]').wait_for()
    page.fill("[data-search]", "138 1234 5678")
    page.press("[data-search]", "Enter")
    expect(page.locator("[data-phone] [name=phone]")).to_have_value("138 1234 5678")
    page.select_option("[data-phone] [name=purpose]", "answer")
    page.click("[data-phone] button")
    expect(page).to_have_url(re.compile("caller="))
    assert "5678" not in page.url
    expect(page.locator(".case-row")).to_have_count(0)
