"""The rules of sampling as data: in, out, changed, kept."""

import json

import pytest

from cases.models import SamplingRule
from cases.reviewing import loading
from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of

ONE = {
    **{"code": "one", "title": {"zh-hans": "一"}, "kind": "closings", "share": 12.5},
    **{"class": "event/06010", "street": "110109001", "department": "sanitation"},
    **{"least": 2, "per": "street", "every": "week", "days": 3, "pool": True},
}


def test_what_is_written_out_comes_in_again(db):
    loading.put({"rules": [ONE]})
    told = loading.dump()
    loading.put(told)
    assert loading.dump() == told
    assert next(row for row in told["rules"] if row["code"] == "one")["share"] == 12.5


def test_a_site_without_rules_gets_the_usual_ones(db):
    assert set(SamplingRule.objects.values_list("code", flat=True)) == {
        row["code"] for row in json.loads(loading.USUAL.read_text("utf-8"))["rules"]
    }


def test_loaded_again_what_the_administrator_changed_stays(db):
    loading.put({"rules": [ONE]}, by_package=True)
    SamplingRule.objects.filter(code="one").update(share=50)
    loading.put({"rules": [ONE]}, by_package=True)
    assert SamplingRule.objects.get(code="one").share == 50
    loading.put({"rules": [{**ONE, "days": 4}]}, by_package=True)
    assert SamplingRule.objects.get(code="one").share == 12.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": 101},
        {"share": "x"},
        {"kind": "x"},
        {"days": 0},
        {"per": ""},
        {"street": "nowhere"},
        {"class": "event/0"},
        {"title": {}},
        {"code": "a b"},
        {"unknown": 1},
    ],
)
def test_what_is_wrong_is_said_and_nothing_changed(db, wrong):
    before = loading.dump()
    with pytest.raises(BadInput):
        loading.put({"rules": [{**ONE, "code": "two"}, {**ONE, **wrong}]})
    assert loading.dump() == before


def test_the_administrator_changes_one_and_it_is_kept(people, signed_in, db):
    loading.put({"rules": [ONE]})
    row = SamplingRule.objects.get(code="one")
    sent = {
        **{"title": "一号", "kind": "closings", "times": 2, "share": "30", "most": 0},
        **{"least": 0, "per": "", "every": "day", "days": 2, "order": 1},
        "begins_on": "2026-11-01",
    }
    client = signed_in(people["system"])
    assert client.post("/rules/sampling/one/", sent).status_code == 302
    row.refresh_from_db()
    assert (str(row), row.share, row.street) == ("一号", 30, None)
    changes = changes_of(SamplingRule, row_id=row.pk)
    assert people["system"] in {change.by for change in changes}


def test_a_rule_that_never_draws_is_refused(people, signed_in, db):
    sent = {"title": "空", "code": "empty", "kind": "closings", "share": 0, "days": 1}
    answer = signed_in(people["system"]).post("/rules/sampling/new/", sent)
    assert answer.status_code == 400
    assert not SamplingRule.objects.filter(code="empty").exists()
