"""Addresses over the API: by text, by code, and what lies at a place."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.addresses.nearest import nearest
from layers.finding.places import point
from layers.models import Address, Layer
from tests.sites import package

INSIDE = package.inside(1, 1, 1)
HERE = {"lon": INSIDE[0], "lat": INSIDE[1]}


@pytest.fixture
def ask(signed_in, people):
    def ask(path, name="grid_worker", **query):
        return signed_in(people[name]).get(f"/api/v1/addresses/{path}", query)

    return ask


def test_addresses_are_found_with_their_score(ask):
    said = ask("", q="甲１街二号院2号楼").json()
    first = said["results"][0]
    assert said["sure"]
    assert (first["score"], first["level"]) == (100, "building")
    assert first["level_number"] == 9
    assert first["street"] == "110109001"


def test_what_is_lacking_is_told(ask):
    first = ask("", q="甲1街2号院2号楼3单元501").json()["results"][0]
    assert first["lacking"] == ["3单元", "501"]
    assert "楼牌" in first["why"]


def test_too_little_is_refused(ask):
    answer = ask("", q="甲")
    assert answer.status_code == 400
    assert "两个字" in answer.json()["q"][0]


def test_one_address_by_its_code(ask, db):
    row = Address.objects.first()
    assert ask(f"{row.code}/").json()["text"] == row.text
    assert ask("nothing/").status_code == 404


def test_a_place_has_its_address_cell_community_and_street(ask):
    said = ask("at/", **HERE).json()
    assert said["addresses"][0]["text"].endswith("1号院1号楼")
    assert said["addresses"][0]["metres"] < 80
    assert {"level": "door", "text": "1号院"} in said["addresses"][0]["parts"]
    assert said["cell"]["code"] == package.cell_code(1, 1, 1)
    assert said["community"]["name"] == "东街第1社区"
    assert said["street"]["name"] == "东街街道"


def test_a_place_names_the_house_that_stands_there(ask, db):
    layer = Layer.objects.get(code="planning")
    assert ask("at/", **HERE).json()["building"] is None
    Layer.objects.filter(pk=layer.pk).update(kind=Layer.Class.FRAME)
    said = ask("at/", **HERE).json()["building"]
    assert (said["layer"], said["key"][:3]) == ("planning", "XC-")


def test_far_from_everything_nothing_is_said(ask):
    lon, lat = package.OUTSIDE_DISTRICT
    said = ask("at/", lon=lon, lat=lat).json()
    assert said["addresses"] == []
    assert said["cell"] is said["street"] is None


@pytest.mark.parametrize(
    "place", [{}, {"lon": "x", "lat": 1}, {"lon": 1, "lat": "nan"}]
)
def test_a_place_that_is_none_is_refused(ask, place):
    assert ask("at/", **place).status_code == 400


def test_who_does_not_see_the_register_is_told_nothing(ask):
    Layer.objects.filter(feeds="addresses").update(sensitivity="sensitive")
    row = Address.objects.first()
    assert ask("", q="甲1街").status_code == 404
    assert ask(f"{row.code}/").status_code == 404
    assert ask("at/", **HERE).json()["addresses"] == []
    assert ask("", "steward", q="甲1街").status_code == 200


def test_the_nearest_come_first_and_by_the_index(register):
    found = nearest(point(*INSIDE), most=3)
    assert [row.metres for row in found] == sorted(row.metres for row in found)
    with CaptureQueriesContext(connection) as queries:
        nearest(point(*INSIDE), most=3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "Order By" in plan
    assert "Sort" not in plan


def test_it_needs_few_queries(signed_in, people):
    client = signed_in(people["grid_worker"])
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/v1/addresses/", {"q": "甲1街2号院"})
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]
