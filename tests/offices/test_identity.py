"""Numbers of GB 11643, GB 32100 and GB 11714: what is wrong, and where."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from offices.models.person import age_on
from offices.registers.identity import (
    SIGNS,
    BadNumber,
    body_check_of,
    check_of,
    citizen_number,
    credit_check_of,
    credit_code,
)

TODAY = date(2026, 11, 22)
EXAMPLES = ["11010519491231002X", "440524188001010014"]  # of the standard itself
CODES = ["91350100M000100Y43", "91110000600037341L"]
DIGITS = st.sampled_from("0123456789")


@st.composite
def citizens(draw):
    day = draw(st.dates(date(1900, 1, 1), TODAY))
    area = draw(st.sampled_from(["119999", "310101", "659001", "810000"]))
    digits = f"{area}{day:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return digits + check_of(digits)


@st.composite
def credits(draw):
    body = draw(st.text(SIGNS, min_size=8, max_size=8))
    area = draw(st.text("0123456789", min_size=6, max_size=6))
    signs = draw(st.sampled_from(["91", "52", "12"])) + area + body
    signs += body_check_of(body)
    assume(signs[16] in SIGNS)
    return signs + credit_check_of(signs)


def said(check, text):
    with pytest.raises(BadNumber) as error:
        check(text)
    return str(error.value) % error.value.details


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_standards_own_examples_pass(text):
    assert citizen_number(text, today=TODAY).text == text


@pytest.mark.parametrize("text", CODES)
def test_real_forms_of_unified_codes_pass(text):
    assert credit_code(text) == text


def test_a_number_tells_birth_and_sex():
    found = citizen_number("11010519491231002x", today=TODAY)
    assert (found.birth, found.sex, found.area) == (date(1949, 12, 31), "2", "110105")


def test_an_old_number_is_upgraded():
    assert citizen_number("110105 491231 002", today=TODAY).text == EXAMPLES[0]


@given(citizens())
def test_a_right_number_stays_as_it_is(number):
    assert citizen_number(number, today=TODAY).text == number


@given(citizens(), st.integers(0, 17), DIGITS)
def test_any_single_wrong_digit_is_found(number, at, digit):
    assume(number[at] != digit)
    said(citizen_number, number[:at] + digit + number[at + 1 :])


@given(citizens(), st.integers(0, 15))
def test_two_neighbours_exchanged_are_found(number, at):
    assume(number[at] != number[at + 1])
    said(citizen_number, number[:at] + number[at + 1] + number[at] + number[at + 2 :])


@given(citizens(), st.integers(0, 16), st.sampled_from("OIl?年"))
def test_a_sign_that_is_no_digit_is_named(number, at, sign):
    message = said(citizen_number, number[:at] + sign + number[at + 1 :])
    assert message.startswith(f"Sign {at + 1} is")


@given(st.text(max_size=40))
def test_nothing_typed_breaks_the_check(text):
    for check in (citizen_number, credit_code):
        try:
            check(text)
        except BadNumber as error:
            assert str(error) % error.details


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1101051949123100", "has 16"),
        ("11010519490231002X", "Signs 7 to 14 (19490231) are no date"),
        ("11010520991231002X", "still to come"),
        ("771105194912310021", "no province"),
        ("110105194912310028", "should be X, not 8"),
        ("11010519491231002Y", "Sign 18"),
    ],
)
def test_what_is_wrong_and_where(text, part):
    assert part in said(citizen_number, text)


def test_an_exchange_of_neighbours_is_guessed():
    # 105 -> 150: the check sign fits again when signs 5 and 6 change places.
    assert "signs 5 and 6 changed places" in said(citizen_number, "11015019491231002X")


@given(credits(), st.integers(0, 17), st.sampled_from(SIGNS))
def test_any_single_wrong_sign_of_a_unified_code_is_found(code, at, sign):
    assume(code[at] != sign)
    said(credit_code, code[:at] + sign + code[at + 1 :])


def test_letters_like_digits_are_named():
    assert "Sign 9 is “O”" in said(credit_code, "91350100O000100Y43")


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 40_000))
def test_nobody_is_older_than_his_years(birth, days):
    day = birth + timedelta(days=days)
    age = age_on(birth, day)
    assert age * 365 <= days < (age + 1) * 366 + 1
