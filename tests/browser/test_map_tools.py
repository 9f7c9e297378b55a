"""The tools of the one map in Chromium: one after the other, as a desk uses them."""

import re

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from layers.finding.area import read_corners
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
    text = page.evaluate(
        """async () => {
          const { writeArea } = await import('layers/area-code')
          const [ring] = document.querySelector('map-tools').drawing.drawn.getLatLngs()
          return writeArea(ring.map(({ lat, lng }) => [lng, lat]))
        }"""
    )
    corners = read_corners(text)
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
