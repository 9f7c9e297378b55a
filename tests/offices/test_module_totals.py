"""What an entry comes to in other modules: leave taken and left, pieces given out."""

from uuid import uuid4

import pytest
from django.utils import timezone

from offices.builder import publishing
from offices.builder.checks import Check
from offices.builder.drafts import next_version
from offices.builder.said import BadStep
from offices.models import Record
from offices.modules.loading import publish
from offices.modules.making import make
from offices.modules.totals import totals_of
from tests.offices.building import asking, changed, data_of

DAYS = "请假日期\n天数（天）"


@pytest.fixture
def head(people):
    return people["office_head"]


@pytest.fixture
def staff(head):
    """A file of staff with the days that each may take: f1 and f2."""
    design = asking(head, "工号\n应休天数（天）", title="在岗登记")
    return publishing.publish(design, head, revision=design.revision)


@pytest.fixture
def leave(head, staff):
    """Leave, which refers to a file: f1, f2, f3."""
    design = asking(head, f"人员档案\n{DAYS}", title="请假登记")
    said = {"name": "f1", "kind": "ref", "ref": f"record:{staff.code}"}
    design = changed(design, head, "field", **said)
    design = changed(design, head, "field", name="f3", kind="number")
    return publishing.publish(design, head, revision=design.revision)


def totalling(staff, leave, **more):
    """The file of staff again, with the days that were taken this year."""
    data = data_of_module(staff)
    spec = {"code": "taken", "title": {"zh-hans": "已休"}, "module": leave.code}
    data["totals"] = [{**spec, "sum": "f3", "of_year": "f2", "left_of": "f2", **more}]
    return publish(data).module


def data_of_module(module):
    return dict(module.published.definition)


def written(module, head, **fields):
    return make(module, by=head, uuid=uuid4(), fields=fields)[0]


def taken(leave, head, file, days, year=None):
    year = year or timezone.localdate().year
    fields = {"f1": str(file.uuid), "f2": f"{year}-03-02", "f3": days}
    return written(leave, head, **fields)


def test_what_was_taken_and_what_is_left(staff, leave, head):
    file = written(totalling(staff, leave), head, f1="07", f2=10)
    other = written(staff, head, f1="08", f2=10)
    taken(leave, head, file, 3)
    taken(leave, head, file, 1.5)
    taken(leave, head, file, 9, year=2020)
    taken(leave, head, other, 4)
    (total,) = totals_of(file, head)
    assert (total.value, total.left, total.is_overdrawn) == (4.5, 5.5, False)


def test_the_page_and_the_api_tell_it_and_open_the_list(staff, leave, head, signed_in):
    file = written(totalling(staff, leave), head, f1="07", f2=2)
    taken(leave, head, file, 3)
    client = signed_in(head)
    page = client.get(f"/records/{file.uuid}/").text
    assert "剩余 -1" in page and f"about=record%3A{staff.code}" in page
    api = f"/api/v1/modules/{staff.code}/records/{file.uuid}/"
    assert client.get(api).json()["totals"][0]["left"] == -1
    listed = client.get(totals_of(file, head)[0].url).text
    assert "2026-03-02" in listed or "-03-02" in listed


def test_only_what_the_reader_sees_is_counted(staff, leave, head, people):
    file = written(totalling(staff, leave), head, f1="07", f2=10)
    taken(leave, head, file, 3)
    assert totals_of(file, people["outsider"])[0].value == 0


def test_a_field_that_the_other_module_gave_up_leaves_the_total_out(staff, leave, head):
    when = {"field": "f3", "is": 1}
    spec = {"code": "ones", "title": {"zh-hans": "一天的"}, "module": leave.code}
    module = publish(
        data_of_module(staff) | {"totals": [{**spec, "when": when}]}
    ).module
    file = written(module, head, f1="07", f2=10)
    assert [one.value for one in totals_of(file, head)] == [0]
    design = changed(next_version(leave, head), head, "drop", name="f3")
    publishing.publish(design, head, revision=design.revision)
    assert totals_of(file, head) == []


def test_what_was_no_number_in_an_older_version_is_not_added(staff, leave, head):
    file = written(totalling(staff, leave), head, f1="07", f2=10)
    old = taken(leave, head, file, 3)
    taken(leave, head, file, 2)
    Record.objects.filter(pk=old.pk).update(data={**old.data, "f3": "三天"})
    assert totals_of(file, head)[0].value == 2


def test_entries_about_the_same_person_are_counted(head, people, signed_in):
    source = asking(head, "服务日期\n时长（小时）", title="服务记录", about="person")
    publishing.publish(source, head, revision=source.revision)
    design = asking(head, "特长", title="志愿者", about="person")
    page = signed_in(head).get(
        f"/offices/builder/{design.version.uuid}/", {"part": "steps"}
    )
    key = f"{source.version.module.code}/person/count"
    assert f'value="{key}"' in page.text
    design = changed(design, head, "total", what=key, title="服务次数", this_year="yes")
    assert data_of(design)["totals"][0] | {"title": 0} == {
        **{"code": "t1", "title": 0, "module": source.version.module.code},
        **{"by": "person", "of_year": "f1"},
    }
    assert Check(design, head).is_sound


def test_what_is_tied_to_nothing_is_not_offered(head):
    with pytest.raises(BadStep):
        changed(asking(head), head, "total", what="dispute/record/count")


def test_a_total_of_what_is_not_there_cannot_be_published(head):
    design = asking(head)
    data = data_of(design)
    spec = {"code": "t1", "title": {"zh-hans": "合计"}, "module": "nowhere"}
    design.version.definition = {**data, "totals": [spec]}
    assert "nowhere" in str(Check(design, head).problems)
