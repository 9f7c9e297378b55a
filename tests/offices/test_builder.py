"""Modules are designed step by step: what a step does and what it refuses."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from govmap.lib.errors import Conflict, NotAllowed
from offices.builder import drafts, publishing, samples
from offices.builder.access import builds, designs_of
from offices.builder.checks import Check
from offices.builder.drafts import DraftThere, Stale, next_version
from offices.builder.guessing import guessed, read_line
from offices.builder.said import BadStep, Said
from offices.models import Design, Module, ModuleVersion, Record
from offices.modules.definition import Definition, definition_of
from offices.modules.loading import BadDefinition, publish
from offices.modules.making import make
from offices.modules.rights import READ, ground_in
from offices.modules.versions import carry_all, differences
from tests.offices.building import (
    asking,
    began,
    changed,
    data_of,
    field_of,
    published,
)
from tests.offices.modules import load
from tests.sites import package

STREET, OFFICE = "110109001", package.OFFICE


@pytest.fixture
def head(people):
    return people["office_head"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("等级：高/中/低", "choice"),
        ("服务项目（多选）：理发/送餐", "choices"),
        ("是否独居", "truth"),
        ("入户日期", "day"),
        ("面积（㎡）", "number"),
        ("服务户数", "whole"),
        ("联系电话", "phone"),
        ("现场照片", "photo"),
        ("位置", "place"),
        ("情况说明", "long"),
        ("楼门号", "text"),
    ],
)
def test_a_line_says_what_is_asked(line, kind):
    title, given = read_line(line)
    assert given.kind == kind and "：" not in title and "（" not in title


def test_a_column_of_a_table_is_guessed_by_its_cells():
    assert guessed("建成", ["2020-01-02", "2021.3.4"])[1].kind == "day"
    assert guessed("等级", ["高", "低"] * 5)[1].options == ["高", "低"]
    assert guessed("编号", ["001", "002"])[1].kind == "text"


def test_who_builds(people):
    assert {name for name, user in people.items() if builds(user)} == {
        *("office_head", "steward", "chief_data_officer", "system"),
    }


def test_a_module_of_a_street_is_its_office_s(head):
    design = began(head)
    data = data_of(design)
    assert (design.street.code, data["street"], data["owner"]) == (
        *(STREET, STREET),
        OFFICE,
    )


def test_nobody_builds_for_another_street(head):
    with pytest.raises(NotAllowed):
        began(head, street="110109002")


def test_what_it_is_about_is_referred_to(head):
    data = data_of(began(head, about="person"))
    assert data["schema"]["properties"]["person"]["x-ref"] == "person"
    assert data["list"] == ["person"]


def test_lines_become_fields_that_are_shown(head):
    data = data_of(asking(head))
    assert list(data["schema"]["properties"]) == [f"f{n}" for n in range(1, 7)]
    assert data["filters"] == ["f2", "f3", "f4"]
    assert data["symbol"]["label"] == "f1"


def test_a_choice_that_is_renamed_keeps_its_code(head):
    design = asking(head, "等级：高/中/低")
    changed(design, head, "field", name="f1", options="高\n一般\n低")
    spec = field_of(design, "f1")
    assert spec["enum"] == ["c1", "c2", "c3"]
    assert spec["x-labels"]["c2"] == {"zh-hans": "一般"}


def test_another_kind_keeps_name_and_condition(head):
    design = asking(head)
    changed(design, head, "field", name="f6", when_field="f4", when_values=["true"])
    changed(design, head, "field", name="f6", kind="text")
    assert field_of(design, "f6")["x-when"] == {"field": "f4", "is": True}


def test_fields_do_not_wait_for_one_another(head):
    design = asking(head)
    changed(design, head, "field", name="f6", when_field="f4")
    with pytest.raises(BadStep):
        changed(design, head, "field", name="f4", when_field="f6")


def test_a_field_moves_and_takes_the_section_on(head):
    design = asking(head)
    changed(design, head, "field", name="f1", section="基本")
    changed(design, head, "move", name="f2", by="-1")
    assert data_of(design)["groups"][0]["fields"] == ["f1", "f2"]
    changed(design, head, "move", name="f6", to=0)
    assert data_of(design)["groups"][0]["fields"] == ["f6", "f1", "f2"]


def test_what_is_personal_leaves_filters_and_map(head):
    design = asking(head)
    changed(design, head, "field", name="f1", level="S2")
    changed(design, head, "field", name="f2", level="S3")
    data = data_of(design)
    assert "label" not in data["symbol"]
    assert "f2" not in (*data["list"], *data["filters"])


def test_a_formula_is_written_in_titles(head):
    design = asking(head, "单价\n数量\n总价")
    said = {"name": "f3", "kind": "computed", "expression": "单价×数量"}
    changed(design, head, "field", **said)
    assert field_of(design, "f3")["x-computed"] == "f1*f2"
    with pytest.raises(BadStep):
        changed(design, head, "field", name="f3", expression="单价×")


def test_what_others_are_worked_out_from_stays(head):
    design = asking(head, "单价\n数量\n总价")
    changed(design, head, "field", name="f3", kind="computed", expression="单价*数量")
    with pytest.raises(BadStep):
        changed(design, head, "drop", name="f1")


def test_what_goes_is_forgotten_everywhere(head):
    design = asking(head)
    changed(design, head, "reminder", field="f3", sort="before", count="7")
    changed(design, head, "figure", field="f4", values=["true"])
    changed(design, head, "drop", name="f3")
    changed(design, head, "drop", name="f4")
    data = data_of(design)
    assert data["reminders"] == data["indicators"] == []


def test_a_table_of_rows_keeps_its_columns(head):
    design = asking(head, "物资")
    said = {"name": "f1", "kind": "rows", "columns": "品名\n数量\n类别：食品/工具"}
    changed(design, head, "field", **said)
    changed(design, head, "field", name="f1", columns="名称\n数量\n类别：食品/工具")
    columns = field_of(design, "f1")["items"]["properties"]
    assert {name: spec["title"]["zh-hans"] for name, spec in columns.items()} == {
        **{"k1": "名称", "k2": "数量", "k3": "类别"}
    }


def test_the_second_of_two_is_told_what_the_first_did(head, people):
    design = asking(head)
    seen = design.revision
    changed(design, people["steward"], "field", name="f1", title="门牌")
    with pytest.raises(Stale) as told:
        drafts.take_step(
            design, "field", Said({"name": "f1", "title": "楼门"}), head, revision=seen
        )
    assert "门牌" in told.value.text and field_of(design, "f1")["title"] == {
        "zh-hans": "门牌"
    }


def test_every_change_is_on_record(head):
    design = asking(head)
    assert [row.what for row in design.steps.all()] == ["add", "made"]
    changed(design, head, "field", name="f1", title="楼门号")
    assert design.steps.count() == 2  # the same again is no change


@pytest.mark.parametrize(
    ("title", "kind"), [("姓名", "person"), ("统一社会信用代码", "organization")]
)
def test_what_a_register_holds_is_not_asked_again(head, title, kind):
    design = asking(head, f"{title}\n楼门号")
    check = Check(design, head)
    assert [(one.field, one.kind) for one in check.again] == [("f1", kind)]
    assert check.at("f1") and not check.is_sound


def test_a_reason_lets_it_be_asked_again(head):
    design = asking(head, "姓名\n楼门号")
    design = changed(design, head, "field", name="f1", because="访客不在登记库中")
    assert Check(design, head).is_sound


def test_referring_takes_its_place(head):
    design = asking(head, "姓名\n联系电话\n楼门号")
    design = changed(design, head, "refer", name="f1", refer_to="person")
    design = changed(design, head, "refer", name="f2", refer_to="person")
    check = Check(design, head)
    assert list(check.definition.fields) == ["person", "f3"]
    assert check.is_sound and check.burden.asked == 1 and check.burden.spared > 10


def test_another_module_s_field_is_offered(head):
    first = published(head, "包户干部\n楼门号", about="household")
    design = asking(head, "包户干部\n走访内容", title="入户走访", about="household")
    again = Check(design, head).again
    assert [(one.kind, one.is_refused) for one in again] == [
        (f"record:{first.code}", False)
    ]


def test_a_street_s_module_needs_an_end(head):
    design = changed(asking(head), head, "base", ends_on="")
    with pytest.raises(BadDefinition, match="停用日期"):
        publishing.publish(design, head, revision=design.revision)


def test_nothing_asked_is_nothing_to_publish(head):
    check = Check(began(head), head)
    assert [one.part for one in check.problems] == ["fields"]


def test_who_designs_does_not_give_himself_the_sensitive(head, people):
    design = asking(head, "病史\n楼门号")
    key = "office_head@owner"
    design = changed(design, head, "rights", S3=[key])
    assert Check(design, head).of("rights")
    assert Check(design, people["steward"]).is_sound


def test_rights_stay_within_the_street(head, people):
    module = published(head)
    assert ground_in(people["office_clerk"], module, READ).streets
    assert not ground_in(people["leader"], module, READ)
    with pytest.raises(BadStep):
        changed(asking(head, title="其他"), head, "rights", read=["leader@district"])


def test_a_street_s_file_gives_the_district_nothing(head, people):
    data = data_of(asking(head))
    data |= {"code": "x_one", "title": {"zh-hans": "越界"}}
    data["rights"]["read"] = [{"role": "leader", "where": "district"}]
    with pytest.raises(BadDefinition, match="街道"):
        publish(data)


def test_others_of_the_same_post_elsewhere_see_nothing(head, people):
    data = data_of(asking(head))
    data |= {"code": "x_one", "title": {"zh-hans": "网格"}}
    data["rights"]["read"] = [{"role": "grid_worker", "where": "community"}]
    module = publish(data).module
    assert ground_in(people["grid_worker"], module, READ)
    assert not ground_in(people["outsider_worker"], module, READ)


def test_what_is_published_is_there_at_once(head, people, signed_in):
    module = published(head)
    client = signed_in(people["office_clerk"])
    for address in ("", "new/", "on-map/", "tables/", "about/"):
        assert client.get(f"/modules/{module.code}/{address}").status_code == 200
    assert client.get(f"/api/v1/modules/{module.code}/openapi/").status_code == 200
    assert module.code in client.get("/offices/").content.decode()


def entered(module, by, **fields):
    record, _event = make(
        module, by=by, uuid=module.versions.first().uuid, fields=fields
    )
    return record


def test_the_module_s_page_leads_its_builders_to_the_next_version(
    head, people, signed_in
):
    module = published(head)
    link = f'href="/offices/builder/m/{module.code}/"'
    about = f"/modules/{module.code}/about/"
    assert link in signed_in(head).get(about).content.decode()
    other = signed_in(people["grid_worker"]).get(about).content.decode()
    assert link not in other


def test_a_renamed_field_is_carried_and_a_lost_one_is_told(head):
    module = published(head)
    record = entered(module, head, f1="3门", f2="c1", f6="修路灯")
    design = next_version(module, head)
    changed(design, head, "field", name="f1", title="楼门牌号")
    design = changed(design, head, "drop", name="f6")
    new = Definition(design.version.definition)
    told = differences(definition_of(module.published_id), new)
    assert [(one.what, one.loses) for one in told] == [
        ("renamed", False),
        ("removed", True),
    ]
    publishing.publish(design, head, revision=design.revision)
    module.refresh_from_db()
    trial = carry_all(module, head)
    record.refresh_from_db()
    assert record.data == {"f1": "3门", "f2": "c1"}
    assert [row.lost for row in trial.troubled] == [["服务说明"]]


def test_a_code_is_never_given_again(head):
    module = published(head)
    design = next_version(module, head)
    changed(design, head, "drop", name="f6")
    changed(design, head, "add", lines="满意程度")
    assert "f7" in data_of(design)["schema"]["properties"]


def test_there_is_one_next_version(head):
    module = published(head)
    next_version(module, head)
    with pytest.raises(DraftThere):
        next_version(module, head)


def test_a_draft_is_thrown_away(head):
    design = asking(head)
    code = design.version.module.code
    drafts.discard(design, head)
    assert not Module.objects.filter(code=code).exists()


def test_throwing_the_next_version_away_leaves_the_module(head):
    module = published(head)
    drafts.discard(next_version(module, head), head)
    assert Module.objects.published().filter(pk=module.pk).exists()


def test_it_is_taken_back_once_nothing_is_open(head, people):
    module = published(head)
    record = entered(module, head, f1="3门")
    with pytest.raises(Conflict):
        publishing.take_back(module, head)
    Record.objects.filter(pk=record.pk).update(ended_at=record.created_at)
    publishing.take_back(module, head)
    state = ModuleVersion.objects.get(module=module).state
    assert state == "withdrawn"
    assert not ground_in(people["office_clerk"], module, READ)


def test_an_ended_module_takes_nothing_new(head):
    module = published(head)
    publishing.end(module, head)
    module.refresh_from_db()
    assert module.is_over and Module.objects.published().filter(pk=module.pk).exists()


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
