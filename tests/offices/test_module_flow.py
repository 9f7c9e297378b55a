"""A module with steps of its own: designed by hand, run by the engine."""

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices.builder import publishing
from offices.builder.checks import Check
from offices.builder.drafts import from_module, next_version
from offices.builder.said import BadStep, Said
from offices.modules.amending import changeable
from offices.modules.definition import Definition, definition_of
from offices.modules.flow import LIMITS, Flow
from offices.modules.keeping import values_of
from offices.modules.loading import as_text, publish
from offices.modules.making import BadFields, asked_at_first, make, process_of
from offices.modules.openapi import document
from offices.modules.tables import columns_of
from offices.modules.versions import differences
from tests.offices.building import asking, changed, data_of
from workflow.models import Deadline, Process
from workflow.processes import faults

STEPS = "受理\n入户核实：核实日期、核实情况\n审批：审批意见"
JSON = {"content_type": "application/json"}


@pytest.fixture
def head(people):
    return people["office_head"]


@pytest.fixture
def clerk(people):
    return people["office_clerk"]


def stepping(head, steps=STEPS):
    """A draft with f1 and f2, and the steps s1, s2 and s3 which ask f3 to f5."""
    design = asking(head, "楼门号\n申请事项", title="楼道堆物清理")
    changed(design, head, "flow_add", lines=steps)
    return changed(design, head, "flow", code="s2", who=["street_office@owner"])


def published(head, *steps):
    """With these changes of its draft before."""
    design = stepping(head)
    for what, said in steps:
        design = changed(design, head, what, **said)
    return publishing.publish(design, head, revision=design.revision)


def entered(module, by):
    fields = {"f1": "3门", "f2": "清理堆物"}
    return make(module, by=by, uuid=uuid4(), fields=fields)[0]


def act(client, record, verb, **evidence):
    body = {"act_id": str(uuid4()), "verb": verb, "evidence": evidence}
    address = f"/api/v1/modules/{record.module.code}/records/{record.uuid}/acts/"
    return client.post(address, body, **JSON).status_code


def test_lines_become_steps_with_what_they_ask(head):
    data = data_of(stepping(head))
    flow = {step["code"]: step for step in data["flow"]}
    fields = data["schema"]["properties"].values()
    titles = [spec["title"]["zh-hans"] for spec in fields]
    assert titles == ["楼门号", "申请事项", "核实日期", "核实情况", "审批意见"]
    assert flow["s2"]["fields"] == ["f3", "f4"] and flow["s3"]["apart"]
    assert flow["s3"]["who"] == [{"role": "office_head", "where": "owner"}]


def test_a_field_that_is_there_is_asked_by_the_step(head):
    assert data_of(stepping(head, "受理：申请事项\n办结"))["flow"][0]["fields"] == [
        "f2"
    ]


def test_a_star_behind_what_a_step_asks_says_that_it_needs_it(head):
    data = data_of(stepping(head, "受理\n核实：核实情况*、照片说明"))
    assert "f3" in data["schema"]["required"]
    assert "f4" not in data["schema"]["required"]


def test_steps_move_and_go(head):
    design = stepping(head)
    changed(design, head, "flow_move", code="s3", by="-1")
    changed(design, head, "flow_drop", code="s1")
    assert [step["code"] for step in data_of(design)["flow"]] == ["s3", "s2"]
    with pytest.raises(BadStep):
        changed(design, head, "flow_move", code="s1", by="1")


def test_a_field_says_in_which_step_it_is_asked(head):
    design = stepping(head)
    changed(design, head, "field", name="f2", asked_in="s1")
    changed(design, head, "field", name="f3", asked_in="")
    flow = data_of(design)["flow"]
    assert [step.get("fields") for step in flow] == [["f2"], ["f4"], ["f5"]]


def test_the_site_s_procedure_takes_the_place_of_the_steps(head):
    design = changed(stepping(head), head, "procedure", process="")
    assert data_of(design)["flow"] is None and Check(design, head).is_sound


@pytest.mark.parametrize(
    "said",
    [
        {"limit": "0"},
        {"limit": "viel"},
        {"who": ["leader@district"]},
        {"title": "abc"},
    ],
)
def test_what_a_step_cannot_be_is_said(head, said):
    with pytest.raises(BadStep):
        changed(stepping(head), head, "flow", code="s1", **said)


def test_whoever_does_a_step_reads_the_entries(head):
    design = changed(stepping(head), head, "flow", code="s1", who=["leader@street"])
    assert Check(design, head).is_sound
    design = changed(design, head, "rights", read=["street_office@owner"])
    assert [one.part for one in Check(design, head).problems] == ["steps"] * 2


STEP = st.fixed_dictionaries(
    {
        "who": st.lists(
            st.sampled_from(
                [
                    {"role": "office_head", "where": "owner"},
                    {"role": "street_office", "where": "owner"},
                    {"role": "community_worker", "where": "community"},
                ]
            ),
            min_size=1,
            unique_by=str,
        )
    },
    optional={
        **dict.fromkeys(("back", "refuse", "apart"), st.booleans()),
        "limit": st.fixed_dictionaries(
            {
                "limit": st.integers(1, 9),
                "type": st.sampled_from(list(map(str, LIMITS))),
            }
        ),
        "fields": st.just([]),
    },
)


@given(steps=st.lists(STEP, min_size=1, max_size=6))
def test_any_steps_make_a_sound_process(steps):
    flow = [
        {**step, "code": f"s{number}", "title": {"zh-hans": f"第{number}步"}}
        for number, step in enumerate(steps)
    ]
    write = [{"role": "street_office", "where": "owner"}]
    data = {"code": "x_one", "title": {"zh-hans": "试"}, "flow": flow}
    data |= {"schema": {}, "rights": {"write": write}}
    assert faults(Flow(data).process(1)) == []


def test_whoever_enters_it_is_not_asked_what_a_step_asks(head):
    definition = definition_of(published(head).published_id)
    names = [one.name for one in asked_at_first(definition, process_of(definition))]
    assert names == ["f1", "f2"]
    assert [one.name for one in columns_of(definition)][2:] == ["f1", "f2"]


def test_what_a_step_asks_is_not_said_before(head):
    module = published(head)
    with pytest.raises(BadFields) as refused:
        make(module, by=head, uuid=uuid4(), fields={"f1": "3门", "f5": "同意"})
    assert "审批" in refused.value.text


def test_the_steps_are_gone_through_by_those_named(head, clerk, signed_in):
    record = entered(published(head), clerk)
    of_clerk, of_head = signed_in(clerk), signed_in(head)
    assert act(of_clerk, record, "do_s1") == 200
    fields = {"f3": "2026-03-02", "f4": "楼道已清"}
    assert act(of_clerk, record, "do_s2", fields=fields) == 200
    assert act(of_clerk, record, "do_s3", fields={"f5": "同意"}) == 403
    assert act(of_head, record, "do_s3", fields={"f5": "同意"}) == 200
    record.refresh_from_db()
    assert record.is_over and record.data["f5"] == "同意"
    assert "楼道已清" in of_head.get(f"/records/{record.uuid}/print/").text


def test_nobody_approves_what_he_entered(head, clerk, signed_in):
    record = entered(published(head), head)
    assert act(signed_in(clerk), record, "do_s1") == 200
    assert act(signed_in(clerk), record, "do_s2", fields={"f4": "已清"}) == 200
    assert act(signed_in(head), record, "do_s3", fields={"f5": "同意"}) == 403


def test_what_a_step_needs_is_needed_there(head, clerk, signed_in):
    needed = ("field", {"name": "f4", "needed": "yes"})
    record = entered(published(head, needed), clerk)
    client = signed_in(clerk)
    assert act(client, record, "do_s1") == 200
    assert act(client, record, "do_s2", fields={"f3": "2026-03-02"}) == 400
    assert act(client, record, "do_s2", fields={"f4": "已清"}) == 200


def test_it_is_sent_back_refused_and_taken_up_again(head, clerk, signed_in):
    record = entered(published(head), clerk)
    mine, hers = signed_in(clerk), signed_in(head)
    for client, verb, told in (
        (mine, "do_s1", {}),
        (mine, "do_s2", {"fields": {"f4": "已清"}}),
        (hers, "back_s3", {"note": "照片不清楚"}),
        (mine, "do_s2", {"fields": {"f4": "重新核实"}}),
        (hers, "refuse_s3", {"note": "不属于本社区"}),
        (hers, "flow_again", {"note": "补充材料"}),
    ):
        assert act(client, record, verb, **told) == 200, verb
    record.refresh_from_db()
    assert record.state.code == "wait_s1" and record.ended_at is None


def test_a_step_shows_nobody_what_lies_sealed(head, clerk, signed_in):
    needed = (
        "field",
        {"name": "f4", "level": "S2", "because": "核实", "needed": "yes"},
    )
    record, client = entered(published(head, needed), clerk), signed_in(clerk)
    assert act(client, record, "do_s1") == 200
    assert act(client, record, "do_s2", fields={"f4": "张三在家"}) == 200
    assert act(signed_in(head), record, "back_s3", note="日期没填") == 200
    page = client.get(f"/records/{record.uuid}/?move=do_s2").text
    assert 'name="f-f4"' in page and "张三在家" not in page and "留空则" in page
    said = {"verb": "do_s2", "act_id": uuid4(), "f-f3": "2026-03-02", "f-f4": ""}
    record.refresh_from_db()
    said["after_event"] = record.events_count
    assert client.post(f"/records/{record.uuid}/acts/", said).status_code == 302
    record.refresh_from_db()
    assert values_of(record)["f4"] == "张三在家" and record.data["f3"] == "2026-03-02"


def test_a_street_s_step_is_nobodys_outside_of_it(head):
    design = stepping(head)
    data = data_of(design)
    data["rights"]["read"].append({"role": "leader", "where": "street"})
    data["flow"][0]["who"] = [{"role": "leader", "where": "district"}]
    design.version.definition = data
    assert data["street"] and "rights" in {
        one.part for one in Check(design, head).problems
    }


def test_a_step_s_limit_runs_while_it_waits(head, clerk, signed_in):
    limit = ("flow", {"code": "s1", "limit": "3", "limit_type": "whole_work_days"})
    record = entered(published(head, limit), clerk)
    rows = Deadline.objects.filter(kind="record", subject_id=record.pk)
    assert [row.name for row in rows.running()] == ["s1"]
    assert act(signed_in(clerk), record, "do_s1") == 200
    assert not rows.running().exists()


def test_pages_ask_in_each_step_what_belongs_there(head, clerk, signed_in):
    module, client = published(head), signed_in(clerk)
    form = client.get(f"/modules/{module.code}/new/").text
    assert "申请事项" in form and "核实情况" not in form
    record = entered(module, clerk)
    assert act(client, record, "do_s1") == 200
    page = client.get(f"/records/{record.uuid}/").text
    assert 'name="f-f4"' in page and 'name="f-f5"' not in page


def test_correcting_asks_nothing_that_a_step_has_still_to_ask(head, clerk, signed_in):
    record = entered(published(head), clerk)
    definition = definition_of(record.version_id)
    assert changeable(record, definition, clerk) == ["f1", "f2"]
    assert act(signed_in(clerk), record, "do_s1") == 200
    assert act(signed_in(clerk), record, "do_s2", fields={"f4": "已清"}) == 200
    record.refresh_from_db()
    assert changeable(record, definition, clerk) == ["f1", "f2", "f4"]


def test_new_steps_are_for_new_entries(head, clerk):
    module = published(head)
    old = entered(module, clerk)
    design = next_version(module, head)
    changed(design, head, "flow_drop", code="s3")
    design = changed(design, head, "flow_add", lines="回访")
    new = Definition(design.version.definition)
    told = [one.what for one in differences(definition_of(old.version_id), new)]
    assert told == ["step_added", "step_removed"]
    assert [step.code for step in new.flow] == ["s1", "s2", "s4"]
    module = publishing.publish(design, head, revision=design.revision)
    fresh = make(module, by=clerk, uuid=uuid4(), fields={"f1": "4门"})[0]
    assert (old.process.version, fresh.process.version) == (1, 2)


def test_the_same_steps_are_the_same_process(head):
    module = published(head)
    design = changed(next_version(module, head), head, "field", name="f1", title="门牌")
    publishing.publish(design, head, revision=design.revision)
    assert Process.objects.filter(code=f"own_{module.code}").count() == 1


def test_steps_go_out_with_the_definition_and_come_in(head):
    data = json.loads(as_text(published(head).published.definition))
    data |= {"code": "x_copy", "title": {"zh-hans": "楼道堆物清理二"}}
    module = publish(data).module
    assert definition_of(module.published_id).process == "own_x_copy"
    copy = data_of(from_module(head, module, Said({})))
    assert [step["code"] for step in copy["flow"]] == ["s1", "s2", "s3"]


def test_the_schema_says_what_each_step_takes(head):
    whole = document(definition_of(published(head).published_id), "/")
    schemas = whole["components"]["schemas"]
    assert list(schemas["Fields"]["properties"]) == ["f1", "f2"]
    assert list(schemas["Step_do_s2"]["properties"]) == ["f3", "f4"]
    assert "/{uuid}/acts/" in whole["paths"]


def test_the_page_of_a_draft_shows_steps_and_their_settings(head, signed_in):
    address = f"/offices/builder/{stepping(head).version.uuid}/"
    page = signed_in(head).get(address, {"part": "steps", "of": "s2"}).text
    assert 'name="limit"' in page and "步骤“审批”填写" in page
    fields = signed_in(head).get(address, {"field": "f4"}).text
    assert "在哪一步填写" in fields and "在“入户核实”填写" in fields


def test_a_step_is_changed_on_the_page(head, signed_in):
    design = stepping(head)
    said = {"revision": design.revision, "step": "flow", "code": "s1", "limit": "3"}
    address = f"/offices/builder/{design.version.uuid}/"
    answer = signed_in(head).post(f"{address}steps/", said)
    assert answer.url == f"{address}?part=steps&of=s1#settings"
    assert data_of(design)["flow"][0]["limit"]["limit"] == 3
