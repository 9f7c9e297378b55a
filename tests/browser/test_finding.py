"""The one box by keyboard, from the page of one's own cells on a phone."""

import re

from playwright.sync_api import expect


def test_a_worker_finds_a_case_of_his_cells_by_keyboard(open_page, people, make_case):
    case = make_case("dispatch", address="槐柏树街2号旁")
    page = open_page(people["grid_worker"], "/offices/mine/", mobile=True)
    expect(page.locator("#cases")).to_contain_text("槐柏树街2号旁")
    page.locator("[data-find]").click()
    page.wait_for_selector("find-page[data-ready]")
    page.locator("#find-q").fill("13900001234")
    page.keyboard.press("Enter")
    expect(page.locator("#find-found")).to_contain_text("查询已留痕")
    expect(page).to_have_url(re.compile(r"/find/$"))
    page.locator("#find-q").fill("槐柏树街")
    expect(page.locator("[data-hit]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.uuid}/**")
