"""The evaluation's pages: whose figures one sees, and what they open to."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.evaluation import loading
from cases.evaluation.formula import BadFormula, Formula, UnknownMeasure
from cases.evaluation.measures import known_names
from cases.evaluation.scoring import grade_of
from cases.models import Indicator
from govmap.lib.errors import BadInput

BEHIND = "/evaluation/cases/?axis=area&unit={}&name={}"


def formulas():
    names = st.sampled_from(["filings", "closings", "due", "3"])
    return st.recursive(
        names,
        lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        max_leaves=8,
    )


@given(formulas(), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_formula_is_worked_out_exactly(text, filings, closings, due):
    given_ = {"filings": filings, "closings": closings, "due": due}
    exact = {name: Fraction(n) for name, n in given_.items()}
    try:
        expected = eval(text.replace("3", "three"), {}, exact | {"three": Fraction(3)})
    except ZeroDivisionError:
        expected = None
    assert Formula(text).value(given_) == expected
    shown = Formula(text).shown(str)
    back = shown.translate(str.maketrans({"−": "-", "×": "*", "÷": "/"}))
    assert Formula(back).value(given_) == expected


@pytest.mark.parametrize(
    "text",
    ["", "a.b", "a[0]", "f(a)", "a ** b", "'a'", "a if b else c", "1.5", "(" * 300],
)
def test_nothing_but_reckoning_is_read(text):
    with pytest.raises(BadFormula):
        Formula(text)


def test_an_unknown_measure_is_named(db):
    with pytest.raises(UnknownMeasure) as caught:
        Formula("filings / nothing_such").check_names(known_names())
    assert "nothing_such" in caught.value.text


@pytest.mark.parametrize(
    ("score", "grade"),
    [("90", "A"), ("89.99", "B"), ("75", "B"), ("60", "C"), ("40", "D"), ("0", "E")],
)
def test_grades_follow_the_score(score, grade):
    assert grade_of(Decimal(score)) == grade


def test_indicators_come_back_as_they_went(db):
    before = loading.dump()
    assert len(before["indicators"]) > 6
    loading.put(before)
    assert loading.dump() == before


def test_a_wrong_indicator_changes_nothing(db):
    data = loading.dump()
    data["indicators"][0]["numerator"] = "filings +"
    with pytest.raises(BadInput):
        loading.put(data)
    assert not Indicator.objects.filter(numerator="filings +").exists()


def test_a_figure_opens_to_its_cases(make_case, people, signed_in):
    case = make_case("done")
    make_case("collect")
    client = signed_in(people["supervisor"])
    page = client.get(BEHIND.format(case.street.code, "closings"))
    assert [row.number for row in page.context["cases"]] == [case.number]


def test_a_desk_sees_its_own_street_only(make_case, people, signed_in):
    make_case("done")
    make_case("done", street=2)
    page = signed_in(people["desk"]).get("/evaluation/")
    units = {row.unit.code for row in page.context["areas"].results}
    assert units == {"110109001001", "110109001002"}
    assert page.context["top"].measures["closings"] == 1
    other = signed_in(people["desk"]).get(BEHIND.format("110109002", "closings"))
    assert other.status_code == 404


def test_a_department_sees_what_it_disposed(make_case, people, signed_in):
    make_case("done")
    page = signed_in(people["handler"]).get("/evaluation/")
    (result,) = page.context["departments"].results
    assert (result.unit.code, result.measures["closings"]) == ("sanitation", 1)
    assert page.context["areas"] is None


def test_the_district_is_the_sum_of_its_streets(
    make_case, people, signed_in, django_assert_max_num_queries
):
    make_case("done")
    make_case("verify", street=2)
    client = signed_in(people["supervisor"])
    client.get("/evaluation/")
    with django_assert_max_num_queries(30):
        page = client.get("/evaluation/?period=quarter")
    assert page.context["top"].measures["filings"] == 2
    assert page.context["map"].outlines
    before = client.get(
        f"/evaluation/?period=year&day={timezone.localdate().year}-01-01"
    )
    assert before.context["top"].measures["filings"] == 2


def test_the_rules_page_tells_what_is_wrong(people, signed_in):
    client = signed_in(people["system"])
    sent = {"text": '{"indicators": [{"axis": "area", "code": "x", "title":'
            ' {"zh-hans": "x"}, "numerator": "open(1)"}]}'}  # fmt: skip
    page = client.post("/rules/indicators/change/", sent)
    assert page.status_code == 400
    assert "open(1)" in page.content.decode()


@pytest.mark.parametrize("name", ["due", "disposals_in_time", "overdue_open"])
def test_a_derived_figure_opens_too(name, make_case, people, signed_in):
    case = make_case("done")
    for unit in (case.street, case.community):
        page = signed_in(people["supervisor"]).get(BEHIND.format(unit.code, name))
        wanted = [] if name == "overdue_open" else [case.number]
        assert [row.number for row in page.context["cases"]] == wanted
        assert page.context["count"] == len(wanted)
