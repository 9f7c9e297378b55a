"""受理派遣 as a page: whose cases, filtered, paged and counted."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from cases import lists
from cases.models import Case
from workflow.engine import act
from workflow.models import Deadline


def rows(html: str) -> list[str]:
    return re.findall(r'class="case-row[^"]*" id="row-([0-9a-f-]+)"', html)


@pytest.fixture
def desk(people, signed_in):
    """The page as the street's desk sees it."""
    client = signed_in(people["desk"])
    return lambda query="": client.get(f"/desk/{query}").content.decode()


def test_it_opens_with_what_waits_for_the_desk(desk, make_case):
    waits, _elsewhere = make_case(), make_case("resolve")
    assert rows(desk()) == [str(waits.uuid)]


def test_all_cases_are_one_click_away(desk, make_case):
    cases = [make_case(), make_case("resolve")]
    assert set(rows(desk("?view=all"))) == {str(case.uuid) for case in cases}


def test_another_street_is_not_there(desk, make_case):
    make_case(street=2)
    assert rows(desk("?view=all")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?view=all&phase=resolve", ["resolve"]),
        ("?view=all&light=green", ["collect", "resolve", "second"]),
        ("?view=all&light=green&phase=resolve", ["resolve"]),
        ("?view=all&light=red", []),
        ("?view=all&unit=110109001002", ["second"]),
        ("?view=all&q=暴露", ["collect", "resolve", "second"]),
        ("?view=all&q=南门", ["second"]),
        ("?view=all&q=没有这样的", []),
    ],
)
def test_it_is_narrowed_by_its_address(desk, make_case, query, found):
    cases = {
        "collect": make_case(),
        "resolve": make_case("resolve"),
        "second": make_case(community=2, address="小学南门"),
    }
    assert set(rows(desk(query))) == {str(cases[name].uuid) for name in found}


def test_a_filter_that_is_on_can_be_removed(desk, make_case):
    html = desk("?view=all&phase=resolve")
    assert re.search(r'class="chip" aria-current="true" href="\?view=all"', html)


def test_the_rest_follows_without_a_gap(desk, make_case, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)
    cases = [make_case() for _ in range(5)]
    seen, query = [], "?view=all"
    while query:
        html = desk(query)
        seen += rows(html)
        more = re.search(r'href="(\?[^"]+)" data-more', html)
        query = more[1].replace("&amp;", "&") if more else ""
    assert seen == [str(case.uuid) for case in reversed(cases)]


def test_what_is_due_first_stands_first(desk, make_case):
    later = make_case("resolve")
    soon = make_case()  # filing has a quarter of an hour
    done = make_case("done")
    found = rows(desk("?view=all&sort=due"))
    assert found == [str(case.uuid) for case in (soon, later, done)]


def test_many_are_counted_no_further_than_a_thousand():
    filters = lists.Filters(QueryDict(), User())
    assert lists.CaseList(filters, [], 1000).count_text == "1,000"
    assert lists.CaseList(filters, [], 1001).count_text == "1,000+"


def test_a_list_of_fifty_costs_eight_queries_at_most(people, make_case):
    for _ in range(3):
        make_case("resolve")
    user = people["desk"]
    with CaptureQueriesContext(connection) as queries:
        filters = lists.Filters(QueryDict("view=all"), user)
        found = lists.list_cases(Case.objects.visible_to(user), filters)
        for case in found.cases:
            f"{case.category} {case.clock} {case.cell} {case.community}"
    assert len(queries) <= 8


@pytest.mark.parametrize(("opens", "most"), [(False, 15), (True, 15)])
def test_the_page_costs_few_queries(people, signed_in, make_case, opens, most):
    case = make_case()
    client = signed_in(people["desk"])
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/desk/?case={case.uuid}" if opens else "/desk/")
    assert len(queries) <= most, "\n".join(query["sql"] for query in queries)


def test_a_request_waits_for_the_desk_that_answers_it(desk, people, make_case):
    case = make_case("resolve")
    assert rows(desk()) == []
    evidence = {"reason": "not_ours", "note": "不归我们"}
    act(case, "ask_return", by=people["clerk"], act_id=uuid4(), evidence=evidence)
    assert rows(desk()) == [str(case.uuid)]


def test_the_case_named_in_the_address_is_open(desk, make_case):
    case = make_case(address="东街12号")
    html = desk(f"?case={case.uuid}")
    assert f'data-case="{case.uuid}"' in html


def test_the_desk_is_for_the_desk(people, signed_in):
    assert signed_in(people["handler"]).get("/desk/").status_code == 403


def test_a_limit_that_rests_shows_in_no_light(make_case, signed_in, people):
    case, past = make_case("resolve"), timezone.now() - timedelta(days=9)
    limits = Deadline.objects.running().filter(subject_id=case.pk)
    limits.update(started_at=past, yellow_at=past, due_at=past)
    desk = signed_in(people["desk"])
    address = "/desk/?view=all&light=red"
    assert case.number in desk.get(address).content.decode()
    limits.update(paused_at=timezone.now())
    assert case.number not in desk.get(address).content.decode()


def test_a_stranger_is_sent_to_sign_in(client, db):
    response = client.get("/desk/")
    assert urlsplit(response["Location"]).path == "/accounts/login/"
