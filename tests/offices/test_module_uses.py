"""What a module does besides being filled in, as the builder says it."""

from uuid import uuid4

import pytest

from offices.builder import publishing
from offices.builder.checks import Check
from offices.builder.said import BadStep
from offices.models import Record
from offices.modules.amending import amend
from offices.modules.making import BadFields, make
from tests.offices.building import asking, changed, data_of
from workflow.models import Category

LINES = "活动室：大厅/书房\n使用日期\n时段：上午/下午\n联系电话\n人数"


@pytest.fixture
def head(people):
    return people["office_head"]


@pytest.fixture
def booking(head):
    """One room, one day, one part of the day: f1, f2 and f3 together."""
    design = asking(head, LINES, title="活动室预约")
    changed(design, head, "field", name="f4", because="临时联系人")
    design = changed(design, head, "uses", unique=["f1", "f2", "f3"])
    return publishing.publish(design, head, revision=design.revision)


def booked(module, by, **changes):
    fields = {"f1": "大厅", "f2": "2026-05-01", "f3": "上午", **changes}
    return make(module, by=by, uuid=uuid4(), fields=fields)[0]


def test_the_same_twice_is_refused_with_the_first(booking, head):
    first = booked(booking, head)
    with pytest.raises(BadFields) as refused:
        booked(booking, head)
    assert first.number in refused.value.text and "时段" in refused.value.text


@pytest.mark.parametrize("other", [{"f3": "下午"}, {"f2": ""}, {"f1": "书房"}])
def test_what_differs_or_is_not_filled_in_is_taken(booking, head, other):
    booked(booking, head)
    booked(booking, head, **other)
    assert Record.objects.filter(module=booking).count() == 2


def test_what_has_ended_keeps_nobody_away(booking, head):
    first = booked(booking, head)
    Record.objects.filter(pk=first.pk).update(ended_at=first.created_at)
    assert booked(booking, head).pk


def test_nothing_is_corrected_into_the_same(booking, head):
    booked(booking, head)
    other = booked(booking, head, f3="下午")
    fields = {"f1": "大厅", "f2": "2026-05-01", "f3": "上午"}
    with pytest.raises(BadFields):
        amend(other, by=head, act_id=uuid4(), fields=fields)
    assert (
        amend(other, by=head, act_id=uuid4(), fields={**fields, "f3": "下午"}) is None
    )


def test_what_is_taken_up_again_is_no_twin(head, signed_in):
    design = asking(head, LINES, title="活动室预约")
    changed(design, head, "field", name="f4", because="临时联系人")
    changed(design, head, "flow_add", lines="受理")
    who = {"code": "s1", "who": ["office_head@owner"]}
    changed(design, head, "flow", **who)
    design = changed(design, head, "uses", unique=["f1", "f2", "f3"])
    module = publishing.publish(design, head, revision=design.revision)
    first, client = booked(module, head), signed_in(head)
    address = f"/api/v1/modules/{module.code}/records/{first.uuid}/acts/"

    def act(verb, **evidence):
        body = {"act_id": str(uuid4()), "verb": verb, "evidence": evidence}
        return client.post(address, body, content_type="application/json").status_code

    assert act("flow_void_it", note="改期") == 200
    booked(module, head)
    assert act("flow_again", note="又要用") == 400


def test_the_form_says_it_at_the_field(booking, head, signed_in):
    booked(booking, head)
    said = {"uuid": uuid4(), "f-f1": "c1", "f-f2": "2026-05-01", "f-f3": "c1"}
    answer = signed_in(head).post(f"/modules/{booking.code}/new/", said)
    assert answer.status_code == 422 and "已有相同内容" in answer.text


def test_what_is_personal_keeps_no_entries_apart(head):
    design = asking(head, LINES, title="活动室预约")
    design = changed(design, head, "uses", unique=["f1", "f4"])
    assert data_of(design)["unique"] == [["f1"]]
    design = changed(design, head, "field", name="f1", level="S2")
    assert "f1" in {one.field for one in Check(design, head).problems}


def test_visits_cases_and_papers_are_chosen(head, signed_in):
    row = Category.objects.choosable().filter(kind="event").first()
    design = asking(head, "楼门号\n复查日期")
    said = {
        "visit": "yes",
        "opens_case": f"event/{row.code}",
        "papers": ["record_sheet"],
    }
    data = data_of(changed(design, head, "uses", **said))
    assert data["visit"] and data["opens_case"]["category"] == row.code
    page = signed_in(head).get(
        f"/offices/builder/{design.version.uuid}/", {"part": "steps"}
    )
    assert f'value="event/{row.code}" selected' in page.text


def test_a_class_that_is_not_there_is_refused(head):
    with pytest.raises(BadStep):
        changed(asking(head), head, "uses", opens_case="event/9x9")


def test_nothing_personal_goes_on_the_wall(head):
    with pytest.raises(BadStep):
        changed(asking(head, LINES), head, "uses", on_wall="yes")


def test_a_mean_of_a_number_is_a_figure(head):
    design = changed(asking(head, LINES), head, "figure", field="f5", sort="mean")
    assert data_of(design)["indicators"][0]["mean"] == "f5"
