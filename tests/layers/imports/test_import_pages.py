"""The pages of an import: sent, asked about, answered, cancelled, reported."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Membership, Unit
from layers.imports import carrying, intake, job, systems
from layers.models import ColumnMapping, ImportRun, Layer
from layers.reading import crs
from tests.layers import files

pytestmark = pytest.mark.django_db
Client = Any


@pytest.fixture
def officer(people: Any, signed_in: Any) -> Client:
    return signed_in(people["chief_data_officer"])


@pytest.fixture
def layer() -> Layer:
    return files.a_layer()


def page_of(name: str, run: ImportRun) -> str:
    return reverse(f"layers:{name}", args=[run.layer.code, run.uuid])


def send(client: Client, *paths: Path, code: str = "buildings", **more: Any) -> Any:
    """Sends files by the form."""
    sent = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    data = {"uuid": str(uuid4()), "file": sent, **more}
    return client.post(reverse("layers:import", args=[code]), data)


def last_run() -> ImportRun:
    return ImportRun.objects.select_related("layer__provider", "by").latest("pk")


def carried_out(client: Client, *paths: Path, **more: Any) -> ImportRun:
    assert send(client, *paths, **more).status_code == 302
    return carrying.carry_out(last_run())


def shown(client: Client, run: ImportRun) -> str:
    return client.get(page_of("run", run)).content.decode()


def told(client: Client, run: ImportRun, **data: Any) -> ImportRun:
    """Answers what a run asks, and carries it on."""
    answer = client.post(page_of("import_answer", run), data)
    assert answer.status_code == 302, answer.content.decode()
    return carrying.carry_out(last_run())


@pytest.fixture
def simple(tmp_path: Path) -> Path:
    return files.geojson(tmp_path / "房屋.geojson", files.rows(2))


# Sending


def test_who_may_not_import_is_refused(people, signed_in, layer, simple):
    client = signed_in(people["desk"])
    assert send(client, simple).status_code == 403
    assert client.get(reverse("layers:import", args=["buildings"])).status_code == 403
    assert not ImportRun.objects.filter(layer=layer).exists()


def test_a_steward_imports_what_his_unit_provides(people, signed_in, simple):
    files.a_layer(provider=Unit.objects.get(code="110109001"))
    steward = people["nobody"]
    for code, status in (("110109002", 403), ("110109001", 302)):
        Membership.objects.filter(user=steward).delete()
        Membership.objects.create(
            user=steward,
            unit=Unit.objects.get(code=code),
            role="steward",
            valid=("2020-01-01", None),
        )
        assert send(signed_in(steward), simple).status_code == status


def test_an_upload_becomes_a_run_and_a_job(officer, layer, simple):
    answer = send(officer, simple, as_of="2024-05-01")
    run = last_run()
    assert answer.url == page_of("run", run)
    assert (run.source_name, run.options["as_of"]) == ("房屋.geojson", "2024-05-01")
    assert ProcrastinateJob.objects.filter(args={"run": run.pk}).count() == 1


def test_the_same_form_sent_twice_makes_one_run(officer, layer, simple):
    uuid = str(uuid4())
    for _ in range(2):
        assert send(officer, simple, uuid=uuid).status_code == 302
    assert ImportRun.objects.filter(layer=layer).count() == 1
    assert ProcrastinateJob.objects.count() == 1


def test_without_a_file_the_form_says_so(officer, layer):
    answer = send(officer)
    assert answer.status_code == 400
    assert "file-error" in answer.content.decode()


@pytest.mark.parametrize("day", ["1800-01-01", "2999-01-01", "yesterday"])
def test_a_day_far_off_is_no_day_of_data(officer, layer, simple, day):
    assert send(officer, simple, as_of=day).status_code == 400


def test_the_form_proposes_today(officer, layer):
    page = officer.get(reverse("layers:import", args=["buildings"])).content.decode()
    assert f'value="{timezone.localdate().isoformat()}"' in page


@pytest.fixture
def loose(tmp_path: Path) -> list[Path]:
    """The parts of a shapefile, as a folder has them."""
    files.zipped_shapefile(tmp_path / "s.zip", files.rows())
    return sorted((tmp_path / "s").iterdir())


def test_the_loose_parts_of_a_shapefile_come_in_as_one(officer, layer, loose):
    run = carried_out(officer, *loose)
    assert run.source_name == "房屋.zip"
    assert (run.status, run.report["read"]) == ("done", 3)


def test_the_same_parts_make_the_same_file(officer, layer, loose):
    digests = set()
    for parts in (loose, loose[::-1]):
        send(officer, *parts)
        digests.add(last_run().sha256)
    assert len(digests) == 1


def test_several_files_that_are_no_shapefile_are_refused(officer, layer, simple, loose):
    for paths in ((simple, simple), loose[:1] * 2, [*loose, simple.parent / "b.shp"]):
        (simple.parent / "b.shp").write_bytes(b"x")
        answer = send(officer, *paths)
        assert answer.status_code == 400
    assert "一个矢量文件的组成" in answer.content.decode() or "shp" in str(
        answer.content
    )


def test_a_part_of_a_layer_closes_nothing(officer, layer, tmp_path):
    files.bring_in(layer, files.geojson(tmp_path / "f.geojson", files.rows(3)))
    changed = [files.rows(2)[1] | {"层数": 9}, *files.rows(4)[3:]]
    path = files.geojson(tmp_path / "g.geojson", changed)
    for extent, closed in (("part", 0), ("", 2)):
        run = carried_out(officer, path, extent=extent)
        figures = [run.report[name] for name in ("added", "changed", "closed")]
        assert figures == [1, 1, closed]


# Watching


def test_a_run_asks_again_only_while_it_lasts(officer, layer, simple):
    send(officer, simple)
    run = last_run()
    assert 'hx-trigger="every 2s"' in shown(officer, run)
    carrying.carry_out(run)
    page = officer.get(page_of("run", run), headers={"HX-Request": "true"})
    assert "hx-trigger" not in page.content.decode()
    assert "<html" not in page.content.decode()


def test_a_run_is_seen_by_who_may_import_only(people, signed_in, officer, asking):
    desk, steward = (signed_in(people[name]) for name in ("desk", "steward"))
    assert desk.get(page_of("run", asking)).status_code == 404
    assert steward.get(page_of("run", asking)).status_code == 200


def test_pages_of_an_import_ask_few_questions(
    officer, asking, django_assert_max_num_queries
):
    for address in (
        page_of("run", asking),
        reverse("layers:import", args=["buildings"]),
    ):
        with django_assert_max_num_queries(15):
            assert officer.get(address).status_code == 200


def test_a_waiting_import_is_cancelled(officer, layer, simple):
    send(officer, simple)
    answer = officer.post(page_of("import_cancel", last_run()))
    assert answer.url == reverse("layers:layer", args=["buildings"])
    assert last_run().status == "cancelled"


def test_an_ended_import_is_not_cancelled(officer, layer, simple):
    run = carried_out(officer, simple)
    assert officer.post(page_of("import_cancel", run)).status_code == 409


# Asking: the coordinate system


@pytest.fixture
def asking(officer: Client, layer: Layer, tmp_path: Path) -> ImportRun:
    """The import of a shapefile that does not say its system."""
    path = files.zipped_shapefile(tmp_path / "s.zip", files.rows(), without=(".prj",))
    return carried_out(officer, path)


def shapes_on(page: str) -> dict[str, Any]:
    start = page.index('id="import-shapes"')
    text = page[page.index(">", start) + 1 : page.index("</script>", start)]
    return json.loads(text)


def test_the_likely_systems_are_shown_on_the_ground(officer, asking):
    page = shown(officer, asking)
    assert "未注明坐标系" in page
    data = shapes_on(page)
    placed = shapely.from_geojson(json.dumps(data["systems"]["EPSG:4527"]))
    assert placed.distance(files.square(1)) < 1e-4
    assert data["border"]["type"] == "Polygon"


def test_the_chosen_system_carries_on_with_the_same_file(officer, asking):
    run = told(officer, asking, candidate="EPSG:4527")
    assert (run.pk, run.status) == (asking.pk, "done")
    assert run.report["crs_from"] == "told"


def test_a_typed_system_wins(officer, asking):
    run = told(officer, asking, candidate="EPSG:4527", crs="EPSG:4549")
    assert run.report["trouble"]["code"] == "lands_elsewhere"
    assert 'value="EPSG:4549"' in shown(officer, run)


def test_an_answer_to_what_asks_nothing_is_late(officer, layer, simple):
    run = carried_out(officer, simple)
    answer = officer.post(page_of("import_answer", run), {"crs": "EPSG:4527"})
    assert answer.status_code == 409


def test_looking_first_offers_the_shifted_systems_too(officer, layer, simple):
    run = carried_out(officer, simple, look="on")
    assert (run.status, run.rows_read) == ("asking", 0)
    page = shown(officer, run)
    assert set(shapes_on(page)["systems"]) >= {"", "GCJ-02", "BD-09"}
    assert told(officer, run, field_0="编号").status == "done"


@pytest.mark.skipif(not files.SHARED.exists(), reason="no shared real data here")
def test_a_file_of_amap_lands_where_it_belongs(officer, monkeypatch):
    monkeypatch.setattr(job, "ground", lambda: (116.2, 39.8, 116.5, 40.0))
    schema = [{"name": "街道代码", "type": "string"}]
    layer = files.a_layer(code="streets", key="街道代码", schema=schema)
    path = files.SHARED / "nasty" / "xicheng_gcj02.geojson"
    run = carried_out(officer, path, code="streets", look="on")
    run = told(officer, run, candidate="GCJ-02", field_0="街道代码")
    assert run.report["crs"] == "GCJ-02"
    known = files.SHARED / "admin" / "xicheng_streets_wgs84.geojson"
    for row in json.loads(known.read_text())["features"]:
        true = shapely.from_geojson(json.dumps(row["geometry"]))
        draft = run.version.draft_rows.get(key=row["properties"]["code9"])
        found = shapely.from_wkb(bytes(draft.geometry.wkb))
        assert found.intersection(true).area > 0.999 * found.union(true).area
    assert layer.code == "streets"


# Asking: layers, columns, encoding


def test_a_file_of_several_layers_asks_which(officer, layer, tmp_path):
    path = tmp_path / "two.gpkg"
    files.vector(path, files.rows(2), crs="EPSG:4490", layer="房屋一")
    files.vector(path, files.rows(3), crs="EPSG:4490", layer="房屋二", append=True)
    run = carried_out(officer, path)
    page = shown(officer, run)
    assert 'value="房屋一"' in page and 'value="房屋二"' in page
    assert told(officer, run, layer="房屋二").report["read"] == 3


def renamed(path: Path, count: int = 2) -> Path:
    rows = [
        {"ID": row["编号"], "USE": row["用途"], "geometry": row["geometry"]}
        for row in files.rows(count)
    ]
    return files.geojson(path, rows)


def test_columns_of_other_names_are_asked_with_their_values(officer, layer, tmp_path):
    run = carried_out(officer, renamed(tmp_path / "f.geojson"))
    page = shown(officer, run)
    assert "ID · F1, F2" in page
    run = told(officer, run, field_0="ID", field_1="USE")
    row = run.version.draft_rows.get(key="F2")
    assert row.properties["用途"] == "住宅"


def test_what_was_chosen_serves_the_units_next_file(officer, layer, tmp_path):
    run = carried_out(officer, renamed(tmp_path / "f.geojson"))
    told(officer, run, field_0="ID", field_1="USE")
    assert ColumnMapping.objects.get(layer=layer).unit == layer.provider
    again = carried_out(officer, renamed(tmp_path / "g.geojson", 3))
    assert (again.status, again.report["read"]) == ("done", 3)


def test_the_key_has_to_be_chosen(officer, layer, tmp_path):
    run = carried_out(officer, renamed(tmp_path / "f.geojson"))
    answer = officer.post(page_of("import_answer", run), {"field_0": ""})
    assert answer.status_code == 400
    assert "field_0-error" in answer.content.decode()


def test_a_column_that_is_not_there_is_no_answer(officer, layer, tmp_path):
    run = carried_out(officer, renamed(tmp_path / "f.geojson"))
    answer = officer.post(page_of("import_answer", run), {"field_0": "nonsense"})
    assert answer.status_code == 400


def test_a_table_without_places_asks_for_them(officer, tmp_path):
    files.a_layer(geometry="point")
    path = tmp_path / "p.csv"
    path.write_text("编号,甲,乙\nF1,116.301,39.901\nF2,116.302,39.902\n")
    run = carried_out(officer, path)
    assert run.report["trouble"]["code"] == "no_places"
    run = told(
        officer, run, field_0="编号", place_x="甲", place_y="乙", crs="EPSG:4490"
    )
    assert (run.status, run.report["read"]) == ("done", 2)


def test_an_encoding_that_does_not_fit_is_asked_again(officer, layer, tmp_path):
    path = files.zipped_shapefile(tmp_path / "s.zip", files.rows())
    run = carried_out(officer, path, encoding="UTF-8")
    assert 'name="encoding"' in shown(officer, run)
    assert told(officer, run, encoding="GBK").status == "done"


# The report


@pytest.fixture
def reported(officer: Client, layer: Layer, tmp_path: Path) -> ImportRun:
    ring = shapely.get_coordinates(files.square(5))
    touching = [*ring[:3], ring[2] + [0, 1e-4], *ring[2:]]
    rows = [
        *files.rows(1),
        {"编号": "R", "用途": "", "层数": 1, "geometry": shapely.Polygon(touching)},
        {"编号": "=1+1", "用途": "", "层数": 1, "geometry": None},
        {"编号": "F1", "用途": "twin", "层数": 1, "geometry": files.square(7)},
    ]
    return carried_out(officer, files.geojson(tmp_path / "f.geojson", rows))


def test_the_report_lists_refused_and_repaired_rows(officer, reported):
    page = shown(officer, reported)
    assert reported.report["refused"] == 2
    assert reported.report["repaired"] == 1
    for word in ("无几何图形", "修复记录", "=1+1"):
        assert word in page


def test_reasons_come_as_csv_that_a_spreadsheet_reads(officer, reported):
    answer = officer.get(page_of("refused", reported))
    lines = answer.content.decode().splitlines()
    assert lines[:2] == ["\ufeff行号,编号,原因", "3,'=1+1,无几何图形"]


def test_refused_rows_come_as_a_file_to_be_corrected(officer, reported):
    answer = officer.get(page_of("refused_file", reported))
    assert 'filename="buildings-refused.gpkg"' in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"SQLite format 3")
    assert "原因".encode() in content


def test_refused_lines_of_a_table_come_as_a_table(officer, tmp_path):
    files.a_layer(geometry="point")
    path = tmp_path / "p.csv"
    path.write_text("编号,经度,纬度\nF1,116.301,39.901\nF2,abc,39.902\n")
    run = carried_out(officer, path)
    content = b"".join(officer.get(page_of("refused_file", run)).streaming_content)
    assert content.decode("utf-8-sig").splitlines()[1].startswith("F2,abc,39.902,")


def test_where_nothing_was_refused_there_is_no_file(officer, layer, simple):
    run = carried_out(officer, simple)
    assert officer.get(page_of("refused_file", run)).status_code == 404


def test_a_zip_of_parts_holds_just_them(officer, layer, loose):
    send(officer, *loose)
    path = intake.folder().parent / last_run().path
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        assert archive.namelist() == [part.name for part in loose]


def test_every_system_of_a_form_is_known(officer):
    for code, _title in systems.choices():
        assert crs.parse_system(code, "told").code == code
