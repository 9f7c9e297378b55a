"""The wall: alive by itself, arranged by keyboard, quiet when it is cut off."""

import re

from django.core.cache import cache
from playwright.sync_api import expect

from tests.browser.test_accessible import found

READY = "wall-page[data-ready]"
WALL = (1920, 1080)


def test_a_wall_lives_is_arranged_and_bears_a_cut(open_page, people, make_case, watch):
    case = make_case("resolve")
    type(case).objects.filter(pk=case.pk).update(urgent=True)
    cache.clear()
    page = open_page(people["desk"], "/wall/", viewport=WALL)
    page.wait_for_selector(READY)
    expect(page.locator("[data-state=live]")).to_be_visible()
    expect(page.locator("[data-body=ticker] li")).to_have_count(3)
    expect(page.locator("[data-map] .wall-cell")).to_have_count(1)
    expect(page.locator("[data-flight]")).to_have_text(
        "紧急案件 · 东街第1社区 · 暴露垃圾"
    )
    make_case("collect", cell=2)
    expect(page.locator("[data-body=ticker] li")).to_have_count(4)
    expect(page.locator("[data-body=today] strong").first).to_have_text("2")
    expect(page.locator("[data-map] .wall-cell")).to_have_count(2)
    assert found(page, watch) == []
    # What was discarded does not come back with another screen's scenes.
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("[data-arrange]").click()
    page.locator("[data-panel=whistles]").press("Delete")
    page.locator("[data-cancel]").click()
    page.evaluate("document.querySelector('wall-page').widen()")
    expect(page.locator("[data-panel=whistles]")).to_be_visible()
    # Arranged by keyboard: one panel taken away gives room to another.
    page.locator("[data-arrange]").click()
    page.locator("[data-panel=whistles]").press("Delete")
    page.locator("[data-panel=compare]").press("Shift+ArrowDown")
    expect(page.locator("[data-said]")).to_contain_text("高 6 格")
    page.locator("[data-save]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    page.reload()
    page.wait_for_selector(READY)
    expect(page.locator("[data-panel=compare]")).to_have_attribute(
        "style", re.compile("span 6")
    )
    expect(page.locator("[data-panel=whistles]")).to_be_hidden()
    # Cut off it keeps what it has, says so, and goes on by itself.
    page.context.set_offline(True)
    page.evaluate("document.querySelector('wall-page').renew()")
    expect(page.locator("[data-state=cut]")).to_contain_text("连接中断")
    expect(page.locator("[data-body=today] strong").first).to_have_text("2")
    page.context.set_offline(False)
    expect(page.locator("[data-state=live]")).to_be_visible()


def test_on_a_phone_the_figures_stand_one_below_the_other(
    open_page, people, make_case, watch
):
    make_case("resolve")
    cache.clear()
    page = open_page(people["leader"], "/wall/", mobile=True)
    page.wait_for_selector(READY)
    expect(page.get_by_text("本页为指挥大屏设计")).to_be_visible()
    tops = page.locator("[data-panel]:not([hidden])").evaluate_all(
        "all => all.map((one) => Math.round(one.getBoundingClientRect().left))"
    )
    assert len(tops) == 8 and len(set(tops)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert found(page, watch) == []
