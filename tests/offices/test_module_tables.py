"""Records in and out: tables, files, the map, reminders, figures, other programs."""

import io
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from offices.models import Record, RecordTable
from offices.modules import reminders, tables
from offices.modules.exporting import register_of
from offices.modules.figures import figures_of
from offices.modules.making import make
from tests.offices.modules import at_office, load
from tests.sites import package
from workflow.models import Notice

SITE = {
    **{"name": "演示改造工程", "kind": "small", "spot": list(package.inside(1, 1, 1))},
    **{"manager_phone": "13800001234", "ends": "2026-03-31"},
}
TABLE = """工程名称,工程类型,位置,工人数,项目经理电话
演示甲,装修,"116.3005,39.9035",12,13800001234
演示乙,城堡,"116.3005,39.9035",12,
演示丙,市政,"116.3005,39.9035",许多,
"""


@pytest.fixture
def module(db: None) -> Any:
    return load("construction")


@pytest.fixture
def clerk(db: None) -> Any:
    return at_office("street_office", "city_office")


@pytest.fixture
def record(module, people) -> Record:
    worker = people["grid_worker"]
    return make(module, by=worker, uuid=uuid4(), fields=SITE)[0]


def sent(module: Any, by: Any, text: str = TABLE) -> RecordTable:
    file = io.BytesIO(text.encode("utf-8-sig"))
    return tables.carry_out(tables.send(by, module, "a.csv", file))


def test_a_table_is_looked_through_first(module, clerk):
    run = sent(module, clerk)
    assert (run.status, run.counts) == ("looked", {"new": 1, "bad": 2})
    assert not Record.objects.exists()
    assert any("城堡" in line[3] for line in run.lines)


def test_a_table_is_taken_once(module, clerk):
    for outcome in ("new", "same"):
        run = tables.carry_out(tables.take(sent(module, clerk), clerk))
        assert run.counts[outcome] == 1, run.message
    assert Record.objects.get().data["workers"] == 12


def test_a_table_without_what_is_needed_says_so(module, clerk):
    run = sent(module, clerk, "面积,工人数\n12,3\n")
    assert run.status == "failed"
    assert "工程名称" in run.message


def test_a_file_holds_nothing_sensitive(db):
    names = {column.name for column in register_of(load("relief")).columns}
    assert {"f_kind", "f_phone"} <= names
    assert names.isdisjoint({"f_members", "f_monthly", "f_savings"})


def test_personal_columns_need_their_own_right(module):
    columns = {column.name: column for column in register_of(module).columns}
    assert columns["f_manager_phone"].personal
    assert not columns["f_name"].personal


def test_who_exports_takes_his_own_ground(module, record, clerk, people):
    register = register_of(module)
    assert [row.pk for row in register.found(clerk, "")] == [record.pk]
    assert not register.found(people["grid_worker"], "")


def test_points_hold_nothing_personal(module, record, people, signed_in):
    answer = signed_in(people["grid_worker"]).get("/modules/construction/points/")
    text = answer.content.decode()
    assert "演示改造工程" in text
    assert "13800001234" not in text


def test_a_tile_holds_the_records_of_its_reader(module, record, people, signed_in):
    address = "/modules/construction/tiles/0/0/0.mvt"
    own = signed_in(people["grid_worker"]).get(address).content
    other = signed_in(people["outsider_worker"]).get(address).content
    assert record.number.encode() in own
    assert record.number.encode() not in other


def test_a_day_that_comes_near_is_told_once(module, record, clerk):
    for _again in range(2):
        reminders.tell(date(2026, 3, 25))
    assert Notice.objects.filter(person=clerk, what="record_due").count() == 1
    assert not reminders.tell(date(2026, 3, 26))


def test_figures_count_what_their_conditions_say(module, record, clerk):
    figures = {one.code: one for one in figures_of(module, clerk)}
    assert (figures["registered"].numerator, figures["registered"].denominator) == (
        *(0, 1),
    )
    assert figures["overdue"].rate == 100


def test_the_homes_count_what_is_due(module, record, clerk, signed_in):
    client = signed_in(clerk)
    assert "施工现场管理" in client.get("/offices/").content.decode()
    home = client.get("/offices/a/city/").content.decode()
    assert record.number in home


def test_other_programs_write_once(module, people, signed_in):
    client = signed_in(people["grid_worker"])
    body = {"uuid": str(uuid4()), "fields": SITE}
    address = "/api/v1/modules/construction/records/"
    for status in (201, 200):
        answer = client.post(address, body, "application/json")
        assert answer.status_code == status, answer.content
    found = client.get(f"{address}{body['uuid']}/").json()
    assert found["fields"]["name"] == SITE["name"]
    assert found["masked"] == {"manager_phone": "138****1234"}


def test_a_module_tells_other_programs_its_shape(module, people, signed_in):
    client = signed_in(people["grid_worker"])
    told = client.get("/api/v1/modules/construction/openapi/").json()
    fields = told["components"]["schemas"]["Fields"]
    assert fields["required"] == ["name", "kind", "spot"]
    assert fields["properties"]["length"]["readOnly"]
