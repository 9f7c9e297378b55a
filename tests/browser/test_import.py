"""A file on its way in, in Chromium: sent, shown on the map, answered, reported."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from layers.imports import carrying
from layers.models import ImportRun, Layer
from tests.layers import files

IMPORTS = "/data/buildings/imports/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def layer() -> Layer:
    return files.a_layer()


@pytest.fixture
def loose(tmp_path: Path) -> list[Path]:
    """The parts of a shapefile in GBK that does not say its coordinate system."""
    archive = tmp_path / "s.zip"
    files.zipped_shapefile(archive, files.rows(), without=(".prj",))
    parts = sorted((tmp_path / "s").iterdir())
    return [part for part in parts if part.suffix != ".prj"]


@pytest.fixture
def open_as(open_page: Callable[..., Page], people: Any) -> Callable[..., Page]:
    def open_as(path: str, **more: Any) -> Page:
        return open_page(people["chief_data_officer"], path, **more)

    return open_as


def send(page: Page, *paths: Path) -> None:
    page.set_input_files("#id_file", [str(path) for path in paths])
    page.get_by_role("button", name="导入", exact=True).click()
    page.wait_for_url("**/imports/*/")


def carry_out() -> ImportRun:
    run = ImportRun.objects.select_related("layer__provider", "by").first()
    assert run is not None
    return carrying.carry_out(run)


def drawn(page: Page) -> None:
    page.wait_for_selector(".map[data-drawn=true]", state="attached", timeout=60_000)


@pytest.mark.parametrize("mobile", [False, True])
def test_a_shapefile_is_sent_asked_about_and_drafted(open_as, layer, loose, mobile):
    page = open_as(IMPORTS, mobile=mobile)
    page.set_input_files("#id_file", [str(part) for part in loose])
    expect(page.locator("[data-name]")).to_contain_text("房屋.shp")
    send(page, *loose)
    expect(page.locator("#run")).to_contain_text("等待")
    carry_out()
    # The page asks again by itself, and what comes has its map.
    drawn(page)
    expect(page.locator(".import-shape").first).to_be_visible()
    expect(page.get_by_role("radio", name="第39带")).to_be_checked()
    page.get_by_role("button", name="用此文件继续").click()
    expect(page.locator("#run")).to_contain_text("等待")
    assert carry_out().status == "done"
    expect(page.locator("#run")).to_contain_text("草稿", timeout=15_000)


def test_another_choice_moves_the_shapes(open_as, layer, tmp_path):
    # Where nothing may move by itself the map is at once where the shapes have gone.
    page = open_as(IMPORTS, reduced_motion="no-preference")
    page.get_by_label("先核对字段和坐标系").check()
    send(page, files.geojson(tmp_path / "f.geojson", files.rows()))
    carry_out()
    drawn(page)
    shape = page.locator(".import-shape").first
    before = shape.bounding_box()
    page.get_by_role("radio", name="GCJ-02").check()
    assert before
    for _ in range(50):
        after = page.locator(".import-shape").first.bounding_box()
        if after and abs(before["x"] - after["x"]) + abs(before["y"] - after["y"]) > 20:
            return
        page.wait_for_timeout(100)
    pytest.fail("the shapes stay where they were")


def test_a_refused_form_comes_back_with_its_sentence(open_as, layer, tmp_path):
    page = open_as(IMPORTS)
    paths = [
        files.geojson(tmp_path / f"{name}.geojson", files.rows(1)) for name in "ab"
    ]
    page.set_input_files("#id_file", [str(path) for path in paths])
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("#file-error")).to_contain_text("Shapefile")
    expect(page.locator("#id_file")).to_be_focused()
    assert not ImportRun.objects.filter(layer=layer).exists()


def test_a_waiting_import_is_cancelled(open_as, layer, loose):
    page = open_as(IMPORTS)
    send(page, *loose)
    page.get_by_role("button", name="取消导入").click()
    expect(page.locator(".note")).to_contain_text("已取消")
    assert ImportRun.objects.get(layer=layer).status == "cancelled"


def test_without_scripts_the_question_is_a_list(open_as, layer, loose):
    page = open_as(IMPORTS, java_script_enabled=False)
    send(page, *loose)
    carry_out()
    page.reload()
    expect(page.get_by_role("radio", name="第39带")).to_be_checked()
    expect(page.locator("[data-preview]")).to_be_hidden()
    page.get_by_role("button", name="用此文件继续").click()
    assert carry_out().status == "done"


def test_columns_are_chosen_and_refused_rows_come_back(open_as, layer, tmp_path):
    rows = [
        {"ID": row["编号"], "USE": row["用途"], "geometry": row["geometry"]}
        for row in files.rows(2)
    ]
    rows.append({"ID": "F3", "USE": "", "geometry": None})
    page = open_as(IMPORTS)
    send(page, files.geojson(tmp_path / "f.geojson", rows))
    carry_out()
    page.get_by_label("编号").select_option("ID")
    page.get_by_label("用途").select_option("USE")
    page.get_by_role("button", name="用此文件继续").click()
    expect(page.locator("#run")).to_contain_text("等待")
    carry_out()
    link = page.get_by_role("link", name="下载拒收记录")
    expect(link).to_be_visible(timeout=15_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "buildings-refused.gpkg"
