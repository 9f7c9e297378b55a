"""The small language of computed fields: what it comes to, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices.modules.expressions import BadExpression, names_in, parse, value_of

NUMBERS = st.integers(-1000, 1000)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_sums_are_as_python_reckons_them(a, b, c):
    values = {"a": a, "b": b, "c": c}
    assert value_of("(a - b) * c + 2", values) == (a - b) * c + 2
    assert value_of("if(a > b, a, b)", values) == max(a, b)
    assert value_of("min(a, b, c)", values) == min(a, b, c)


@given(st.lists(NUMBERS, max_size=8))
def test_rows_are_summed_and_counted(numbers):
    values = {"rows": [{"n": n} for n in numbers]}
    assert value_of("sum(rows.n)", values) == sum(numbers)
    assert value_of("count(rows)", values) == len(numbers)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_read_or_refused(text):
    try:
        parse(text)
    except BadExpression:
        return
    value_of(text, {})


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.__class__.x", "a ** 9", "[1]", "a if b else c", "f(1)"],
)
def test_whatever_is_not_named_is_refused(text):
    with pytest.raises(BadExpression):
        parse(text)


def test_what_is_missing_makes_the_result_missing():
    assert value_of("a + b", {"a": 1}) is None
    assert value_of("a / b", {"a": 1, "b": 0}) is None


def test_days_between_two_days():
    values = {"begins": "2026-02-27", "ends": "2026-03-02"}
    assert value_of("days(begins, ends)", values) == 3


def test_the_fields_that_it_reads():
    assert names_in("max(0, (standard - sum(rows.income)) * count(rows))") == {
        *("standard", "rows.income", "rows")
    }
