"""One act, sent again; two people at once; what an event keeps and what it does not."""

import json
from uuid import uuid4

import pytest

from cases.intake import report
from cases.models import Case
from tests.cases.driving import litter
from tests.sites import package
from workflow.engine import act
from workflow.errors import (
    ActReused,
    BadEvidence,
    ChangedMeanwhile,
    MissingEvidence,
    SomebodyElsesAct,
    UnknownEvidence,
)
from workflow.models import Condition, Remark


@pytest.fixture
def filing(db):
    return {"condition": Condition.objects.get(category=litter()).pk}


def test_the_same_act_again_answers_the_same(make_case, people, filing):
    case, act_id = make_case(), uuid4()
    first = act(case, "file", by=people["filer"], act_id=act_id, evidence=filing)
    again = act(case, "file", by=people["filer"], act_id=act_id, evidence=filing)
    assert first == again
    assert case.events().count() == 2


def test_the_same_act_with_another_body_is_refused(make_case, people, filing):
    case, act_id = make_case(), uuid4()
    act(case, "file", by=people["filer"], act_id=act_id, evidence=filing)
    with pytest.raises(ActReused):
        other = {**filing, "note": "另一个"}
        act(case, "file", by=people["filer"], act_id=act_id, evidence=other)


def test_somebody_elses_act_is_not_there(make_case, people, filing):
    case, act_id = make_case(), uuid4()
    act(case, "file", by=people["filer"], act_id=act_id, evidence=filing)
    with pytest.raises(SomebodyElsesAct):
        act(case, "file", by=people["desk"], act_id=act_id, evidence=filing)


def test_whoever_comes_second_sees_what_changed(make_case, people, filing):
    case = make_case()
    act(case, "file", by=people["filer"], act_id=uuid4(), evidence=filing)
    with pytest.raises(ChangedMeanwhile) as caught:
        act(case, "file", by=people["desk"], act_id=uuid4(), after_event=1)
    assert "演示filer: 立案" in caught.value.text


def test_a_report_sent_twice_is_one_case(people):
    uuid = uuid4()
    evidence = {"category": litter().pk, "place": list(package.inside(1, 1, 1))}
    one, _ = report(by=people["grid_worker"], uuid=uuid, evidence=evidence)
    two, _ = report(by=people["grid_worker"], uuid=uuid, evidence=evidence)
    assert one.pk == two.pk
    assert Case.objects.count() == 1


def test_words_and_positions_stay_out_of_the_event(people):
    evidence = {
        "category": litter().pk,
        "place": list(package.inside(1, 1, 1)),
        "note": "张三家门口",
    }
    _case, event = report(by=people["grid_worker"], uuid=uuid4(), evidence=evidence)
    kept = json.dumps([event.data, event.canonical], ensure_ascii=False)
    assert "张三" not in kept
    assert Remark.objects.get(event=event).text == "张三家门口"


@pytest.mark.parametrize(
    ("verb", "evidence", "error"),
    [
        ("file", {}, MissingEvidence),
        ("file", {"condition": "many"}, BadEvidence),
        ("file", {"condition": 10**12}, BadEvidence),
        ("file", {"photos": []}, MissingEvidence),
        ("file", {"wings": 2}, UnknownEvidence),
        ("refuse", {"reason": "whim", "note": "x"}, BadEvidence),
        ("refuse", {"reason": "duplicate"}, MissingEvidence),
        ("refuse", {"reason": "duplicate", "note": "x" * 2001}, BadEvidence),
        ("refuse", {"reason": ["duplicate"], "note": "x"}, BadEvidence),
    ],
)
def test_bad_evidence_is_refused_and_nothing_changes(
    make_case, people, verb, evidence, error
):
    case = make_case()
    with pytest.raises(error):
        act(case, verb, by=people["filer"], act_id=uuid4(), evidence=evidence)
    assert Case.objects.get(pk=case.pk).events().count() == 1


def test_somebody_elses_photo_cannot_be_given(make_case, people, make_photo):
    case = make_case(state="handling")
    photos = {"photos": [str(make_photo(people["grid_worker"]))]}
    with pytest.raises(BadEvidence):
        act(case, "dispose", by=people["handler"], act_id=uuid4(), evidence=photos)


def test_intake_takes_few_queries(people, django_assert_max_num_queries):
    worker, category = people["grid_worker"], litter().pk
    place = list(package.inside(1, 1, 1))
    report(by=worker, uuid=uuid4(), evidence={"category": category, "place": place})
    with django_assert_max_num_queries(19):
        evidence = {"category": category, "place": place, "note": "x"}
        report(by=worker, uuid=uuid4(), evidence=evidence)
