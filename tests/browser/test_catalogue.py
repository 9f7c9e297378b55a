"""The catalogue and the style editor in Chromium: keyboard, preview, desk and phone."""

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from layers.models import Layer
from tests.browser.test_accessible import AXE, found_in_both_themes

STYLE = {
    "code": "use",
    "title": {"zh-hans": "用途"},
    "type": "categorical",
    "field": "用地代码",
    "values": [{"value": "R2", "color": "#d0342c", "title": {"zh-hans": "居住"}}],
}
PAGES = [
    *("/data/", "/data/overdue/", "/data/new/", "/data/planning/"),
    *("/data/planning/edit/", "/data/planning/style/"),
]
RED, BLUE = (208, 52, 44), (44, 92, 208)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_as(open_page: Callable[..., Page], people: Any) -> Callable[..., Page]:
    Layer.objects.filter(code="planning").update(styles=[STYLE])

    def open_as(path: str, name: str = "chief_data_officer", **more: Any) -> Page:
        return open_page(people[name], path, **more)

    return open_as


@pytest.fixture
def editor(open_as: Callable[..., Page]) -> Callable[..., Page]:
    def editor(**more: Any) -> Page:
        page = open_as("/data/planning/style/", **more)
        page.wait_for_selector("style-editor[data-previews]")
        drawn = ".map[data-drawn=true]"
        page.wait_for_selector(drawn, state="attached", timeout=60_000)
        return page

    return editor


def pixels(page: Page, colour: tuple[int, int, int]) -> int:
    """How many pixels of the map are nearly of that colour."""
    png = page.locator(".map").screenshot()
    shades = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    return int((abs(shades - colour).max(axis=2) < 14).sum())


def wait_for(page: Page, is_so: Callable[[], bool]) -> None:
    for _turn in range(60):
        if is_so():
            return
        page.wait_for_timeout(250)
    raise AssertionError("waited in vain")


def test_the_keyboard_walks_the_catalogue_and_opens_a_layer(open_as):
    page = open_as("/data/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".catalogue-title").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/data/\w+/$"))


def test_the_search_narrows_the_list_while_one_types(open_as):
    page = open_as("/data/")
    page.keyboard.press("/")
    page.keyboard.type("规划")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_url(re.compile("q="))


def test_a_colour_shows_on_map_and_legend_before_it_is_saved(editor):
    page = editor()
    wait_for(page, lambda: pixels(page, RED) > 200)
    page.fill('[name="classes-0-color"]', "#2c5cd0")
    wait_for(page, lambda: pixels(page, BLUE) > 200 and pixels(page, RED) == 0)
    expect(page.locator('[data-legend] .swatch-light [fill="#2c5cd0"]')).to_have_count(
        1
    )
    assert Layer.objects.get(code="planning").styles == [STYLE]


def test_what_is_wrong_is_marked_and_the_map_keeps_what_it_had(editor):
    page = editor()
    page.fill('[name="classes-0-color"]', "reddish")
    expect(page.locator('[data-error="classes-0-color"]')).to_contain_text("#rrggbb")
    expect(page.locator("[data-note]")).to_be_visible()
    wait_for(page, lambda: pixels(page, RED) > 200)


def test_classes_are_proposed_from_the_data_and_saved(editor):
    page = editor()
    page.select_option("[name=palette]", "land_use")
    page.get_by_role("button", name="按数据生成分类").click()
    expect(page.locator("#style-form .style-classes .style-row")).to_have_count(5)
    expect(page.locator("[data-legend] li")).to_have_count(5)
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.locator(".note-success")).to_be_visible()
    (saved,) = Layer.objects.get(code="planning").styles
    assert {row["value"] for row in saved["values"]} == {"R2", "B1", "G1", "A33", "U1"}


def test_as_saved_takes_back_what_was_typed(editor):
    page = editor()
    page.fill('[name="classes-0-color"]', "#2c5cd0")
    page.locator("[data-reset]").click()
    expect(page.locator('[name="classes-0-color"]')).to_have_value("#d0342c")


def test_the_editor_is_used_by_keyboard_alone(editor):
    page = editor()
    page.focus('[name="classes-0-color"]')
    page.keyboard.press("Control+a")
    page.keyboard.type("#2c5cd0")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    (saved,) = Layer.objects.get(code="planning").styles
    assert saved["values"][0]["color"] == "#2c5cd0"


def test_style_and_entry_are_saved_without_scripts(open_as):
    page = open_as("/data/planning/style/", java_script_enabled=False)
    page.fill('[name="classes-0-color"]', "#2c5cd0")
    page.get_by_role("button", name="增加分类").click()
    page.fill('[name="classes-1-value"]', "B1")
    page.fill('[name="classes-1-color"]', "#112233")
    page.get_by_role("button", name="保存", exact=True).last.click()
    (saved,) = Layer.objects.get(code="planning").styles
    assert [row["color"] for row in saved["values"]] == ["#2c5cd0", "#112233"]
    page.goto("/data/planning/edit/")
    page.fill("[name=update_days]", "30")
    page.get_by_role("button", name="保存", exact=True).last.click()
    assert Layer.objects.get(code="planning").update_days == 30


def test_attributes_move_by_buttons(open_as):
    page = open_as("/data/planning/edit/")
    page.get_by_role("button", name="下移").first.click()
    page.get_by_role("button", name="增加属性项").click()
    rows = page.locator(".schema-row")
    expect(rows).to_have_count(4)
    rows.nth(3).locator('[name$="-name"]').fill("备注")
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.locator(".note-success")).to_be_visible()
    names = [field["name"] for field in Layer.objects.get(code="planning").schema]
    assert names == ["用地代码", "地块编号", "容积率", "备注"]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
@pytest.mark.parametrize("path", PAGES)
def test_nothing_keeps_a_steward_from_working(open_as, watch, path):
    assert found_in_both_themes(open_as(path), watch) == {}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_fits_360_pixels_and_twice_the_size(open_as, path):
    page = open_as(path, viewport=(720, 450))
    for width, height in ((720, 450), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_editor_fits_the_phone(editor):
    page = editor(mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#style-map")).to_be_in_viewport()
