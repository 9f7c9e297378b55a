"""A draft comes from a copy, a table, a file; is tried; its pages and its API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from offices.builder import drafts, samples
from offices.builder.access import designs_of
from offices.builder.said import Said
from offices.models import Design, Module, Record
from offices.modules.definition import Definition
from tests.offices.building import (
    asking,
    changed,
    data_of,
    published,
)
from tests.offices.modules import load
from tests.sites import package

STREET, OFFICE = "110109001", package.OFFICE


@pytest.fixture
def head(people):
    return people["office_head"]


def test_a_copy_stays_within_the_street(head):
    source = load("construction")
    design = drafts.from_module(head, source, Said({}))
    data = data_of(design)
    wheres = {
        row["where"] for row in (*data["rights"]["read"], *data["rights"]["write"])
    }
    assert not wheres & {"district", "department"} and data["owner"] == OFFICE
    assert list(data["schema"]["properties"]) == list(
        source.published.definition["schema"]["x-order"]
    )


def test_a_table_becomes_fields(head, signed_in):
    table = "楼门号,等级,安装日期\n" + "3,高,2026-01-02\n4,低,2026-02-03\n" * 4
    file = SimpleUploadedFile("a.csv", table.encode())
    said = {"way": "table", "title": "灯具登记", "file": file}
    assert signed_in(head).post("/offices/builder/new/", said).status_code == 302
    kinds = [
        one.kind for one in Definition(data_of(Design.objects.get())).fields.values()
    ]
    assert kinds == ["whole", "choice", "day"]


def test_a_file_goes_out_and_comes_in(head, signed_in):
    client, design = signed_in(head), asking(head)
    address = f"/offices/builder/{design.version.uuid}/definition.json"
    file = SimpleUploadedFile("a.json", client.get(address).content)
    client.post("/offices/builder/new/", {"way": "definition", "file": file})
    first, second = (data_of(row) for row in Design.objects.order_by("pk"))
    assert second["schema"] == first["schema"] and second["code"] != first["code"]


def test_a_broken_file_is_refused_with_what_is_wrong(head, signed_in):
    file = SimpleUploadedFile("a.json", json.dumps({"format": "x"}).encode())
    said = {"way": "definition", "file": file}
    answer = signed_in(head).post("/offices/builder/new/", said)
    assert answer.status_code == 400 and not Design.objects.exists()


def test_rows_are_tried_and_are_no_records(head):
    said = {"field": "f4", "values": ["true"], "of": "filled"}
    design = changed(asking(head), head, "figure", **said)
    samples.make_up(design)
    assert not samples.add(design, {"f1": "9门", "f2": "楼门长"}, head).errors
    design = designs_of(head).get()
    trial = samples.Trial(design, head)
    assert len(trial.samples) == 4 and trial.samples[3].label == "9门"
    assert (trial.figures[0].numerator, trial.figures[0].denominator) == (2, 3)
    assert not Record.objects.exists() and "9门" not in str(design.samples)


def test_a_row_that_cannot_be_is_said(head):
    design = asking(head)
    assert samples.add(design, {"f3": "明天"}, head).errors.keys() == {"f3"}


def test_pages_of_a_draft_for_its_builders_only(head, people, signed_in):
    address = f"/offices/builder/{asking(head).version.uuid}/"
    for part in ("fields", "base", "rights", "steps", "try", "publish"):
        assert signed_in(head).get(address, {"part": part}).status_code == 200
    assert signed_in(people["outsider"]).get(address).status_code == 404
    assert signed_in(people["system"]).get(address).status_code == 200


def test_what_was_typed_stands_there_after_a_conflict(head, people, signed_in):
    design = asking(head)
    said = {
        "step": "field",
        "name": "f1",
        "title": "我写的",
        "revision": design.revision,
    }
    changed(design, people["steward"], "field", name="f2", title="担任角色")
    address = f"/offices/builder/{design.version.uuid}/steps/"
    answer = signed_in(head).post(address, said)
    assert answer.status_code == 409
    assert "我写的" in answer.text and "担任角色" in answer.text


def test_the_list_asks_as_much_for_many_as_for_one(
    head, signed_in, django_assert_max_num_queries
):
    client = signed_in(head)
    published(head)
    client.get("/offices/builder/")
    with django_assert_max_num_queries(40) as few:
        client.get("/offices/builder/")
    count = len(few)
    for number in ("二", "三", "四"):
        published(head, title=f"登记{number}")
        asking(head, title=f"草稿{number}")
    client.get("/offices/builder/")  # reads the new definitions, once for all
    with django_assert_max_num_queries(count):
        client.get("/offices/builder/")


def test_the_api_builds_a_module(head, signed_in):
    client = signed_in(head)
    api = "/api/v1/module-designs/"
    json_ = {"content_type": "application/json"}
    made = client.post(api, {"title": "楼门长登记", "about": "person"}, **json_).json()
    step = {"revision": made["revision"], "step": "add", "lines": "楼门号\n担任日期"}
    made = client.post(f"{api}{made['uuid']}/steps/", step, **json_).json()
    assert client.get(f"{api}{made['uuid']}/check/").json()["problems"] == []
    said = {"revision": made["revision"]}
    answer = client.post(f"{api}{made['uuid']}/publish/", said, **json_)
    assert Module.objects.published().filter(code=answer.json()["module"]).exists()


def test_the_api_refuses_an_old_revision(head, signed_in):
    design = asking(head)
    said = {"revision": 1, "step": "drop", "name": "f1"}
    address = f"/api/v1/module-designs/{design.version.uuid}/steps/"
    answer = signed_in(head).post(address, said, content_type="application/json")
    assert answer.status_code == 409 and "添加了字段" in answer.json()["detail"]


def test_rows_that_have_a_place_stand_on_a_map(head, signed_in):
    design = asking(head, "楼门号\n位置")
    address = f"/offices/builder/{design.version.uuid}/"
    assert "还没有带位置" not in signed_in(head).get(address, {"part": "try"}).text
    samples.make_up(design)
    design.refresh_from_db()
    points = samples.Trial(design, head).points["features"]
    assert [one["properties"]["label"] for one in points] == [
        *("示例一", "示例二", "示例三"),
    ]
    assert "data-trial-map" in signed_in(head).get(address, {"part": "try"}).text


def test_what_a_module_asks_and_who_owns_it_is_told_in_words(head, signed_in):
    page = signed_in(head).get(f"/modules/{published(head).code}/about/").text
    assert "在册 → 已销号" in page and "office" not in page.partition("责任")[2][:60]
