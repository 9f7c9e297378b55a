"""The work list of conflicts in Chromium, on desk and phone."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from layers.models import OverlayRule
from tests.layers.overlays import a_rule, box, layer_of, run

pytestmark = pytest.mark.django_db(transaction=True)
HOUSES = {f"H{n}": box(15, 8 * n, 12 + n, 5) for n in range(6)}
# Where pictures of the pages are wanted.
PICTURES = os.environ.get("GOVMAP_PICTURES", "")


@pytest.fixture
def rule(people: Any) -> OverlayRule:
    heights = {key: 20 + n for n, key in enumerate(HOUSES)}
    houses = layer_of("houses", HOUSES, 用途={"H0": "住宅"}, 高度=heights)
    plots = layer_of("plots", {"P": box(0, 0, 20, 60)}, 用途={"P": "R2"})
    title = {"zh-hans": "房屋超出地块", "en": "Building outside its plot"}
    made = a_rule("outside", houses, plots, title=title)
    run(made)
    return made


@pytest.fixture
def open_list(open_page: Callable[..., Page], people: Any, rule: OverlayRule) -> Any:
    def open_(path: str = "/data/conflicts/", **more: Any) -> Page:
        return open_page(people["chief_data_officer"], path, **more)

    return open_


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(1500)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_the_first_conflict_lies_open_with_its_shapes_on_the_map(open_list):
    page = open_list()
    expect(page.locator(".conflict-link[aria-current]")).to_contain_text("H5 / P")
    expect(page.locator(".conflict-shape-part")).to_have_count(1)
    expect(page.locator(".conflict-shape-left")).to_have_count(1)
    picture(page, "list")


def test_keys_go_through_the_list(open_list):
    page = open_list()
    expect(page.locator(".conflict-pair-of")).to_contain_text("H5")
    page.keyboard.press("j")
    expect(page.locator(".conflict-pair-of")).to_contain_text("H4")
    page.keyboard.press("k")
    expect(page.locator(".conflict-pair-of")).to_contain_text("H5")


def test_the_list_is_narrowed_by_choosing(open_list):
    page = open_list()
    page.select_option("select[name=rule]", "rule")
    expect(page.locator(".conflict-chips")).to_contain_text("房屋超出地块")
    page.locator(".conflict-chips a").click()
    expect(page.locator(".conflict-chips")).to_have_count(0)


def test_an_exception_is_made_and_undone(open_list, rule):
    page = open_list()
    page.get_by_text("列为例外").first.click()
    page.fill("#exception-reason", "历史原因，权属已确认")
    page.get_by_role("button", name="列为例外").click()
    expect(page.locator(".note")).to_contain_text("历史原因")
    picture(page, "excepted")
    page.get_by_role("button", name="撤销例外").click()
    expect(page.locator(".conflict-state-open")).to_be_visible()


def test_a_conflict_is_sent_to_its_provider(open_list, rule):
    page = open_list()
    page.get_by_text("转为纠错").first.click()
    picture(page, "sending")
    page.get_by_text("plots ·").click()
    page.fill("#send-text", "请核对地块边界")
    page.get_by_role("button", name="发给提供单位").click()
    expect(page.locator(".conflict-state-sent")).to_be_visible()


def test_on_a_phone_a_conflict_has_a_page_of_its_own(open_list):
    page = open_list(mobile=True)
    picture(page, "phone-list")
    page.locator(".conflict-link").first.click()
    expect(page.locator(".conflict-shape-part")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"]
    picture(page, "phone-conflict")


def test_the_rules_are_kept_on_a_page(open_list, rule):
    page = open_list("/data/conflicts/rules/")
    picture(page, "rules")
    page.get_by_role("link", name="房屋超出地块").click()
    page.fill("#id_area", "3")
    picture(page, "rule")
    page.get_by_role("button", name="保存规则").click()
    expect(page.locator(".note-success")).to_be_visible()
    rule.refresh_from_db()
    assert rule.tolerance_area == 3


@pytest.mark.parametrize("path", ["rules/", "rules/rule/"])
def test_the_rules_fit_on_a_phone(open_list, path):
    page = open_list(f"/data/conflicts/{path}", mobile=True)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"]
    picture(page, f"phone-{path.replace('/', '-')}")
