"""岗位评价: off, nothing is shown; on, one's own and the posts of one's unit."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Unit
from cases.evaluation import loading, persons
from cases.evaluation.periods import period_with
from cases.models import EvaluationSettings
from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of

PAGE, API = "/evaluation/persons/", "/api/v1/person-figures/"
INDICATOR = {
    **{"axis": "post", "role": "filer", "code": "filed", "numerator": "filings"},
    **{"title": {"zh-hans": "立案数"}, "weight": 0},
}


@pytest.fixture(autouse=True)
def indicators(db):
    loading.put({"indicators": [INDICATOR]})


@pytest.fixture
def opened(people):
    row = EvaluationSettings.current()
    row.persons, row.persons_reason = True, "岗位培训，区政府办第 3 号文"
    row.persons_owner = people["leader"]
    row.persons_until = timezone.localdate() + timedelta(days=30)
    row.save()
    return row


def api(client):
    return client.get(API).json()


def month():
    return period_with("month", timezone.localdate())


@pytest.mark.parametrize("name", ["filer", "desk", "leader", "supervisor", "system"])
def test_off_nothing_is_shown_by_page_or_api(make_case, people, signed_in, name):
    make_case("dispatch")
    client = signed_in(people[name])
    html = client.get(PAGE).content.decode()
    assert "未开放" in html and "立案数" not in html
    assert api(client) == {"on": False, "until": None, "reason": "", "results": []}


def test_off_no_figure_opens_to_its_cases(make_case, people, signed_in):
    make_case("dispatch")
    post = people["filer"].memberships.get()
    address = f"{PAGE}cases/?post={post.pk}&name=filings"
    assert signed_in(people["filer"]).get(address).status_code == 404


def test_over_it_is_off_by_itself(opened, make_case, people, signed_in):
    make_case("dispatch")
    opened.persons_until = timezone.localdate() - timedelta(days=1)
    opened.save()
    assert api(signed_in(people["filer"]))["results"] == []


def test_on_a_person_sees_his_own(opened, make_case, people, signed_in):
    make_case("dispatch")
    client = signed_in(people["filer"])
    (row,) = api(client)["results"]
    assert (row["username"], row["figures"][0]["count"]) == ("filer", 1)
    html = client.get(PAGE).content.decode()
    assert opened.persons_reason in html and "立案数" in html


def test_nobody_ever_sees_anothers(opened, make_case, people, signed_in):
    make_case("dispatch")
    for name, user in people.items():
        shown = {row["username"] for row in api(signed_in(user))["results"]}
        assert shown <= {name}
    post = people["filer"].memberships.get()
    address = f"{PAGE}cases/?post={post.pk}&name=filings"
    assert signed_in(people["desk"]).get(address).status_code == 404
    assert signed_in(people["filer"]).get(address).status_code == 200


def test_the_head_of_the_unit_sees_its_posts_without_a_ranking(
    opened, make_case, people, signed_in
):
    make_case("dispatch")
    post = people["leader"].memberships.get()
    Membership.objects.filter(pk=post.pk).update(
        unit=Unit.objects.get(code="110109001")
    )
    rows = api(signed_in(people["leader"]))["results"]
    names = [row["username"] for row in rows]
    assert names == sorted(names) and {"filer", "desk"} <= set(names)
    assert "outsider" not in names
    assert not {"rank", "place"} & set(rows[0])


def test_a_mark_that_was_taken_back_counts_for_nobody(opened, make_case, people):
    case = make_case("dispatch")
    held = persons.held(people["filer"], month())
    assert held[0].result.measures["filings"] == 1
    post = people["filer"].memberships.get()
    assert persons.case_ids(post, "filings", month(), 10) == [case.pk]


def test_opening_wants_a_reason_an_owner_and_an_end(people, signed_in):
    client = signed_in(people["system"])
    assert client.post("/rules/indicators/persons/", {}).status_code == 400
    until = str(timezone.localdate() + timedelta(days=9))
    sent = {"reason": "试点", "owner": "leader", "until": until}
    assert client.post("/rules/indicators/persons/", sent).status_code == 302
    assert persons.shown()
    assert changes_of(EvaluationSettings)[0].by == people["system"]
    client.post("/rules/indicators/persons/", {"close_now": "yes"})
    assert not persons.shown()


def test_the_database_keeps_it_shut_without_them(db):
    row = EvaluationSettings.current()
    row.persons = True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_site_package_cannot_just_switch_it_on(db):
    with pytest.raises(BadInput):
        loading.put({"persons": True})
    assert not persons.shown()


def test_what_is_open_is_written_out_and_comes_in_again(opened):
    told = loading.dump()
    loading.put({**told, "persons": False})
    assert not persons.shown()
    loading.put(told)
    assert persons.shown()
