"""Unread marks: what somebody has not read yet, and what makes it read."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from cases import lists
from cases.models import Case
from tests.cases.driving import evidence_for
from workflow import own_events, seeing
from workflow.engine import act
from workflow.models import Seen


def unread(client, query="?view=all"):
    html = client.get(f"/desk/{query}").content.decode()
    return re.findall(r'class="case-row[^"]* is-unread" id="row-([0-9a-f-]+)"', html)


def filed(case, people):
    user = people["filer"]
    act(case, "file", by=user, act_id=uuid4(), evidence=evidence_for("file", user))


def api(client, path, body):
    return client.post(f"/api/v1/{path}", body, "application/json")


@pytest.fixture
def desk(people, signed_in):
    return signed_in(people["desk"])


def test_a_new_case_is_unread_until_it_is_opened(desk, make_case):
    case = make_case()
    assert unread(desk) == [str(case.uuid)]
    desk.get(f"/cases/{case.uuid}/pane/")
    assert unread(desk) == []


@pytest.mark.parametrize(
    "opens", ["/cases/{}/", "/desk/?case={}", "/api/v1/cases/{}/", "/cases/{}/pane/"]
)
def test_it_is_read_wherever_it_is_opened(desk, make_case, opens):
    case = make_case()
    desk.get(opens.format(case.uuid))
    assert unread(desk) == []


def test_what_somebody_else_does_makes_it_unread_again(desk, people, make_case):
    case = make_case()
    desk.get(f"/cases/{case.uuid}/pane/")
    filed(case, people)
    assert unread(desk) == [str(case.uuid)]


def test_ones_own_act_does_not(desk, people, make_case):
    case = make_case()
    evidence = evidence_for("file", people["desk"])
    act(case, "file", by=people["desk"], act_id=uuid4(), evidence=evidence)
    assert unread(desk) == []


def test_nor_does_the_clock(desk, people, make_case):
    case = make_case()
    desk.get(f"/cases/{case.uuid}/pane/")
    case.refresh_from_db()
    own_events.write(case, "limits_moved", uuid4(), {})
    assert unread(desk) == []


def test_what_was_there_before_the_person_never_waits_to_be_read(
    desk, people, make_case
):
    case = make_case()
    Case.objects.filter(pk=case.pk).update(reported_at="1999-01-01T00:00Z")
    assert unread(desk) == []


def test_what_is_over_and_was_never_opened_waits_for_nobody(desk, make_case):
    make_case("done", state="confirmed")
    assert unread(desk) == []


def test_the_unread_are_counted_and_are_a_list(desk, people, make_case):
    new, read = make_case(), make_case()
    changed = make_case()
    for case in (read, changed):
        desk.get(f"/cases/{case.uuid}/pane/")
    filed(changed, people)
    assert desk.get("/desk/unread/").content == b"2"
    assert set(unread(desk, "?view=unread")) == {str(new.uuid), str(changed.uuid)}


def test_one_is_kept_as_unread(desk, make_case):
    case = make_case()
    desk.get(f"/cases/{case.uuid}/pane/")
    sent = {"kind": "case", "subject": str(case.uuid), "unread": "yes", "next": "/my/"}
    assert desk.post("/seen/", sent)["Location"] == "/my/"
    assert unread(desk) == [str(case.uuid)]
    body = {"kind": "case", "subjects": [str(case.uuid)], "unread": False}
    assert api(desk, "seen/", body).json() == {"marked": 1}
    assert unread(desk) == []


def test_a_foreign_case_is_not_marked(desk, make_case):
    case = make_case(street=2)
    body = {"kind": "case", "subjects": [str(case.uuid)], "unread": True}
    assert api(desk, "seen/", body).status_code == 404


def test_an_older_page_does_not_hide_what_came_after(desk, people, make_case):
    case = make_case()
    old = Case.objects.get(pk=case.pk)
    filed(case, people)
    seeing.see(old, people["desk"])
    assert Seen.objects.get(user=people["desk"], subject_id=case.pk).changed


def test_a_row_that_comes_live_is_marked(desk, make_case):
    case = make_case()
    row = desk.get(f"/cases/{case.uuid}/row/?view=all").content.decode()
    assert "is-unread" in row
    assert "未读" in row


def test_marks_and_number_cost_one_query(people, make_case):
    user = people["desk"]
    cases = [make_case() for _ in range(3)]
    seeing.see(cases[0], user)
    filters = lists.Filters(QueryDict("view=all"), user)
    found = lists.list_cases(Case.objects.visible_to(user), filters)
    assert [case.unread for case in found.cases] == [True, True, False]
    with CaptureQueriesContext(connection) as queries:
        assert filters.unread.count(Case.objects.visible_to(user)) == 2
    assert len(queries) == 1


@pytest.mark.parametrize("view", ["mine", "street", "followed", "unit"])
def test_ones_own_lists_are_one_click_away(people, signed_in, make_case, view):
    desk = people["desk"]
    mine, _other = make_case(), make_case()
    evidence = evidence_for("file", desk)
    act(mine, "file", by=desk, act_id=uuid4(), evidence=evidence)
    mine.follows.create(user=desk)
    found = {"mine": 1, "street": 2, "followed": 1, "unit": 0}[view]
    html = signed_in(desk).get(f"/desk/?view={view}").content.decode()
    assert len(re.findall(r'id="row-', html)) == found
    # The desk's unit is the street: it has no list of a department's own.
    tabs = re.search(r'<nav class="view-tabs".*?</nav>', html, re.S)[0]
    assert (f"view={view}" in tabs) is (view != "unit")


def test_a_department_has_a_list_of_its_own(people, make_case):
    case, _waits = make_case("resolve"), make_case()
    filters = lists.Filters(QueryDict("view=unit"), people["handler"])
    found = lists.list_cases(Case.objects.visible_to(people["handler"]), filters)
    assert found.cases == [case]
    assert "unit" in [view.code for view, _address in filters.own_views]
