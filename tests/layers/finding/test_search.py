"""Finding places by what people type."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.finding.search import form_of, search
from layers.models import Address, Layer
from tests.sites import package


@pytest.fixture
def found(people):
    def found(text, name="grid_worker"):
        return [(one.kind, one.title) for one in search(text, people[name])]

    return found


def address(street=1, number=1):
    code = list(package.STREETS.items())[street - 1]
    return ("address", f"测试区{code[1]}甲{street}街{number}号院{number}号楼")


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("月坛南街 甲８号院３号楼", "月坛南街甲8号3号楼"),
        ("８院", "8号"),
        ("三号楼", "3号楼"),
        ("二十一号", "21号"),
        ("十号", "10号"),
        ("西四北八条", "西四北八条"),
        ("  ", ""),
    ],
)
def test_what_is_typed_is_made_alike(typed, form, db):
    assert form_of(typed) == form


@pytest.mark.parametrize("typed", ["甲8号院 3号楼", "Ａ座（东）", "1-2 院", "８号院"])
def test_the_database_makes_it_alike_too(typed, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_form(%s)", [typed])
        assert cursor.fetchone() == (form_of(typed),)


def test_a_cell_is_found_by_its_code(found):
    code = package.cell_code(1, 2, 3)
    assert found(code)[0] == ("cell", code)
    assert found(code[6:])[0] == ("cell", code)


def test_a_street_and_a_community_are_found_by_name(found):
    assert found("东街")[0] == ("region", "东街街道")
    assert ("region", "西街第2社区") in found("西街第2")


@pytest.mark.parametrize(
    "typed",
    [
        "测试区东街街道甲1街2号院2号楼",
        "甲1街2号院",
        "甲１街 ２号",
        "2号院 甲1街",
        "2院甲1街2号楼",
        "甲1街二号楼",
        "测试区甲1街2号",
    ],
)
def test_an_address_is_found_however_it_is_written(found, typed):
    assert found(typed)[0] == address(1, 2)


def test_two_signs_are_enough(found):
    assert len([kind for kind, _ in found("1街") if kind == "address"]) >= 4


def test_a_number_is_not_the_tail_of_a_longer_one(found):
    row = Address.objects.get(text=address(1, 2)[1])
    Address.objects.create(
        code="long", text=row.text.replace("2号院2", "12号院12"), place=row.place
    )
    assert found("甲1街2号院")[0] == address(1, 2)


def test_a_feature_is_found_by_its_key(found):
    assert ("feature", "XC-03") in found("XC-03")


def test_a_sensitive_layer_is_found_by_stewards_only(found):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    assert found("XC-03") == []
    assert found("XC-03", "steward") == [("feature", "XC-03")]


@pytest.mark.parametrize("feeds", ["cells", "regions", "addresses"])
def test_a_sensitive_register_is_not_searched(found, feeds):
    Layer.objects.filter(feeds=feeds).update(sensitivity="sensitive")
    kind = {"cells": "cell", "regions": "region", "addresses": "address"}[feeds]
    texts = (package.cell_code(1, 1, 1), "东街", "甲1街")
    assert kind not in {one for text in texts for one, _ in found(text)}


@pytest.mark.parametrize("typed", ["", "%", "_", "'", "\\", "\x00", "号" * 500])
def test_odd_input_finds_nothing_and_breaks_nothing(found, typed):
    assert found(typed) == []


def test_the_page_escapes_what_was_typed(signed_in, people):
    page = signed_in(people["desk"]).get("/map/search/", {"q": "<b>"}).content.decode()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_it_needs_few_queries(found, people):
    with CaptureQueriesContext(connection) as queries:
        found("甲1街2号院")
    assert len(queries) <= 8, [query["sql"][:90] for query in queries]


def test_a_road_is_found_before_its_addresses(found):
    Address.objects.filter(text__contains="甲1街").update(road="甲1街")
    kinds = [kind for kind, _title in found("甲1街")]
    assert kinds[:2] == ["place", "address"]
    assert found("甲1街")[0] == ("place", "甲1街")


def test_what_the_register_lacks_is_said(people):
    first = search("甲1街2号院2号楼3单元501", people["grid_worker"])[0]
    assert first.title == address(1, 2)[1]
    assert "3单元、501" in first.detail
