"""The wall's figures: from the counters of the evaluation, never from the cases."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from cases.evaluation import totals
from cases.evaluation.board import readings_of
from cases.evaluation.measures import OVERDUE, disposal_limits, title_of
from cases.evaluation.periods import period_with
from cases.evaluation.scoring import result_of
from cases.models import Axis, CallBack, RateRule
from cases.orders.rates import Share, ranking
from cases.wall.ground import Ground, map_name, short_name
from workflow.models import Category

DAY = timedelta(days=1)
# What is overdue and open is counted whatever the day: so far back, as a page of the
# evaluation can open it.
FAR = timedelta(days=3650)
SHOWN = ("reports", "filings", "dispatches", "closings")
CLASS_DAYS, CLASSES = 7, 8
TREND_DAYS = 30


@dataclass(frozen=True)
class Figure:
    """One number of today, and what it is of."""

    name: str
    title: str
    count: int
    yesterday: int | None
    month: int | None
    address: str


@dataclass(frozen=True)
class Line:
    """One area among those compared: this month's figures."""

    unit: str
    label: str  # as maps write it: what kind of area it is, the table's head says
    code: str
    today: int
    filings: int
    overdue: int
    score: Decimal | None
    grade: str
    address: str
    overdue_address: str


@dataclass(frozen=True)
class Counts:
    """What the counters say of all units of a wall: five queries."""

    today: totals.Sums
    yesterday: totals.Sums
    month: totals.Sums
    overdue: totals.Sums
    overdue_month: totals.Sums

    def of(self, ground: Ground, sums: totals.Sums, name: str) -> int:
        """The wall's own number."""
        return sum(sums[unit][name] for unit in ground.whole if unit in sums)


def counts_of(ground: Ground, now: datetime) -> Counts:
    day = timezone.localdate(now)
    first, keys = day.replace(day=1), ground.keys
    names = sorted(disposal_limits())

    def counted(since: date, until: date) -> totals.Sums:
        return totals.sums(Axis.AREA, keys, since, until)

    def late(since: date) -> totals.Sums:
        return totals.overdue(Axis.AREA, keys, since, day, now, names)

    return Counts(
        today=counted(day, day),
        yesterday=counted(day - DAY, day - DAY),
        month=counted(first, day),
        overdue=late(day - FAR),
        overdue_month=late(first),
    )


def behind(unit: Unit, name: str, period: str) -> str:
    """Where a figure of the evaluation opens to its cases."""
    asked = urlencode({"axis": Axis.AREA, "unit": unit.code, "name": name})
    return f"{reverse('evaluation:cases')}?{asked}&{period}"


def today_of(ground: Ground, counts: Counts, now: datetime) -> list[Figure]:
    day = timezone.localdate(now)
    found = [
        Figure(
            name,
            title_of(name),
            counts.of(ground, counts.today, name),
            counts.of(ground, counts.yesterday, name),
            counts.of(ground, counts.month, name),
            behind(ground.unit, name, period_with("day", day).address),
        )
        for name in SHOWN
    ]
    late = counts.of(ground, counts.overdue, OVERDUE)
    address = behind(ground.unit, OVERDUE, _ever(day))
    return [*found, Figure(OVERDUE, title_of(OVERDUE), late, None, None, address)]


def _ever(day: date) -> str:
    return urlencode({"from": day - FAR, "to": day})


def lines_of(ground: Ground, counts: Counts, now: datetime) -> list[Line]:
    """The areas compared, the best of the month first. One query."""
    day = timezone.localdate(now)
    month = period_with("month", day)
    readings = readings_of(Axis.AREA, month)
    found = []
    for unit in ground.parts:
        measures: Counter[str] = Counter(counts.month[unit.pk])
        measures.update(counts.overdue_month[unit.pk])
        result = result_of(unit, measures, readings)
        found.append(
            Line(
                unit=short_name(unit),
                label=map_name(unit),
                code=unit.code,
                today=counts.today[unit.pk]["filings"],
                filings=measures["filings"],
                overdue=counts.overdue[unit.pk][OVERDUE],
                score=result.score,
                grade=result.grade,
                address=behind(unit, "filings", month.address),
                overdue_address=behind(unit, OVERDUE, _ever(day)),
            )
        )
    return sorted(
        found, key=lambda row: (row.score is None, -(row.score or 0), row.code)
    )


@dataclass(frozen=True)
class Rate:
    """One of the three rates."""

    name: str
    percent: Decimal | None
    count: int
    of: int
    address: str


@dataclass(frozen=True)
class Rates:
    """响应率, 解决率, 满意率 of the newest month that the city has called back in."""

    month: date | None = None
    rates: list[Rate] = field(default_factory=list)


# Each with the figure whose orders it opens to.
RATES = {"response": "contacted", "solved": "solved", "satisfied": "satisfied"}


def rates_of(ground: Ground, now: datetime) -> Rates:
    """Three queries."""
    this = timezone.localdate(now).replace(day=1)
    rows = CallBack.objects.of_city().filter(month__lte=this)
    month = rows.order_by("-month").values_list("month", flat=True).first()
    rule = RateRule.objects.on(month) if month else None
    if month is None or rule is None:
        return Rates()
    units = ground.parts if ground.is_district else [ground.unit]
    standings = ranking(month, units, rule)
    asked = {"month": f"{month:%Y-%m}"}
    if not ground.is_district:
        asked["street"] = ground.unit.code
    rates = []
    for name, figure in RATES.items():
        shares: list[Share] = [getattr(row, name) for row in standings]
        whole = Share(sum(one.count for one in shares), sum(one.of for one in shares))
        address = f"{reverse('orders:list')}?{urlencode({**asked, 'figure': figure})}"
        rates.append(Rate(name, whole.percent, whole.count, whole.of, address))
    return Rates(month, rates)


@dataclass(frozen=True)
class ClassCount:
    """How many cases of a class were filed."""

    title: str
    count: int
    share: int  # per cent of the most frequent one
    address: str


# The counters keep no classes: the marks of a few days, by the index that they have.
CLASS_ROWS = """
SELECT category_id, sum(delta) FROM cases_mark
WHERE street_id = ANY(%s) AND measure = 'filings' AND day BETWEEN %s AND %s
GROUP BY category_id HAVING sum(delta) > 0
ORDER BY 2 DESC, 1 LIMIT %s
"""


def classes_of(ground: Ground, now: datetime) -> list[ClassCount]:
    """The most frequent classes of the last seven days. Two queries."""
    last = timezone.localdate(now)
    first = last - (CLASS_DAYS - 1) * DAY
    with connection.cursor() as cursor:
        cursor.execute(CLASS_ROWS, [ground.whole, first, last, CLASSES])
        rows = cursor.fetchall()
    known = Category.objects.in_bulk([pk for pk, _count in rows])
    most = rows[0][1] if rows else 1
    found = []
    for pk, count in rows:
        category = known[pk]
        asked: dict[str, Any] = {"category": f"{category.kind}/{category.code}"}
        if not ground.is_district:
            asked["street"] = ground.unit.code
        address = f"{reverse('cases:search')}?{urlencode({**asked, 'from': first})}"
        share = round(100 * count / most)
        found.append(ClassCount(str(category), int(count), share, address))
    return found


@dataclass(frozen=True)
class TrendDay:
    """Cases filed on a day, and on the same day of the year before."""

    day: date
    count: int
    before: int


TREND_ROWS = """
SELECT day, sum(amount) FROM (
    SELECT first_day AS day, amount FROM cases_total
    WHERE axis = 'area' AND unit_id = ANY(%(units)s) AND span = 'd'
        AND measure = 'filings' AND first_day BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT day, amount FROM cases_delta
    WHERE measure = 'filings' AND street_id = ANY(%(units)s)
        AND day BETWEEN %(first)s AND %(last)s
) AS parts GROUP BY day
"""
# Of days before the system began at a street what its old system counted, as the
# evaluation compares.
TREND_OLD = """
WITH began AS (
    SELECT u.id, (SELECT first_day FROM cases_total
        WHERE axis = 'area' AND unit_id = u.id AND span = 'd'
        ORDER BY first_day LIMIT 1) AS day
    FROM unnest(%(units)s) AS u (id)
)
SELECT t.day, sum(t.amount) FROM began b JOIN cases_oldtotal t ON t.street_id = b.id
WHERE t.measure = 'filings' AND t.day BETWEEN %(first)s AND %(last)s
    AND (b.day IS NULL OR t.day < b.day)
GROUP BY t.day
"""


def trend_of(ground: Ground, now: datetime) -> list[TrendDay]:
    """The last thirty days beside the same of the year before. Three queries."""
    last = timezone.localdate(now)
    period = period_with("day", last)
    days = [last - back * DAY for back in range(TREND_DAYS - 1, -1, -1)]
    year = period.last_year.last - last
    there = _by_day(TREND_ROWS, ground, days[0], last)
    before = _by_day(TREND_ROWS, ground, days[0] + year, last + year)
    before.update(_by_day(TREND_OLD, ground, days[0] + year, last + year))
    return [TrendDay(day, there[day], before[day + year]) for day in days]


def _by_day(query: str, ground: Ground, first: date, last: date) -> Counter[date]:
    values: dict[str, Any] = {"units": ground.whole, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return Counter({day: int(amount) for day, amount in cursor.fetchall()})
