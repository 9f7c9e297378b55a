"""The tools of the one map in Chromium: one after the other, as a desk uses them."""

import re

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from layers.models import MapView, Sketch
from tests.sites import package

LON, LAT = package.inside(1, 1, 1)
AT = f"/map/#18/{LAT}/{LON}"
MIDDLE = (640, 450)

pytestmark = pytest.mark.django_db(transaction=True)


def draw(page: Page, kind: str, *spots: tuple[int, int]) -> None:
    page.click(f"[data-draw={kind}]")
    for x, y in spots:
        page.mouse.click(MIDDLE[0] + x, MIDDLE[1] + y)
    if kind in {"line", "polygon"}:
        page.click("[data-area-finish]")


def drawn_area(page: Page) -> float:
    """Square metres, as the database measures what the page drew."""
    corners = page.evaluate(
        """() => {
          const [ring] = document.querySelector('map-tools').drawing.drawn.getLatLngs()
          return ring.map(({ lat, lng }) => [lng, lat])
        }"""
    )
    # Not to a metre, as an address has them.
    assert any(abs(x * 1e5 - round(x * 1e5)) > 0.01 for x, _y in corners)
    ring = ", ".join(f"{x} {y}" for x, y in [*corners, corners[0]])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Area(ST_GeomFromText(%s, 4490)::geography)",
            [f"POLYGON(({ring}))"],
        )
        return float(cursor.fetchone()[0])


def test_a_desk_measures_asks_sketches_keeps_and_shares(open_page, people):
    page = open_page(people["desk"], AT)
    page.wait_for_selector("map-tools[data-ready]", state="attached", timeout=60_000)

    page.click("[data-tool=measure]")
    draw(page, "polygon", (0, 0), (90, 0), (90, 90))
    said = page.locator("[data-measures] dd").first.inner_text()
    square = float(re.sub(r"[^\d.]", "", said.split(" m²")[0]))
    assert square == pytest.approx(drawn_area(page), abs=0.06)

    page.keyboard.press("Escape")
    page.keyboard.press("q")
    draw(page, "rectangle", (-80, -80), (80, 80))
    page.click("[data-layer-code=planning]")
    expect(page.locator(".map-row").first).to_contain_text("XC-")
    page.fill("[data-metres]", "6000")
    expect(page.locator("[data-query-body]")).to_contain_text("5000")

    page.click("[data-tool=sketch]")
    draw(page, "spot", (0, 0))
    page.keyboard.type("集合点")
    page.fill("#sketch-title", "演练")
    page.click("[data-sketch-form] [type=submit]")
    expect(page.locator("[data-kept=sketches]")).to_contain_text("演练")
    assert Sketch.objects.get().shapes[0]["words"] == "集合点"
    page.click("[data-kept=sketches] [data-delete]")
    expect(page.locator("[data-tool-said]")).to_have_text("已删除。")
    page.click("[data-undo]")
    expect(page.locator("[data-kept=sketches]")).to_contain_text("演练")

    page.click("[data-tool=views]")
    page.fill("#view-title", "东街")
    page.click("[data-view-form] [type=submit]")
    expect(page.locator("[data-kept=views]")).to_contain_text("东街")
    assert MapView.objects.get().address.startswith("?layers=")

    page.locator("[data-layer=grid] [data-visible]").uncheck()
    page.click("[data-tool=share]")
    shared = page.input_value("#share-address")
    other = page.context.new_page()
    other.goto(shared)
    expect(other.locator("[data-layer=grid] [data-visible]")).not_to_be_checked()
    expect(other.locator("[data-layer=planning] [data-visible]")).to_be_checked()
    other.close()


def test_two_layers_are_compared_by_a_bar(open_page, people):
    page = open_page(people["desk"], AT)
    page.wait_for_selector("map-tools[data-ready]", state="attached", timeout=60_000)
    page.click("[data-tool=compare]")
    page.select_option("#compare-left", "planning")
    bar = page.get_by_role("slider", name="两幅地图的分界")
    expect(bar).to_have_attribute("aria-valuenow", "50")
    bar.focus()
    page.keyboard.press("ArrowLeft")
    expect(bar).to_have_attribute("aria-valuenow", "48")
    over = page.locator(".map-over .map[data-drawn=true]")
    over.wait_for(state="attached", timeout=60_000)
    drawn = page.evaluate(
        """() => {
          const { map, tools } = document.querySelector('map-tools')
          const shown = (gl) => gl.getStyle().layers.filter((layer) =>
            layer.metadata?.['govmap:layer'] === 'planning'
            && layer.layout?.visibility !== 'none').length
          return [map.gl, tools.compare.over.gl].map(shown)
        }"""
    )
    assert drawn[0] > 0 == drawn[1]
    page.click("[data-close-tool]")
    expect(page.locator(".map-over")).to_have_count(0)


def test_a_sheet_of_the_map_is_at_its_scale(open_page, people):
    query = "?layers=planning,grid"
    page = open_page(people["desk"], f"/map/print/{query}#16/{LAT}/{LON}")
    page.wait_for_selector("map-print[data-ready]", state="attached", timeout=90_000)
    page.select_option("[name=scale]", "2000")
    # A hundred metres at 1:2000 are 5 cm of paper, which are 189 CSS pixels.
    wide = page.evaluate(
        """([lon, lat]) => {
          const { leaflet } = document.querySelector('map-print').map
          const east = 100 / (111319.49 * Math.cos((lat * Math.PI) / 180))
          const spot = (x) => leaflet.latLngToContainerPoint([lat, x])
          return spot(lon + east).x - spot(lon).x
        }""",
        [LON, LAT],
    )
    assert wide == pytest.approx(0.05 / 0.0254 * 96, abs=2)
    page.wait_for_selector("[data-print-now]:not([disabled])", timeout=90_000)
    picture = page.locator(".print-picture").evaluate("img => img.naturalWidth")
    assert picture > 1000
