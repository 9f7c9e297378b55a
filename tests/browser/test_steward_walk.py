"""A steward's walk: a file in, its differences, another's review, the map, and back."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from playwright.sync_api import Page, expect

from layers.imports import carrying
from layers.models import ImportRun, Layer, Version
from tests.browser.test_map import drawn, pixels, wait_for
from tests.layers import files
from tests.sites import package

RED = (208, 52, 44)
STYLE = {"code": "red", "title": {"zh-hans": "红色"}, "type": "simple"}
PLACE = package.inside(1, 1, 1)
AT = f"/map/#18/{PLACE[1]}/{PLACE[0]}"
OPEN_FORM = "move-form:not([hidden])"

# Pixels of the map that are red as long as the large house stands, and no longer.
HOUSE = 20_000
SLOW = 30_000  # ms: writing, reading and drawing on a machine with other work

pytestmark = pytest.mark.django_db(transaction=True)


def around(middle: tuple[float, float], size: float = 0.0004) -> shapely.Polygon:
    x, y = middle
    return shapely.box(x - size, y - size, x + size, y + size)


@pytest.fixture
def layer(db: None, tmp_path: Path) -> Layer:
    """One red house in the middle of the map, published."""
    style = {**STYLE, "color": "#d0342c"}
    made = files.a_layer(styles=[style], order=90)
    rows = [
        {**files.rows(1)[0], "geometry": around(PLACE)},
        {**files.rows(2)[1], "geometry": around(package.inside(1, 1, 2), 0.0001)},
    ]
    files.bring_in(made, files.geojson(tmp_path / "first.geojson", rows))
    return made


@pytest.fixture
def update(tmp_path: Path) -> Path:
    """The house is gone; the other one has another use; two are new."""
    rows = files.rows(4)[1:]
    rows[0] |= {"用途": "商业", "geometry": around(package.inside(1, 1, 2), 0.0001)}
    return files.geojson(tmp_path / "更新.geojson", rows)


def upload(page: Page, file: Path) -> Version:
    """On the layer's page; the work of the worker is done here."""
    page.goto("/data/buildings/")
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator(".data-import button[type=submit]").click()
    page.wait_for_url("**/imports/*-*/")
    carrying.carry_out(ImportRun.objects.latest("pk"))
    page.locator("a[href*='/versions/']").first.click()
    page.wait_for_url("**/versions/**")
    return Version.objects.latest("pk")


def look(page: Page, name: str) -> None:
    """A picture for who looks at it, where one is wanted."""
    if folder := os.environ.get("GOVMAP_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def see_the_differences(page: Page) -> None:
    drawn(page)
    expect(page.locator(".difference")).to_have_count(4)
    changed = page.locator('.difference[data-change="changed"]')
    expect(changed).to_contain_text("住宅 → 商业")
    page.keyboard.press("j")
    expect(changed).to_have_attribute("aria-current", "true")
    expect(page.locator("path.map-selection")).to_be_visible()
    page.locator('.chip:has(input[value="gone"])').click()
    expect(page.locator(".difference")).to_have_count(1)
    page.locator('.chip:has(input[value=""])').click()
    expect(page.locator(".difference")).to_have_count(4)


def act(page: Page, label: str, **fields: str) -> None:
    form = page.locator(OPEN_FORM)
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name=label).click()


def test_from_upload_to_undo(
    open_page: Callable[..., Page], people: Any, layer: Layer, update: Path
) -> None:
    watcher = open_page(people["desk"], AT)
    drawn(watcher)
    wait_for(watcher, lambda: pixels(watcher, RED) > HOUSE)
    view = watcher.url
    steward = open_page(people["steward"])
    version = upload(steward, update)
    see_the_differences(steward)
    look(steward, "draft")
    act(steward, "提交审核", note="季度更新")
    expect(steward.locator(".state").first).to_have_text("待审核", timeout=SLOW)
    expect(steward.locator('move-form[data-verb="publish"]')).to_have_count(0)

    officer = open_page(people["chief_data_officer"], "/data/")
    officer.locator("#to-review ~ ul a").click()
    drawn(officer)
    expect(officer.locator(".history")).to_contain_text("季度更新")
    act(officer, "审核通过并发布")
    expect(officer.locator(".version-head")).to_contain_text("当前发布", timeout=SLOW)
    expect(officer.locator(".history-step")).to_have_count(3)
    look(officer, "published")
    # Every open map draws it at once, without moving.
    wait_for(watcher, lambda: pixels(watcher, RED) < HOUSE)
    assert watcher.url == view
    # The steward's page says so by itself.
    expect(steward.locator(".version-head")).to_contain_text("第 2 版", timeout=SLOW)

    withdraw = officer.locator(OPEN_FORM)
    withdraw.get_by_label("数据有误").check()
    withdraw.get_by_role("button", name="撤回").click()
    expect(officer.locator(".state").first).to_have_text("已撤回", timeout=SLOW)
    wait_for(watcher, lambda: pixels(watcher, RED) > HOUSE)
    version.refresh_from_db()
    layer.refresh_from_db()
    assert (version.number, layer.published.number) == (2, 3)  # type: ignore[union-attr]


def test_on_a_phone_it_fits(
    open_page: Callable[..., Page], people: Any, layer: Layer, update: Path
) -> None:
    run = files.run_of(layer, update, by=people["steward"])
    version = carrying.carry_out(run).version
    assert version
    page = open_page(
        people["steward"], f"/data/buildings/versions/{version.uuid}/", mobile=True
    )
    drawn(page)
    look(page, "phone")
    wide = (
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert page.evaluate(wide)
    page.locator(".difference-key").first.tap()
    expect(page.locator("path.map-selection")).to_be_visible()
