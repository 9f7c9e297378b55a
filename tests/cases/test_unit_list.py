"""本单位案件: what came to a department, in the desk's own list."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit
from cases.models import Assignment
from workflow import saved_views


def rows(html: str) -> list[str]:
    return re.findall(r'class="case-row[^"]*" id="row-([0-9a-f-]+)"', html)


@pytest.fixture
def unit(people, signed_in):
    """The page as the department's clerk sees it."""
    client = signed_in(people["clerk"])
    return lambda query="": client.get(f"/unit/{query}").content.decode()


@pytest.fixture
def other_part(people, make_case):
    """A case that the department only assists with."""

    def make(**changes):
        case = make_case("resolve")
        gardens = Unit.objects.get(code="gardens")
        hosts = Assignment.objects.running().hosts().filter(case=case)
        unit = hosts.get().unit
        hosts.update(unit=gardens)
        began = hosts.get().assigned_at
        parts = {"case": case, "unit": unit, "part": "assist", "assigned_at": began}
        Assignment.objects.create(**parts, **changes)
        return case

    return make


def test_what_came_to_the_unit_waits_there(unit, make_case):
    make_case()
    case = make_case("resolve")
    assert rows(unit()) == [str(case.uuid)]
    assert rows(unit("?view=all")) == [str(case.uuid)]


def test_what_it_has_disposed_waits_no_more_and_stays_its_own(unit, make_case):
    case = make_case("verify")
    assert rows(unit()) == []
    assert rows(unit("?view=all")) == [str(case.uuid)]


def test_another_department_s_is_not_there(signed_in, people, make_case):
    make_case("resolve")
    client = signed_in(people["other_handler"])
    assert rows(client.get("/unit/?view=all").content.decode()) == []


def test_an_assistant_s_part_waits_until_it_is_done(unit, other_part):
    case = other_part()
    assert rows(unit()) == [str(case.uuid)]
    part = Assignment.objects.get(case=case, part="assist")
    Assignment.objects.filter(pk=part.pk).update(done_at=part.assigned_at)
    assert rows(unit()) == []


def test_lights_and_classes_narrow_it(unit, make_case):
    case = make_case("resolve")
    assert rows(unit("?view=all&light=green")) == [str(case.uuid)]
    assert rows(unit("?view=all&light=red")) == []
    assert rows(unit("?view=all&q=暴露")) == [str(case.uuid)]


def test_a_row_is_asked_for_as_of_the_unit(signed_in, people, make_case):
    client = signed_in(people["clerk"])
    waits, done = make_case("resolve"), make_case("verify")
    asked = {
        case: client.get(f"/cases/{case.uuid}/row/?as=unit").status_code
        for case in (waits, done)
    }
    assert asked == {waits: 200, done: 204}


def test_unread_counts_what_came_to_the_unit(signed_in, people, make_case):
    make_case("resolve")
    client = signed_in(people["clerk"])
    assert client.get("/desk/unread/?as=unit").content == b"1"


def test_it_sounds_and_it_is_kept_as_a_view(unit, signed_in, people, make_case):
    assert "<urgent-alarm" in unit()
    clerk = people["clerk"]
    page = saved_views.PAGES["unit"]
    saved_views.save_view(
        page, clerk, name="红灯", query="view=all&light=red", is_default=True
    )
    answer = signed_in(clerk).get("/unit/")
    assert answer["Location"] == "/unit/?light=red&view=all"


@pytest.mark.parametrize("who", ["filer", "grid_worker", "supervisor", "system"])
def test_it_is_for_who_takes_and_disposes(people, signed_in, who):
    assert signed_in(people[who]).get("/unit/").status_code == 403


def test_many_are_signed_for_at_once(signed_in, people, make_case):
    case = make_case("resolve", state="dispatched")
    client = signed_in(people["clerk"])
    html = client.get(f"/desk/many/?case={case.uuid}&verb=sign").content.decode()
    assert f'name="act-{case.uuid}"' in html


def test_its_export_holds_what_it_shows(unit, make_case):
    make_case("resolve")
    assert "list=unit" in unit("?view=all")


@pytest.mark.parametrize("opens", [False, True])
def test_it_costs_fifteen_queries_at_most(people, signed_in, make_case, opens):
    case = make_case("resolve")
    client = signed_in(people["clerk"])
    address = f"/unit/?case={case.uuid}" if opens else "/unit/"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 15, "\n".join(query["sql"] for query in queries)
