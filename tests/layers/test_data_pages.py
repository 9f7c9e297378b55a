"""The catalogue's pages: who sees them, who may import, and what they say."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Membership, Unit
from layers import importing
from layers.models import ImportRun, Layer
from tests.layers import files

DATA = reverse("layers:data")
GRID = reverse("layers:layer", args=["grid"])


@pytest.fixture
def officer(people: Any, signed_in: Any) -> Any:
    return signed_in(people["chief_data_officer"])


@pytest.fixture
def upload(tmp_path: Path) -> dict[str, Any]:
    """What the form sends."""
    path = files.geojson(tmp_path / "f.geojson", files.rows(2))
    file = SimpleUploadedFile("房屋.geojson", path.read_bytes())
    return {"uuid": str(uuid4()), "file": file}


def send(client: Any, upload: dict[str, Any], code: str = "buildings") -> Any:
    if "file" in upload:
        upload["file"].seek(0)
    return client.post(reverse("layers:import", args=[code]), upload)


def test_the_catalogue_shows_all_eight_classes(officer):
    page = officer.get(DATA).content.decode()
    classes = ["地形图", "影像图", "城市三维图", "地下空间图"]
    classes += ["电子地图", "地名地址", "框架要素", "经济人文"]
    assert all(name in page for name in classes)


def test_the_catalogue_asks_few_questions(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        assert officer.get(DATA).status_code == 200


def test_a_layer_page_asks_few_questions(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        assert officer.get(GRID).status_code == 200


def test_the_catalogue_is_for_who_signs_in(client):
    assert client.get(DATA).status_code == 302


def test_a_sensitive_layer_is_not_there_for_a_grid_worker(people, signed_in):
    files.a_layer(sensitivity=Layer.Sensitivity.SENSITIVE)
    worker, steward = (signed_in(people[name]) for name in ("grid_worker", "steward"))
    address = reverse("layers:layer", args=["buildings"])
    assert worker.get(address).status_code == 404
    assert steward.get(address).status_code == 200
    assert "buildings" not in worker.get(DATA).content.decode()


def test_who_may_not_import_sees_no_form_and_is_refused(people, signed_in, upload):
    files.a_layer()
    client = signed_in(people["desk"])
    page = client.get(reverse("layers:layer", args=["buildings"])).content.decode()
    assert "file-drop" not in page
    assert send(client, upload).status_code == 403
    assert not ImportRun.objects.filter(layer__code="buildings").exists()


def test_a_steward_imports_what_his_unit_provides(people, signed_in, upload):
    layer = files.a_layer(provider=Unit.objects.get(code="110109001"))
    steward = people["nobody"]
    for code, status in (("110109002", 403), ("110109001", 302)):
        Membership.objects.filter(user=steward).delete()
        Membership.objects.create(
            user=steward,
            unit=Unit.objects.get(code=code),
            role="steward",
            valid=("2020-01-01", None),
        )
        assert send(signed_in(steward), upload, layer.code).status_code == status


def test_an_upload_becomes_a_run_and_a_job(officer, upload):
    files.a_layer()
    answer = send(officer, upload)
    run = ImportRun.objects.get(uuid=upload["uuid"])
    assert answer.url == reverse("layers:run", args=["buildings", run.uuid])
    assert run.source_name == "房屋.geojson"
    assert ProcrastinateJob.objects.filter(args={"run": run.pk}).count() == 1


def test_the_same_form_sent_twice_makes_one_run(officer, upload):
    files.a_layer()
    send(officer, upload)
    assert send(officer, upload).status_code == 302
    assert ImportRun.objects.filter(layer__code="buildings").count() == 1
    assert ProcrastinateJob.objects.count() == 1


def test_without_a_file_the_form_says_so(officer):
    files.a_layer()
    answer = send(officer, {"uuid": str(uuid4())})
    assert answer.status_code == 400
    assert "file-error" in answer.content.decode()


def test_a_run_asks_again_only_while_it_lasts(officer, upload):
    files.a_layer()
    address = send(officer, upload).url
    assert 'hx-trigger="every 2s"' in officer.get(address).content.decode()
    importing.carry_out(ImportRun.objects.get(uuid=upload["uuid"]))
    page = officer.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in page
    assert "<html" not in page and "第 1 版已发布" in page


@pytest.fixture
def failed(tmp_path: Path, people: Any) -> ImportRun:
    """The import of a shapefile that does not say its system."""
    path = files.zipped_shapefile(tmp_path / "s.zip", files.rows(), without=(".prj",))
    run = files.run_of(files.a_layer(), path, by=people["chief_data_officer"])
    return importing.carry_out(run)


def test_a_failed_import_says_why_and_offers_the_likely_system(officer, failed):
    page = officer.get(reverse("layers:run", args=["buildings", failed.uuid]))
    assert "未注明坐标系" in page.content.decode()
    assert 'value="EPSG:4527' in page.content.decode()


def test_a_failed_import_is_tried_again_with_the_offered_system(officer, failed):
    again = reverse("layers:import_again", args=["buildings", failed.uuid])
    likely = failed.report["trouble"]["details"]["candidates"][0]["code"]
    answer = officer.post(again, {"uuid": str(uuid4()), "candidate": likely})
    run = ImportRun.objects.exclude(pk=failed.pk).get(layer=failed.layer)
    assert answer.status_code == 302
    assert run.options["crs"] == "EPSG:4527"


def test_a_run_is_seen_by_who_may_import_only(people, signed_in, failed):
    address = reverse("layers:run", args=["buildings", failed.uuid])
    assert signed_in(people["desk"]).get(address).status_code == 404
    assert signed_in(people["steward"]).get(address).status_code == 200


def test_refused_rows_come_as_csv_that_a_spreadsheet_reads(officer, tmp_path):
    rows = [*files.rows(1), {"编号": "=1+1", "geometry": None}]
    layer = files.a_layer()
    run = files.bring_in(layer, files.geojson(tmp_path / "f.geojson", rows))
    answer = officer.get(reverse("layers:refused", args=["buildings", run.uuid]))
    lines = answer.content.decode().splitlines()
    assert lines == ["\ufeff行号,编号,原因", "2,'=1+1,无几何图形"]


def test_the_pages_speak_english_too(officer):
    officer.cookies["django_language"] = "en"
    page = officer.get(GRID).content.decode()
    assert "Import a file" in page and "导入" not in page
