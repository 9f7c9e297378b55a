"""Modules are designed step by step: what a step does and what it refuses."""

import pytest

from govmap.lib.errors import NotAllowed
from offices.builder import drafts
from offices.builder.access import builds
from offices.builder.checks import Check
from offices.builder.drafts import Stale
from offices.builder.guessing import guessed, read_line
from offices.builder.said import BadStep, Said
from tests.offices.building import (
    asking,
    began,
    changed,
    data_of,
    field_of,
    published,
)
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


def test_a_star_says_that_it_is_needed(head):
    design = asking(head, "楼门号*\n物资（必填）\n等级*：高/低\n备注")
    assert data_of(design)["schema"]["required"] == ["f1", "f2", "f3"]
    assert field_of(design, "f1")["title"] == {"zh-hans": "楼门号"}


def test_a_star_says_what_each_row_of_a_table_needs(head):
    design = asking(head, "物资")
    changed(design, head, "field", name="f1", kind="rows", columns="品名*\n数量")
    assert field_of(design, "f1")["items"]["required"] == ["k1"]
    changed(design, head, "field", name="f1", help="逐项填写")
    assert field_of(design, "f1")["items"]["required"] == ["k1"]
    changed(design, head, "field", name="f1", columns="品名\n数量*")
    assert field_of(design, "f1")["items"]["required"] == ["k2"]
