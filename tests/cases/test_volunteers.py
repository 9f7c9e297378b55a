"""小巷管家、治安志愿者、楼门长: they report and see its fate; no persons, no duties."""

import json
from uuid import uuid4

import pytest

from cases.models import Case
from govmap.demo.accounts import accounts
from govmap.demo.facts import chosen_units
from govmap.demo.offices import offices
from govmap.demo.plan import PLANS
from tests.cases.driving import litter
from tests.sites import package

CLOSED = (
    *("/tasks/", "/desk/", "/unit/", "/review/", "/surveys/", "/patrols/"),
    *("/offices/mine/", "/offices/people/", "/whistles/", "/cases/search/"),
)


@pytest.fixture
def client(signed_in, people):
    return signed_in(people["volunteer"])


def sent(**more):
    place = package.inside(1, 1, 1)
    return {
        "uuid": str(uuid4()),
        "category": str(litter().pk),
        "place": ",".join(map(str, place)),
        **more,
    }


def test_the_same_page_takes_their_report(client, people):
    body = sent(note="胡同口有垃圾")
    assert client.post("/report/", body).status_code == 302
    case = Case.objects.get(uuid=body["uuid"])
    assert case.reporter == people["volunteer"]
    assert client.get(f"/report/{case.uuid}/").status_code == 200


def test_the_api_takes_it_too(client):
    place = list(package.inside(1, 1, 1))
    body = {"uuid": str(uuid4()), "category": "event/06010", "place": place}
    answer = client.post("/api/v1/cases/", json.dumps(body), "application/json")
    assert answer.status_code == 201


def test_they_see_what_became_of_it_and_nothing_else(client, make_case):
    own = make_case("verify", by="volunteer")
    other = make_case("verify", cell=2)
    html = client.get("/my/").content.decode()
    assert f"own-{own.uuid}" in html and "own-result" in html
    assert client.get(f"/cases/{own.uuid}/").status_code == 200
    assert client.get(f"/cases/{other.uuid}/").status_code == 404


@pytest.mark.parametrize("path", CLOSED)
def test_no_page_of_duties_or_persons_is_theirs(client, path):
    assert client.get(path).status_code in (403, 404)


def test_their_navigation_holds_what_they_use(client):
    html = client.get("/my/").content.decode()
    assert 'href="/report/"' in html and 'href="/map/"' in html
    for path in ("/tasks/", "/offices/mine/", "/desk/", "/surveys/"):
        assert f'href="{path}"' not in html


def test_their_name_is_not_for_whom_it_concerns(make_case, people, signed_in):
    case = make_case("resolve", by="volunteer")
    html = signed_in(people["handler"]).get(f"/cases/{case.uuid}/").content.decode()
    assert str(people["volunteer"]) not in html


def test_nothing_to_check_waits_for_them(make_case, client):
    case = make_case("verify", by="volunteer")
    html = client.get(f"/cases/{case.uuid}/").content.decode()
    assert "<move-form" not in html or "add_material" in html


def test_the_demonstration_has_volunteers():
    plan = PLANS["full"]
    units = chosen_units(list(plan.streets), plan.communities)
    made = accounts([*units, *offices(units)])
    rows = [row for row in made if row["username"].endswith("volunteer")]
    assert len(rows) >= 2
    roles = {member["role"] for row in rows for member in row["memberships"]}
    assert roles == {"volunteer"}
