"""What a special period puts first, and that nothing is left of it afterwards."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Unit, User
from cases import lists
from cases.lists import Filters, list_cases
from cases.models import Case
from cases.own_tasks import tasks_of
from workflow.models import Category, SpecialPeriod

pytestmark = pytest.mark.django_db
HEAPED = "event/06036"


def period(*, ahead=0, **more):
    """On for three days from ``ahead`` days on."""
    day = timezone.localdate() + timedelta(days=ahead)
    fields = {"first_day": day, "last_day": day + timedelta(days=2), "priority": 2}
    row = SpecialPeriod(titles={"zh-hans": "扫雪"}, **{**fields, **more})
    row.save()
    return row


def shown(user, query=""):
    """The keys of the list, page after page, as somebody who comes anew sees it."""
    user, keys = User.objects.get(pk=user.pk), []
    more = f"view=all&{query}"
    while more:
        filters = Filters(QueryDict(more.lstrip("?")), user)
        page = list_cases(Case.objects.visible_to(user), filters)
        keys += [row.pk for row in page.cases]
        more = page.more
    return keys


@pytest.fixture
def three(make_case):
    """The first of a class of its own, the others litter."""
    return [heap(make_case("collect")), make_case("collect"), make_case("collect")]


def heap(case):
    """Its class is the other one now."""
    heaped = Category.objects.get(kind="event", code="06036")
    Case.objects.filter(pk=case.pk).update(category=heaped)
    return case


def newest_first(cases):
    return [case.pk for case in reversed(cases)]


def test_without_a_period_the_newest_comes_first(three, people):
    assert shown(people["desk"]) == newest_first(three)


def test_what_a_period_means_comes_first(three, people):
    period(classes=[HEAPED])
    assert shown(people["desk"]) == [three[0].pk, three[2].pk, three[1].pk]
    assert shown(people["desk"], "sort=due")[0] == three[0].pk


def test_a_row_says_how_far_up_it_belongs(three, people, signed_in):
    period(classes=[HEAPED])
    desk = signed_in(people["desk"])
    rows = [desk.get(f"/cases/{case.uuid}/row/?view=all") for case in three[:2]]
    assert 'data-rank="2"' in rows[0].content.decode()
    assert 'data-rank="0"' in rows[1].content.decode()


@pytest.mark.parametrize("ahead", [-5, 5])
def test_one_that_is_over_or_to_come_changes_no_order(three, people, ahead):
    period(classes=[HEAPED], ahead=ahead)
    assert shown(people["desk"]) == newest_first(three)


def test_priority_nought_changes_limits_alone(three, people):
    period(classes=[HEAPED], priority=0)
    assert shown(people["desk"]) == newest_first(three)


def test_two_digits_mean_all_that_belongs_to_them(three, people):
    period(classes=["event/06"])
    assert shown(people["desk"]) == newest_first(three)
    assert len(shown(people["desk"], f"special={SpecialPeriod.objects.get().pk}")) == 3


def test_the_greater_of_two_comes_first(three, people):
    period(classes=[HEAPED], priority=5)
    period(classes=["event/06010"], priority=3)
    assert shown(people["desk"])[0] == three[0].pk


@pytest.mark.parametrize(("code", "first"), [("110109001", 1), ("110109002", 0)])
def test_an_area_means_what_lies_in_it(make_case, people, code, first):
    period(area=Unit.objects.get(code=code))
    made = [make_case("collect"), make_case("collect", street=2)]
    wanted = [made[0].pk, made[1].pk] if first else newest_first(made)
    assert shown(people["supervisor"]) == wanted


def test_what_is_closed_is_put_first_no_more(make_case, people):
    closed = heap(make_case("done"))
    other = make_case("collect")
    period(classes=[HEAPED])
    assert shown(people["desk"]) == [other.pk, closed.pk]


def test_page_after_page_each_comes_once(make_case, people, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)
    made = [make_case("collect") for _ in range(5)]
    heap(made[1])
    heap(made[3])
    period(classes=[HEAPED])
    wanted = [made[n].pk for n in (3, 1, 4, 2, 0)]
    assert shown(people["desk"]) == wanted


def test_the_filter_keeps_only_what_it_means(three, people):
    row = period(classes=[HEAPED])
    assert shown(people["desk"], f"special={row.pk}") == [three[0].pk]
    assert len(shown(people["desk"], "special=0")) == 3


def test_tasks_are_in_its_order(make_case, people):
    late = make_case("resolve")
    heaped = heap(make_case("resolve"))
    found, _more = tasks_of(User.objects.get(pk=people["handler"].pk))
    assert [task.case.pk for task in found] == [late.pk, heaped.pk]
    period(classes=[HEAPED])
    found, _more = tasks_of(User.objects.get(pk=people["handler"].pk))
    assert [task.case.pk for task in found] == [heaped.pk, late.pk]


@pytest.mark.parametrize(
    ("who", "page"),
    [("desk", "/desk/"), ("handler", "/tasks/"), ("grid_worker", "/report/")],
)
def test_pages_say_that_it_is_on(three, people, signed_in, who, page):
    period(classes=[HEAPED], factor="0.5")
    answer = signed_in(people[who]).get(page)
    assert answer.status_code == HTTPStatus.OK
    assert "special-banner" in answer.content.decode()


def test_rows_and_the_case_carry_its_name(three, people, signed_in):
    period(classes=[HEAPED])
    client = signed_in(people["desk"])
    page = client.get("/desk/?view=all").content.decode()
    assert page.count("special-chip") == 1
    page = client.get(f"/cases/{three[0].uuid}/").content.decode()
    assert page.count("special-chip") == 1


def test_a_period_elsewhere_is_no_news(three, people, signed_in):
    period(area=Unit.objects.get(code="110109002"))
    page = signed_in(people["desk"]).get("/desk/").content.decode()
    assert "special-banner" not in page


@pytest.mark.parametrize("on", [True, False])
def test_the_list_costs_eight_queries_at_most(three, people, on):
    if on:
        period(classes=[HEAPED])
    user = User.objects.get(pk=people["desk"].pk)
    assert user.posts
    with CaptureQueriesContext(connection) as queries:
        list_cases(Case.objects.visible_to(user), Filters(QueryDict(), user))
    assert len(queries) <= 8


def test_the_page_of_periods_sets_the_priority(people, signed_in):
    day = timezone.localdate().isoformat()
    sent = {"title": "防汛", "first_day": day, "last_day": day, "priority": "7"}
    client = signed_in(people["system"])
    answer = client.post("/rules/calendar/periods/new/", sent)
    assert answer.status_code == HTTPStatus.FOUND
    assert SpecialPeriod.objects.get().priority == 7
