"""The one map in Chromium: drawn, asked, searched, switched, on desk and phone."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from layers.models import Layer
from tests.sites import package

RED, BLUE = (208, 52, 44), (44, 92, 208)
PLACE = package.inside(1, 1, 1)
AT = f"/map/#18/{PLACE[1]}/{PLACE[0]}"
STYLES = [
    {
        "code": "red",
        "title": {"zh-hans": "红色"},
        "type": "simple",
        "color": "#d0342c",
    },
    {
        "code": "blue",
        "title": {"zh-hans": "蓝色"},
        "type": "categorical",
        "field": "用地代码",
        "values": [{"value": "R2", "color": "#2c5cd0", "title": {"zh-hans": "居住"}}],
    },
]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_map(open_page: Callable[..., Page], people: Any) -> Callable[..., Page]:
    Layer.objects.filter(code="planning").update(styles=STYLES)

    def open_map(path: str = AT, *, name: str = "desk", **more: Any) -> Page:
        page = open_page(people[name], path, **more)
        drawn(page)
        return page

    return open_map


def drawn(page: Page) -> None:
    page.wait_for_selector(".map[data-drawn=true]", state="attached", timeout=60_000)


def pixels(page: Page, colour: tuple[int, int, int]) -> int:
    """How many pixels of the map are nearly of that colour."""
    png = page.locator(".map").screenshot()
    shades = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    return int((abs(shades - colour).max(axis=2) < 14).sum())


def wait_for(page: Page, is_so: Callable[[], bool]) -> None:
    for _ in range(60):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")


def layer(page: Page, code: str) -> Any:
    return page.locator(f'[data-layer="{code}"]')


def test_it_draws_the_layers_with_one_leaflet(open_map, watch):
    page = open_map()
    assert pixels(page, RED) > 5_000
    assert any("/tiles/planning/1/" in url for url in watch.requests)
    expect(page.locator("[data-busy]")).to_be_hidden()
    scripts = [url for url in watch.requests if "leaflet" in url and ".js" in url]
    assert len([url for url in scripts if "/leaflet.js" in url]) == 1


def test_a_layer_is_switched_off_and_stays_off(open_map):
    page = open_map()
    layer(page, "planning").locator("[data-visible]").uncheck()
    wait_for(page, lambda: pixels(page, RED) == 0)
    page.reload()
    drawn(page)
    expect(layer(page, "planning").locator("[data-visible]")).not_to_be_checked()
    assert pixels(page, RED) == 0


def test_the_legend_follows_what_is_drawn(open_map):
    page = open_map()
    row = layer(page, "planning")
    row.get_by_role("button", name="蓝色").click()
    wait_for(page, lambda: pixels(page, BLUE) > 1_000)
    assert pixels(page, RED) == 0
    expect(row.locator('[data-legend="blue"]')).to_contain_text("居住")
    expect(row.locator('[data-legend="red"]')).to_be_hidden()


def test_opacity_lets_the_ground_through(open_map):
    page = open_map()
    row = layer(page, "planning")
    row.locator("summary").click()
    row.locator("[data-opacity]").fill("40")
    expect(row.locator("output")).to_have_text("40%")
    wait_for(page, lambda: pixels(page, RED) == 0)


def test_a_click_and_enter_name_what_lies_there(open_map):
    page = open_map()
    page.locator(".map").click(position={"x": 720, "y": 410})
    here = page.locator("[data-here-drawer]")
    expect(here).to_contain_text("XC-00")
    expect(here).to_contain_text(package.cell_code(1, 1, 1))
    expect(page.locator("path.map-selection")).to_be_visible()
    page.keyboard.press("Escape")
    expect(here).to_be_hidden()
    page.locator(".map").focus()
    page.keyboard.press("Enter")
    expect(here).to_contain_text(package.cell_code(1, 1, 1))
    expect(page.locator("#map-here-title")).to_be_focused()


def test_search_says_what_is_not_there_and_flies_to_what_is(open_map):
    page = open_map()
    page.locator("#map-q").fill("没有这里")
    expect(page.locator("[data-found]")).to_contain_text("没有查到")
    page.locator("#map-q").fill("")
    page.locator(".map").focus()
    page.keyboard.press("/")
    page.keyboard.type("西街第2")
    expect(page.get_by_role("option").first).to_contain_text("西街第2社区")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-found]")).to_be_hidden()
    expect(page.locator("path.map-selection")).to_be_visible()
    lon = package.WEST + 3 * package.STEP
    wait_for(page, lambda: abs(float(page.url.split("/")[-1]) - lon) < package.STEP)


def test_the_address_keeps_the_place(open_map):
    page = open_map()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.locator(".map").focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, lambda: not page.url.endswith(AT.split("#")[1]))
    assert page.url.split("#")[1].startswith("18/39.9")


def test_tiles_that_fail_are_asked_again(open_map, people, open_page):
    page = open_page(people["desk"])
    page.context.route("**/tiles/planning/**", lambda route: route.abort())
    page.goto(AT)
    trouble = page.locator("[data-trouble]")
    expect(trouble).to_contain_text("部分地图未能载入", timeout=60_000)
    page.context.unroute("**/tiles/planning/**")
    trouble.get_by_role("button", name="重试").click()
    expect(trouble).to_be_hidden()
    wait_for(page, lambda: pixels(page, RED) > 5_000)


def test_the_map_follows_the_theme(open_map):
    page = open_map("/map/", theme="dark")
    assert pixels(page, (18, 27, 37)) > 100_000
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    wait_for(page, lambda: pixels(page, (243, 241, 236)) > 100_000)


def test_on_a_phone_the_drawers_are_sheets(open_map):
    width = 360
    page = open_map(mobile=True, viewport=(width, 800))
    wide = (
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert page.evaluate(wide)
    page.locator("[data-open-layers]").tap()
    sheet = page.locator("[data-layers]").bounding_box()
    assert (sheet["x"], sheet["width"]) == (0, width)
    page.locator("[data-close-layers]").tap()
    page.touchscreen.tap(width / 2, 400)
    expect(page.locator("[data-here-drawer]")).to_contain_text("XC-00")
    assert page.evaluate(wide)


def test_on_a_phone_every_target_is_large(open_map):
    page = open_map(mobile=True)
    page.locator("[data-open-layers]").tap()
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll(
            '.one-map button, .one-map summary, .one-map label, .leaflet-bar a'))
          .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
          .filter(([, box]) => box.height > 1 && Math.min(box.height, box.width) < 43.5)
          .map(([html]) => html)"""
    )
    assert small == []


def test_a_sensitive_layer_is_asked_for_by_nobody_else(open_map, watch):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    page = open_map()
    assert pixels(page, RED) == 0
    assert not any("/tiles/planning/" in url for url in watch.requests)
