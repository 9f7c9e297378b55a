"""批量处理: one act on many cases, looked at first, each for itself."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.desk import bulk
from cases.models import Case
from tests.cases.driving import evidence_for
from workflow.engine import act
from workflow.models import Event

PAGE = "/desk/many/"
API = "/api/v1/cases/many/"


@pytest.fixture
def desk(people, signed_in):
    return signed_in(people["desk"])


def look(client, cases, verb=""):
    named = {"case": [str(case.uuid) for case in cases], "verb": verb}
    return client.get(PAGE, named)


def form_of(html, cases):
    """What the preview would send, as a browser does."""
    sent = dict(re.findall(r'name="((?:act|after)-[0-9a-f-]+)" value="([^"]*)"', html))
    for name, options in re.findall(
        r'<select[^>]* name="((?:unit|condition)-[^"]+)"[^>]*>(.*?)</select>', html
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    verb = re.search(r'name="verb" value="([^"]*)"', html)
    uuids = [str(case.uuid) for case in cases]
    return {**sent, "verb": verb[1], "case": uuids}


def states(cases):
    return [Case.objects.get(pk=case.pk).state.code for case in cases]


def test_the_step_that_leads_on_is_proposed(desk, make_case):
    html = look(desk, [make_case(state="filed"), make_case(state="filed")])
    text = html.content.decode()
    assert 'value="sanitation" selected' in text
    assert 'name="verb" value="dispatch"' in text


def test_each_case_goes_to_its_own_unit(desk, people, make_case):
    cases = [make_case(state="filed"), make_case(state="filed")]
    sent = form_of(look(desk, cases).content.decode(), cases)
    sent[f"unit-{cases[1].uuid}"] = "gardens"
    html = desk.post(PAGE, sent).content.decode()
    assert "已办理 2 件" in html
    hosts = [case.assignments.get().unit.code for case in cases]
    assert hosts == ["sanitation", "gardens"]


def test_a_page_sent_twice_does_nothing_twice(desk, make_case):
    cases = [make_case(), make_case()]
    sent = form_of(look(desk, cases, "file").content.decode(), cases)
    desk.post(PAGE, sent)
    count = Event.objects.count()
    html = desk.post(PAGE, sent).content.decode()
    assert Event.objects.count() == count
    assert html.count("此前已办理") == 2


def test_one_that_is_refused_stops_no_other_and_stays_chosen(desk, people, make_case):
    good, moved = make_case(), make_case()
    sent = form_of(look(desk, [good, moved], "file").content.decode(), [good, moved])
    filer = people["filer"]
    act(moved, "file", by=filer, act_id=uuid4(), evidence=evidence_for("file", filer))
    html = desk.post(PAGE, {**sent, "next": "/desk/?view=all"}).content.decode()
    assert "未办理 1 件" in html
    assert f"/desk/?view=all&amp;pick={moved.uuid}" in html
    assert states([good]) == ["filed"]
    back = desk.get(f"/desk/?view=all&pick={moved.uuid}").content.decode()
    assert len(re.findall(r'form="bulk"[^>]* checked', back)) == 1


def test_the_preview_says_why_one_cannot_be_done(desk, make_case):
    html = look(desk, [make_case(), make_case("resolve")], "file").content.decode()
    assert html.count('name="case"') == 1
    assert "待签收" in html


def test_what_is_missing_is_asked_for_before_anything_is_done(desk, make_case):
    cases = [make_case(), make_case()]
    sent = form_of(look(desk, cases, "refuse").content.decode(), cases)
    answer = desk.post(PAGE, sent)
    assert answer.status_code == 400
    assert states(cases) == ["reported", "reported"]
    assert sent[f"act-{cases[0].uuid}"] in answer.content.decode()


def test_one_reason_serves_for_all(desk, make_case):
    cases = [make_case(), make_case()]
    sent = form_of(look(desk, cases, "refuse").content.decode(), cases)
    desk.post(PAGE, {**sent, "reason": "duplicate", "note": "重复"})
    assert states(cases) == ["refused", "refused"]


def test_an_act_that_needs_a_photo_is_not_offered(people, make_case):
    case = make_case(state="handling")
    plan = bulk.Plan(people["handler"], [case])
    assert "dispose" not in [offer.verb for offer in plan.offers]


def test_what_one_does_not_see_is_not_there(people, desk, make_case):
    mine, foreign = make_case(), make_case(street=2)
    html = look(desk, [mine, foreign], "file").content.decode()
    assert foreign.number not in html
    sent = form_of(html, [mine])
    sent |= {"case": [*sent["case"], str(foreign.uuid)]}
    sent[f"act-{foreign.uuid}"] = str(uuid4())
    assert "未办理 1 件" in desk.post(PAGE, sent).content.decode()
    assert states([foreign]) == ["reported"]


@pytest.mark.parametrize("named", [{}, {"case": [str(uuid4()) for _ in range(101)]}])
def test_none_and_too_many_are_refused_in_words(desk, named):
    assert desk.get(PAGE, named).status_code == 400


def test_many_are_for_who_has_a_list(people, signed_in, make_case):
    assert look(signed_in(people["volunteer"]), [make_case()]).status_code == 403


def test_the_api_looks_and_does(desk, make_case):
    cases = [make_case(state="filed"), make_case("resolve")]
    rows = [{"uuid": str(case.uuid), "act_id": str(uuid4())} for case in cases]
    body = {"verb": "dispatch", "cases": rows, "preview": True}
    seen = desk.post(API, body, "application/json").json()
    assert [row["status"] for row in seen["results"]] == ["possible", "refused"]
    assert seen["results"][0]["evidence"] == {"unit": "sanitation"}
    body["preview"] = False
    done = desk.post(API, body, "application/json").json()
    assert [row["status"] for row in done["results"]] == ["done", "refused"]
    again = desk.post(API, body, "application/json").json()
    assert again["results"][0]["status"] == "repeated"


def test_the_api_wants_an_id_for_every_act(desk, make_case):
    body = {"verb": "file", "cases": [{"uuid": str(make_case().uuid)}]}
    assert desk.post(API, body, "application/json").status_code == 400


def test_queries_grow_only_with_the_acts(people, make_case):
    cases = [make_case(state="filed") for _ in range(3)]
    costs = []
    for some in (cases[:1], cases):
        with CaptureQueriesContext(connection) as queries:
            found = bulk.cases_named(people["desk"], [case.uuid for case in some])
            plan = bulk.Plan(people["desk"], found, "dispatch")
            assert [row.unit for row in plan.rows] == ["sanitation"] * len(some)
        costs.append(len(queries))
    assert costs[1] <= costs[0] <= 12
    wanted = [bulk.Wanted(case.uuid, uuid4()) for case in cases]
    with CaptureQueriesContext(connection) as queries:
        assert all(row.done for row in bulk.do(plan, wanted, {}))
    assert len(queries) / len(cases) <= 35
