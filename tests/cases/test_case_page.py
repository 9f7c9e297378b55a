"""The page of a case, and the one address that acts are sent to."""

import re
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from cases.models import Case
from workflow.models import Condition, Event

FETCH = {"X-Requested-With": "fetch"}


def url(name: str, case: Case) -> str:
    return reverse(f"cases:{name}", args=[case.uuid])


def condition_of(case: Case) -> int:
    return Condition.objects.get(category=case.category).pk


@pytest.fixture
def filing(people, signed_in, make_case):
    """A new case, the filer's client, and what its form sends."""
    case = make_case()
    sent = {
        "verb": "file",
        "act_id": str(uuid4()),
        "after_event": "1",
        "condition": str(condition_of(case)),
        "note": "",
    }
    return case, signed_in(people["filer"]), sent


@pytest.mark.parametrize("name", ["case", "pane", "row", "conditions"])
def test_who_does_not_see_a_case_finds_nothing(people, signed_in, make_case, name):
    case = make_case()
    assert signed_in(people["outsider"]).get(url(name, case)).status_code == 404


def test_whoever_sees_a_case_reads_its_history(people, signed_in, make_case):
    case = make_case("resolve", note="有异味")
    html = signed_in(people["clerk"]).get(url("case", case)).content.decode()
    assert html.count('class="history-step') == 3
    assert "有异味" in html


def test_only_open_moves_have_a_form(people, signed_in, make_case):
    case = make_case("resolve")
    client = signed_in(people["dispatcher"])
    assert "<move-form" not in client.get(url("case", case)).content.decode()


def test_the_proposed_department_is_chosen(people, signed_in, make_case):
    case = make_case("dispatch")
    html = signed_in(people["dispatcher"]).get(url("case", case)).content.decode()
    assert re.search(r'<option value="sanitation" selected>', html)


def test_a_form_without_scripts_comes_back_to_the_case(filing):
    case, client, sent = filing
    response = client.post(url("act", case), sent)
    assert response.status_code == 302
    assert response["Location"] == url("case", case)
    case.refresh_from_db()
    assert case.state.phase == "dispatch"


def test_it_comes_back_to_the_list_it_was_sent_from(filing):
    case, client, sent = filing
    response = client.post(url("act", case), {**sent, "next": "/desk/?view=all"})
    assert response["Location"] == "/desk/?view=all"


def test_it_never_goes_on_to_another_host(filing):
    case, client, sent = filing
    response = client.post(url("act", case), {**sent, "next": "https://example.org/"})
    assert response["Location"] == url("case", case)


def test_a_script_gets_the_case_as_it_now_is(filing):
    case, client, sent = filing
    response = client.post(url("act", case), sent, headers=FETCH)
    assert response.status_code == 200
    assert 'data-events="2"' in response.content.decode()


def test_sent_twice_it_is_done_once(filing):
    case, client, sent = filing
    answers = [client.post(url("act", case), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Event.objects.of("case", case.uuid).count() == 2


def test_a_missing_field_is_said_beside_it(filing):
    case, client, sent = filing
    response = client.post(url("act", case), {**sent, "condition": ""})
    assert response.status_code == 400
    assert "field-error" in response.content.decode()


def test_what_the_engine_refuses_is_said_in_the_form(filing):
    case, client, sent = filing
    response = client.post(url("act", case), {**sent, "condition": "999999"})
    assert response.status_code == 400
    assert 'class="note note-error" role="alert"' in response.content.decode()
    case.refresh_from_db()
    assert case.state.phase == "collect"


def test_who_comes_second_sees_what_changed_and_keeps_his_words(
    filing, people, signed_in
):
    case, client, sent = filing
    other = {**sent, "act_id": str(uuid4()), "note": "我写的意见"}
    signed_in(people["desk"]).post(url("act", case), sent)
    response = client.post(url("act", case), other, headers=FETCH)
    html = response.content.decode()
    assert response.status_code == 409
    assert "演示desk" in html
    assert "我写的意见" in html
    assert 'data-events="2"' in html


def test_another_role_may_not(filing, people, signed_in):
    case, _client, sent = filing
    response = signed_in(people["acceptor"]).post(url("act", case), sent)
    assert response.status_code == 403


def test_another_street_finds_nothing(filing, people, signed_in):
    case, _client, sent = filing
    response = signed_in(people["outsider"]).post(url("act", case), sent)
    assert response.status_code == 404


def test_a_verb_that_is_none_is_refused(filing):
    case, client, sent = filing
    response = client.post(url("act", case), {**sent, "verb": "burn"})
    assert response.status_code == 400


def test_photos_come_with_a_form_without_scripts(people, signed_in, make_case):
    case = make_case("resolve", state="handling")
    sent = {
        "verb": "dispose",
        "act_id": str(uuid4()),
        "after_event": str(case.events_count),
    }
    client = signed_in(people["handler"])
    for _ in range(2):  # sent again, the same photo is the same
        file = SimpleUploadedFile("photo.png", tiny_png(), "image/png")
        response = client.post(url("act", case), {**sent, "photos_files": file})
        assert response.status_code == 302
    event = Event.objects.of("case", case.uuid).last()
    assert event.attachments.count() == 1


def test_a_required_photo_is_asked_for(people, signed_in, make_case):
    case = make_case("resolve", state="handling")
    sent = {"verb": "dispose", "act_id": str(uuid4()), "after_event": "4"}
    response = signed_in(people["handler"]).post(url("act", case), sent)
    assert response.status_code == 400
    assert "至少" in response.content.decode()


def test_conditions_of_another_class_are_found_by_initials(filing, people, signed_in):
    case, client, _sent = filing
    html = client.get(url("conditions", case) + "?class=ldzw").content.decode()
    assert "乱堆物料" in html


def test_another_class_is_found_without_scripts_too(filing):
    case, client, _sent = filing
    html = client.get(url("case", case) + "?move=file&class=ldzw").content.decode()
    assert "乱堆物料" in html


def test_a_row_is_none_of_a_list_that_leaves_it_out(filing):
    case, client, _sent = filing
    assert client.get(url("row", case)).status_code == 200
    assert client.get(url("row", case) + "?phase=done").status_code == 204


def test_the_page_costs_fifteen_queries_at_most(people, signed_in, make_case):
    case = make_case("verify", state="checked")
    client = signed_in(people["desk"])
    with CaptureQueriesContext(connection) as queries:
        client.get(url("case", case))
    assert len(queries) <= 15, "\n".join(query["sql"] for query in queries)


def test_a_refused_case_ends_its_rail_where_it_stands(people, signed_in, make_case):
    case = make_case()
    sent = {
        "verb": "refuse",
        "act_id": str(uuid4()),
        "after_event": "1",
        "reason": "duplicate",
        "note": "与前件重复",
    }
    client = signed_in(people["filer"])
    client.post(url("act", case), sent)
    html = client.get(url("case", case)).content.decode()
    labels = re.findall(r'class="rail-label">([^<]+)<', html)
    assert labels == ["待立案", "不予立案"]


def tiny_png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), "gray").save(file, "PNG")
    return file.getvalue()
