"""CQL2 text as a tree, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.ogc.cql2 import (
    BadFilter,
    Compare,
    Join,
    Like,
    Name,
    Not,
    Shape,
    Spatial,
    Text,
    parse,
)


def test_and_binds_closer_than_or():
    tree = parse("a=1 OR b=2 AND c=3")
    a, b, c = (Compare(Name(n), "=", v) for n, v in (("a", 1), ("b", 2), ("c", 3)))
    assert tree == Join("or", (a, Join("and", (b, c))))


def test_chinese_names_need_no_quotes():
    assert parse("用地代码 = 'R2'") == Compare(Name("用地代码"), "=", Text("R2"))
    assert parse("\"a b\" = 'it''s'") == Compare(Name("a b"), "=", Text("it's"))


def test_a_value_may_stand_first():
    assert parse("5 < n") == Compare(Name("n"), ">", 5.0)


def test_not_stands_before_and_within():
    like = Like(Name("a"), Text("R%"))
    assert parse("NOT a LIKE 'R%'") == parse("a NOT LIKE 'R%'") == Not(like)


def test_a_shape_may_stand_first_and_turns_the_predicate():
    shape = Shape("POINT ( 1 2 )")
    assert parse("S_WITHIN(POINT(1 2), geometry)") == Spatial(
        "s_contains", "geometry", shape
    )
    assert parse("s_intersects(geometry, BBOX(1, 2, 3, 4))") == Spatial(
        "s_intersects", "geometry", Shape(box=(1, 2, 3, 4))
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a =", "a = b", "1 = 2", "(a = 1", "a = 1)", "a = 1 b = 2"),
        *("a IN ()", "a LIKE 3", "a BETWEEN 1", "a = 'x", "a = DATE('maybe')"),
        *("T_AFTER(a, DATE('2020-01-01'))", "S_WITHIN(geometry, 3)"),
        *("S_WITHIN(geometry, POINT(1 2)", "(" * 40 + "a = 1" + ")" * 40, "a; b"),
        "NOT " * 2000 + "a = 1",
    ],
)
def test_what_is_no_filter_is_refused_with_words(text):
    with pytest.raises(BadFilter, match=r"\w"):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text)
    except BadFilter as refused:
        assert str(refused)
