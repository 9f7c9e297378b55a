"""How an address is written does not matter: its parts and words stay the same."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.addresses.levels import parse, terms
from layers.addresses.signs import counted, form_of, spelt

SLOWLY = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SIGNS = (
    "0123456789零〇一二三四五六七八九十百两号院楼栋幢座门层室户房弄条区里街路"
    "-－#＃ 　,，(（AaBｆ附之甲乙月坛南单元"
)
written = st.text(st.sampled_from(SIGNS), max_size=14)
numbers = st.integers(1, 199)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def spoken(number):
    """一百零五, as people say it."""
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return spelt(number)
    if not rest:
        return f"{spelt(hundreds)}百"
    said = spelt(rest)
    joint = "零" if rest < 10 else "一" if rest < 20 else ""
    return f"{spelt(hundreds)}百{joint}{said}"


said_as = st.sampled_from([str, spoken, lambda one: str(one).translate(WIDE)])


def kinds(text):
    return [(one.kind, one.value) for one in parse(text).numbers]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲8号院3号楼2单元501", "h甲8 b3 u2 r501"),
        ("甲８号院三号楼二单元五〇一室", "h甲8 b3 u2 r501"),
        ("一百零五号", "h105"),
        ("十二单元", "u12"),
        ("8号-1", "h8-1"),
        ("8号附1号", "h8-1"),
        ("8之一号", "h8-1"),
        ("3#2门501", "b3 u2 r501"),
        ("3-2-501", "b3 u2 r501"),
        ("A座1201室", "bA r1201"),
        ("3号楼5层", "b3 f5"),
        ("3号楼五楼", "b3 f5"),
        ("8号院3号", "h8 b3"),
        ("西四北八条21号", "h21"),
        ("08号", "h8"),
    ],
)
def test_an_address_has_its_levels(text, found):
    assert " ".join(kind + value for kind, value in kinds(text)) == found


def test_numerals_in_a_name_stay_a_name():
    assert parse("西四北8条21号").names == parse("西四北八条21号").names
    assert parse("东四十条").names == ("东四十条",)


def test_a_door_beside_another_keeps_its_word():
    assert parse("8号旁门").names == ("旁门",)


@given(written)
def test_an_address_is_made_alike_once(text):
    assert form_of(form_of(text)) == form_of(text)
    assert parse(parse(text).form).numbers == parse(text).numbers


@given(door=numbers, house=numbers, room=numbers, how=st.tuples(*[said_as] * 3))
def test_numerals_and_widths_do_not_matter(door, house, room, how):
    said = [say(one) for say, one in zip(how, (door, house, room), strict=True)]
    text = "甲{}号院 {}号楼，{}室".format(*said)
    assert kinds(text) == [("h", f"甲{door}"), ("b", str(house)), ("r", str(room))]


@given(st.integers(1, 999))
def test_numerals_are_read_as_they_are_spoken(number):
    hundreds = number // 100
    assert counted("".join("零一二三四五六七八九"[int(one)] for one in str(number)))
    if hundreds < 2:
        assert counted(spoken(number)) == str(number)


@SLOWLY
@given(text=written)
def test_the_database_makes_the_same_words(db, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT address_form(%s), address_terms(%s)", [text, text])
        form, words = cursor.fetchone()
    assert form == form_of(text)
    assert set(words) == terms(text)
