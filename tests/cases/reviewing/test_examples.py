"""Typical cases: marked with title and lesson, read by all on duty, without persons."""

from uuid import uuid4

import pytest

from cases.models import Example
from workflow.engine import act
from workflow.errors import MissingEvidence

GIVEN = {"example_title": "夜市油污当晚清", "lesson": "定时段、定人员、先劝后罚"}


@pytest.fixture
def example(make_case, make_photo, people):
    photo = make_photo(people["grid_worker"])
    case = make_case("done", photos=[str(photo)], note="王先生说")
    mark(case, people["supervisor"])
    return Example.objects.get(case=case)


def mark(case, by, **given):
    act(case, "mark_typical", by=by, act_id=uuid4(), evidence=given or GIVEN)


def test_it_needs_a_title(make_case, people):
    with pytest.raises(MissingEvidence):
        mark(make_case("done"), people["supervisor"], lesson="x")


@pytest.mark.parametrize("name", ["handler", "outsider_worker", "volunteer", "leader"])
def test_everybody_on_duty_reads_it_without_persons(example, people, signed_in, name):
    client = signed_in(people[name])
    html = client.get(f"/review/typical/{example.uuid}/").content.decode()
    assert GIVEN["example_title"] in html and GIVEN["lesson"] in html
    for person in ("grid_worker", "handler", "other_worker"):
        assert str(people[person]) not in html.replace(str(people[name]), "")
    assert "王先生" not in html


def test_who_has_no_post_does_not(example, people, signed_in):
    assert signed_in(people["nobody"]).get("/review/typical/").status_code == 403


def test_its_photos_are_shown_and_no_others(example, people, signed_in, make_photo):
    shown = example.case.events().get(seq=1).attachments.get()
    client = signed_in(people["outsider"])
    base = f"/review/typical/{example.uuid}/photos"
    assert (
        f"{base}/{shown.uuid}/"
        in client.get(f"/review/typical/{example.uuid}/").content.decode()
    )
    other = make_photo(people["grid_worker"])
    assert client.get(f"{base}/{other}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "there"), [("q=油污", True), ("q=先劝", True), ("q=没有", False)]
)
def test_it_is_found_by_words(example, people, signed_in, query, there):
    html = signed_in(people["desk"]).get(f"/review/typical/?{query}").content.decode()
    assert (GIVEN["example_title"] in html) is there


def test_it_is_found_by_its_class_and_the_class_above(example, people, signed_in):
    client = signed_in(people["desk"])
    for category in (example.case.category, example.case.category.parent):
        html = client.get(f"/review/typical/?class={category.pk}").content.decode()
        assert GIVEN["example_title"] in html


def test_unmarked_it_is_gone_and_marked_anew_it_is_back(example, people, signed_in):
    case, by = example.case, people["supervisor"]
    act(case, "unmark_typical", by=by, act_id=uuid4())
    client = signed_in(people["desk"])
    assert client.get(f"/review/typical/{example.uuid}/").status_code == 404
    mark(case, by)
    assert client.get(f"/review/typical/{example.uuid}/").status_code == 200
