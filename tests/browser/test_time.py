"""The map of any day in Chromium: the slider, its band, its address, its keys."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from layers.models import Feature, Layer, Version
from layers.versions import publishing
from layers.versions.staging import Staging
from tests.browser.test_map import AT, RED, STYLES, drawn, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
BEGAN, WENT = date(2024, 3, 1), date(2025, 6, 15)


@pytest.fixture
def past(transactional_db: None) -> None:
    """All is true since 2024; in June 2025 the plot XC-00 went."""
    Version.objects.update(as_of=BEGAN)
    Feature.objects.update(valid=DateRange(BEGAN, None))
    Layer.objects.filter(code="planning").update(styles=STYLES)

    def stage(staging: Staging) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO staged_feature (key, geometry, mercator, properties)"
                " SELECT key, geometry, mercator, properties FROM layers_feature"
                " WHERE layer_id = %s AND key <> 'XC-00'",
                [layer.pk],
            )

    layer = Layer.objects.get(code="planning")
    publishing.install(layer, stage, publishing.Source("2025.shp", "2", WENT))


@pytest.fixture
def open_map(
    past: None, open_page: Callable[..., Page], people: Any
) -> Callable[..., Page]:
    def open_map(query: str = "", **more: Any) -> Page:
        page = open_page(people["desk"], AT.replace("/map/", f"/map/{query}"), **more)
        drawn(page)
        return page

    return open_map


def slide(page: Page, day: date) -> None:
    """Drag the slider to that day, over some days on the way."""
    first = BEGAN
    for at in (day - timedelta(days=40), day - timedelta(days=3), day):
        page.locator("[data-time-range]").evaluate(
            "(range, at) => { range.value = at;"
            " range.dispatchEvent(new Event('input', { bubbles: true })) }",
            (at - first).days,
        )


def is_red(page: Page) -> bool:
    """Whether the plot XC-00 is drawn: by a spot of it beside the map's middle."""
    png = page.locator(".map").screenshot()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    x, y = picture.width // 2 - 40, picture.height // 2 - 40
    spot = np.asarray(picture.crop((x, y, x + 20, y + 20))).astype(int)
    return bool((abs(spot - RED).max(axis=2) < 14).mean() > 0.9)


def styles_asked(watch: Any) -> list[str]:
    return [url for url in watch.requests if "/map/style.json" in url]


def test_the_slider_draws_the_map_of_a_day(open_map):
    page = open_map()
    assert not is_red(page)
    page.locator("[data-open-time]").click()
    slide(page, WENT - timedelta(days=1))
    wait_for(page, lambda: is_red(page))
    expect(page.locator("[data-time-band]")).to_contain_text("2025年6月14日的地图")
    assert "at=2025-06-14" in page.url


def test_dragging_asks_once(open_map, watch):
    page = open_map()
    page.locator("[data-open-time]").click()
    before = len(styles_asked(watch))
    slide(page, date(2024, 9, 1))
    wait_for(page, lambda: len(styles_asked(watch)) > before)
    page.wait_for_timeout(800)
    (asked,) = styles_asked(watch)[before:]
    assert "at=2024-09-01" in asked


def test_the_old_picture_stays_until_the_new_one_is_drawn(open_map):
    page, held = open_map("?at=2025-06-14"), []
    page.context.route("**/tiles/planning/**", lambda route: held.append(route))
    page.get_by_role("link", name="回到今天").click()
    wait_for(page, lambda: bool(held))
    page.wait_for_timeout(500)
    assert is_red(page)
    for route in held:
        route.continue_()
    wait_for(page, lambda: not is_red(page))


def test_what_lies_here_and_is_found_is_of_the_day_until_today_comes_back(open_map):
    page = open_map("?at=2025-06-14")
    assert is_red(page)
    page.locator(".map").click(position={"x": 720, "y": 410})
    here = page.locator("[data-here-drawer]")
    expect(here).to_contain_text("XC-00")
    page.locator("#map-q").fill("XC-00")
    expect(page.locator("#map-found [role=option]")).to_contain_text("XC-00")
    page.locator("#map-q").fill("")
    page.get_by_role("link", name="回到今天").click()
    wait_for(page, lambda: not is_red(page))
    expect(page.locator("[data-time-band]")).to_be_hidden()
    assert "at=" not in page.url
    expect(here).not_to_contain_text("XC-00")
    page.locator("#map-q").fill("XC-0")
    expect(page.locator("#map-found [role=option]").first).to_contain_text("XC-01")


def test_the_keyboard_steps_by_day_month_and_year(open_map):
    page = open_map("?at=2025-03-31")
    page.locator("[data-time-range]").focus()
    field = page.locator("[data-time-at]")
    for key, day in (
        ("ArrowLeft", "2025-03-30"),
        ("ArrowRight", "2025-03-31"),
        ("Shift+ArrowLeft", "2025-02-28"),
        ("PageDown", "2024-03-01"),
        ("End", timezone.localdate().isoformat()),
    ):
        page.keyboard.press(key)
        expect(field).to_have_value(day)


def test_only_layers_shown_have_ticks(open_map):
    page = open_map("?at=2025-06-14")
    ticks = page.locator("[data-time-ticks] i")
    expect(ticks).to_have_count(2)
    page.locator('[data-layer="planning"] [data-visible]').uncheck()
    expect(ticks).to_have_count(1)


def test_a_change_leads_to_its_day(open_map):
    page = open_map("?at=2024-06-01")
    page.locator(".time-changes summary").click()
    page.get_by_role("link", name="规划用地 第 2 版").click()
    expect(page.locator("[data-time-at]")).to_have_value("2025-06-15")


def test_the_key_t_opens_and_escape_closes(open_map):
    page = open_map()
    page.keyboard.press("t")
    expect(page.locator("[data-time-range]")).to_be_focused()
    page.locator("#map-time-title").focus()
    page.keyboard.press("Escape")
    expect(page.locator("[data-time]")).to_be_hidden()


def test_without_scripts_it_is_a_form(past, open_page, people):
    page = open_page(people["desk"], "/map/?at=2025-06-14", java_script_enabled=False)
    expect(page.locator("[data-time-band]")).to_contain_text("2025年6月14日的地图")
    page.locator("[data-time-at]").fill("2024-05-01")
    page.locator("[data-time-form] button[type=submit]").click()
    expect(page.locator("[data-time-band]")).to_contain_text("2024年5月1日的地图")


def test_on_a_phone_it_is_a_sheet(open_map):
    width = 360
    page = open_map(mobile=True, viewport=(width, 800))
    page.locator("[data-open-time]").tap()
    sheet = page.locator("[data-time]").bounding_box()
    assert (sheet["x"], sheet["width"]) == (0, width)
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll(
            '.map-time button, .map-time input, .map-time summary, .map-time .btn'))
          .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
          .filter(([, box]) => box.height > 1 && Math.min(box.height, box.width) < 43.5)
          .map(([html]) => html)"""
    )
    assert small == []


def test_a_feature_shows_what_it_was(past, open_page, people):
    page = open_page(people["desk"], "/data/planning/features/XC-00/")
    expect(page.locator(".feature-step")).to_have_count(2)
    drawn(page)
    page.locator(".feature-step").first.hover()
    expect(page.locator("path.feature-old")).to_be_visible()
    expect(page.locator("[data-old]")).to_be_visible()
