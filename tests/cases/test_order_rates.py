"""The three rates: from the city's call-backs alone, against tables made by hand."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import InternalError, ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Unit
from cases.models import CallBack, Order, RateRule
from cases.orders import acts
from cases.orders.rates import Share, Standing, behind, ranking, score_of
from tests.cases.ordering import call_back, hotline, order_of

MONTH = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def process(db):
    hotline()


@pytest.fixture
def desk(people):
    return people["desk"]


@pytest.fixture
def five(desk):
    """Five orders of street 1; the city's word on them."""
    for number in range(1, 6):
        order_of(desk, number=f"GD{number}")
    call_back(
        desk,
        ("GD1", "是", "解决", "满意", "否"),
        ("GD2", "是", "解决", "基本满意", "否"),
        ("GD3", "是", "未解决", "不满意", "否"),
        ("GD4", "否", "", "未评价", "否"),
        ("GD5", "是", "未解决", "不满意", "是"),
    )


def standing() -> Standing:
    streets = Unit.objects.filter(code="110109001")
    return ranking(MONTH, streets)[0]


def test_the_rates_of_a_table_made_by_hand(five):
    row = standing()
    assert (row.results, row.excluded) == (5, 1)
    assert row.response == Share(3, 4, "contacted", "counted")
    assert row.solved == Share(2, 3, "solved", "asked")
    assert row.satisfied == Share(2, 3, "satisfied", "judged")
    # (10 x 75 + 45 x 66.6... + 45 x 66.6...) / 100
    assert row.score == Decimal("67.50")


def test_weights_are_those_of_the_month(five):
    RateRule.objects.create(
        valid_from=date(2026, 10, 1),
        response=30,
        solved=35,
        satisfied=35,
        solved_words=["解决"],
        satisfied_words=["满意"],
    )
    row = standing()
    assert row.satisfied.count == 1
    assert row.score == Decimal("57.50")  # 0.3 x 75 + 0.35 x 66.6... + 0.35 x 33.3...


def test_a_figure_leads_to_the_orders_behind_it(five):
    rows = behind("satisfied", MONTH).values_list("order__number", flat=True)
    assert sorted(rows) == ["GD1", "GD2"]


def test_an_own_visit_counts_in_no_rate(desk, five):
    order = Order.objects.get(number="GD3")
    acts.visit(order, desk, contacted=True, solved="解决", satisfied="满意", note="")
    assert standing().solved == Share(2, 3, "solved", "asked")


def test_the_same_results_twice_are_one(desk, five):
    sheet = call_back(desk, ("GD1", "是", "解决", "满意", "否"))
    assert [line[2] for line in sheet.lines] == ["same"]


def test_a_corrected_result_counts_and_the_first_is_kept(desk, five):
    call_back(desk, ("GD3", "是", "解决", "满意", "否"))
    assert standing().solved == Share(3, 3, "solved", "asked")
    assert CallBack.objects.filter(order__number="GD3").count() == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (("NONE", "是", "解决", "满意"), "没有这件工单"),
        (("GD1", "也许", "解决", "满意"), "是或否"),
        (("GD1", "是", "差不多", "满意"), "差不多"),
        (("GD1", "是", "解决", "满意", "否", "十一月"), "月份"),
    ],
)
def test_a_result_that_cannot_be_read_says_why(desk, five, line, reason):
    sheet = call_back(desk, line)
    assert sheet.lines[0][2] == "bad"
    assert reason in sheet.lines[0][3]


def test_another_streets_results_are_refused(people, five):
    sheet = call_back(people["outsider"], ("GD1", "是", "解决", "满意"))
    assert sheet.lines[0][2] == "bad"


@pytest.mark.parametrize(("said", "outcome"), [("是", "excluded"), ("否", "counted")])
def test_the_citys_file_answers_what_was_asked(desk, said, outcome):
    order = order_of(desk)
    acts.ask_exclusion(order, desk, ground="other", text="不在职责内")
    call_back(desk, (order.number, "是", "未解决", "不满意", said))
    assert order.exclusions.get().outcome == outcome


def test_what_the_city_said_cannot_be_rewritten(five):
    errors = (InternalError, ProgrammingError)
    with pytest.raises(errors), transaction.atomic():
        CallBack.objects.update(solved="解决")


def test_streets_are_ranked_and_ties_share_a_rank(people, five):
    order_of(people["outsider"], number="GD9", street_name="西街街道")
    call_back(people["outsider"], ("GD9", "是", "解决", "满意"))
    streets = Unit.objects.filter(kind="street")
    assert [(row.street.code, row.rank) for row in ranking(MONTH, streets)] == [
        ("110109002", 1),
        ("110109001", 2),
    ]


def test_a_month_without_results_has_no_score(db):
    assert (standing().score, standing().rank) == (None, None)


COUNTS = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted)
WEIGHTS = st.tuples(*[st.integers(0, 100)] * 3).filter(any)


@given(st.tuples(COUNTS, COUNTS, COUNTS), WEIGHTS)
def test_a_score_lies_between_the_rates_that_weigh(counts, weights):
    shares = [Share(count, of) for count, of in counts]
    row = Standing(Unit(), 0, 0, *shares)
    names = ("response", "solved", "satisfied")
    rule = RateRule(**dict(zip(names, weights, strict=True)))
    score, _parts = score_of(row, rule)
    percents = [share.percent for share, w in zip(shares, weights, strict=True) if w]
    if None in percents:
        assert score is None
    else:
        assert min(percents) - 1 < score < max(percents) + 1
