"""A field that holds a time of day: read, kept, listed, sent out and taken in again."""

from datetime import time
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices.builder import publishing
from offices.builder.guessing import guessed, read_line
from offices.models import Record
from offices.modules.clock_time import clock_time
from offices.modules.definition import definition_of
from offices.modules.exporting import register_of
from offices.modules.expressions import value_of
from offices.modules.making import make
from offices.modules.openapi import document
from tests.offices.building import asking, changed, field_of

WRITTEN = {
    **{"8:30": "08:30", "0830": "08:30", "08:30:00": "08:30", "８：３０": "08:30"},
    **{
        "8点半": "08:30",
        "下午3点": "15:00",
        "3:05 PM": "15:05",
        "凌晨12点10分": "00:10",
    },
    **{"中午12点": "12:00", "上午9时15分": "09:15", "21点整": "21:00"},
}


@pytest.mark.parametrize(("text", "kept"), WRITTEN.items())
def test_it_is_read_however_it_is_written(text, kept):
    assert clock_time(text) == kept


@pytest.mark.parametrize(
    "text", ["", "8", "25:00", "12:60", "晚上12点", "明天", "-1:00"]
)
def test_what_is_no_time_of_day_is_none(text):
    assert clock_time(text) is None


@given(st.times())
def test_each_time_is_read_as_itself(at: time):
    kept = f"{at:%H:%M}"
    for text in (kept, f"{at:%H:%M:%S}", f"{at.hour}点{at.minute}分", f"{at:%H%M}"):
        assert clock_time(text) == kept


@pytest.mark.parametrize(
    ("start", "end", "minutes"), [("08:30", "12:00", 210), ("22:00", "06:00", 480)]
)
def test_minutes_between_two_times_are_worked_out(start, end, minutes):
    assert value_of("minutes(a, b)", {"a": start, "b": end}) == minutes


def test_a_title_and_cells_say_that_it_is_one():
    assert read_line("开门时间")[1].kind == "time"
    assert guessed("几时", ["8:00", "17:30"])[1].kind == "time"


@pytest.fixture
def head(people):
    return people["office_head"]


@pytest.fixture
def module(head):
    design = asking(head, "楼门号\n开门时间\n关门时间", title="便民点登记")
    design = changed(design, head, "field", name="f2", in_filters="yes")
    return publishing.publish(design, head, revision=design.revision)


def entered(module, head, **fields):
    return make(module, by=head, uuid=uuid4(), fields=fields)[0]


def test_another_kind_becomes_a_time(head):
    design = changed(asking(head, "楼门号"), head, "field", name="f1", kind="time")
    assert field_of(design, "f1")["format"] == "time"


def test_it_is_typed_kept_and_shown(module, head, signed_in):
    client = signed_in(head)
    assert 'type="time"' in client.get(f"/modules/{module.code}/new/").text
    said = {"uuid": uuid4(), "f-f1": "3门", "f-f2": "8:30"}
    assert client.post(f"/modules/{module.code}/new/", said).status_code == 302
    record = Record.objects.get()
    assert record.data["f2"] == "08:30"
    for page in ("", "print/", "edit/"):
        assert "08:30" in client.get(f"/records/{record.uuid}/{page}").text


def test_what_is_none_is_refused_with_an_example(module, head, signed_in):
    said = {"uuid": uuid4(), "f-f1": "3门", "f-f2": "明天"}
    answer = signed_in(head).post(f"/modules/{module.code}/new/", said)
    assert answer.status_code == 422 and "08:30" in answer.text


def test_the_list_is_narrowed_by_it(module, head, signed_in):
    entered(module, head, f1="早门", f2="06:30")
    entered(module, head, f1="晚门", f2="10:00")
    asked = {"f-f2-from": "06:00", "f-f2-to": "08:00"}
    page = signed_in(head).get(f"/modules/{module.code}/", asked).text
    assert "早门" in page and "晚门" not in page


def test_a_file_has_it_and_its_schema_too(module, head):
    record = entered(module, head, f1="3门", f2="08:30")
    record.opened = record.data
    columns = {one.name: one for one in register_of(module).columns}
    assert columns["f_f2"].read(record) == "08:30"
    said = document(definition_of(module.published_id), "/")["components"]["schemas"]
    assert "pattern" in said["Fields"]["properties"]["f2"]
