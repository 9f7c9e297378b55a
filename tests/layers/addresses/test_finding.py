"""Addresses are found however they are typed, and what was found is explained."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.addresses.finding import find, is_sure
from layers.addresses.matching import Row
from layers.addresses.signs import spelt
from layers.models import Address, AddressAlias
from tests.layers.addresses.conftest import ROADS, address

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
WHOLE = "月坛南街甲8号院3号楼2单元501"


def first(text):
    found = find(text)
    return found[0].row.text if found else ""


@pytest.mark.parametrize(
    "typed",
    [
        WHOLE,
        "月坛南街 甲８号院 三号楼 二单元 五〇一",
        "501 2单元 3号楼 月坛南街甲8号",
        "测试区东街街道月坛南街甲八号院3#2门501室",
        "月坛南甲8号3-2-501",
        "北京市测试区月坛南街甲8院3栋2单元501",
        "３号楼２单元５０１，月坛南街甲８号院",
    ],
)
def test_an_address_is_found_however_it_is_typed(register, typed):
    found = find(typed)
    assert found[0].row.text == WHOLE
    assert is_sure(found)


def test_a_suffix_may_be_missing(register):
    assert first("帽儿3号") == "帽儿胡同3号院"


def test_a_number_of_a_name_may_be_a_digit(register):
    assert first("西四北8条4号") == "西四北八条4号院"


def test_a_door_without_its_sign_is_not_the_one_with_it(register):
    assert all("甲8" not in one.row.text for one in find("月坛南街2号"))
    near = find("月坛南街8号")[0]
    assert near.row.text == "月坛南街甲8号院"
    assert (near.lacking, near.score < 85) == (["8号"], True)


def test_what_the_register_lacks_is_left_out_and_said(register):
    found = find("月坛南街甲8号院3号楼2单元777")
    assert found[0].row.text.startswith("月坛南街甲8号院3号楼2单元")
    assert (found[0].code, found[0].lacking) == ("unit", ["777"])
    assert not is_sure(found)


def test_one_wrong_sign_is_put_right_and_said(register):
    for typed in ("月壇北街3号", "月坛背街3号", "帽而胡同3号", "西四四北八条3号"):
        found = find(typed)
        assert found, typed
        assert "3号院" in found[0].row.text
        assert "按" in found[0].said


def test_two_names_that_are_as_near_are_both_offered(register):
    found = find("月坛东街3号")
    assert {one.row.road for one in found} == {"月坛南街", "月坛北街"}
    assert not is_sure(found)


def test_a_name_that_nobody_knows_finds_nothing(register):
    assert find("不存在的大道9号") == []


@pytest.mark.parametrize("typed", ["", " ", "号", "%", "\x00", "'", "-", "楼" * 300])
def test_odd_input_breaks_nothing(register, typed):
    assert find(typed) == []


def test_an_old_name_is_the_new_one(register):
    AddressAlias.objects.create(said="贤孝里", means="帽儿胡同", kind="old")
    found = find("贤孝里3号院1号楼2单元101")
    assert found[0].row.text == "帽儿胡同3号院1号楼2单元101"
    assert "贤孝里" in found[0].said


def test_a_landmark_is_its_address(register):
    AddressAlias.objects.create(said="区图书馆", means="月坛北街2号院", kind="landmark")
    assert first("区图书馆") == "月坛北街2号院"
    AddressAlias.objects.update(in_use=False)
    assert find("区图书馆") == []


def test_another_street_is_less_likely(register):
    far = address("月坛南街2号院", 999)
    far.cell = far.cell.replace("109001", "109002")
    far.save()
    assert find("西街街道月坛南街2号")[0].row.code == far.code
    assert find("东街街道月坛南街2号")[0].row.code != far.code


def test_a_name_alone_is_never_sure(register):
    found = find("月坛南街")
    assert (found[0].code, found[0].number) == ("road", 6)
    assert not is_sure(found)


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_every_address_is_found_by_its_own_text(register, data):
    row = data.draw(st.sampled_from(register))
    change = data.draw(
        st.sampled_from(
            [
                lambda said: said,
                lambda said: said.translate(WIDE),
                lambda said: " ".join(said.partition("号院")),
                lambda said: said.replace("号院", "号"),
                lambda said: said.replace("2单元", "二门"),
                lambda said: said.replace("3号楼", f"{spelt(3)}号楼"),
                lambda said: f"北京市测试区{said}",
            ]
        )
    )
    assert first(change(row.text)) == row.text


def plan_of(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    return json.dumps(found) if not isinstance(found, str) else found


@pytest.fixture
def many(register):
    """So many that no planner takes the whole table for the cheaper way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO layers_address (code, text, road, estate, number, building,"
            " place, cell) SELECT 'M' || n, '第' || n / 300 || '测试路' || n % 97"
            " || '号' || n % 13 || '号楼', '', '', '', '',"
            " ST_SetSRID(ST_MakePoint(116.3 + n * 1e-6, 39.9), 4490), ''"
            " FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE layers_address")


@pytest.mark.parametrize(
    "typed", [WHOLE, "月坛", "1号", "测试路", "月坛男街3号", "无名"]
)
def test_no_search_goes_through_the_table(many, typed):
    with CaptureQueriesContext(connection) as queries:
        find(typed)
    asked = [query["sql"] for query in queries if "layers_address " in query["sql"]]
    assert asked
    for sql in asked:
        assert '"Seq Scan"' not in plan_of(sql.replace("%", "%%"), []), sql


def test_many_rows_alike_are_weighed_but_few_are_shown(many):
    assert len(find("测试路")) == 12
    assert Address.objects.count() > 20_000
    assert {one.row.road for one in find("月坛")} <= set(ROADS)


@pytest.mark.parametrize("text", ["3①4号", "²号", "甲8②-1号"])
def test_an_address_with_a_sign_that_is_no_number_is_ordered(text):
    plain: dict[str, str] = dict.fromkeys(("code", "cell", "road", "estate"), "")
    row = Row(**plain, text=text, lon=116.3, lat=39.9, size=1)
    assert row.order[:2] == (1, len(text))
