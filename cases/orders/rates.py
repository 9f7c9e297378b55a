"""The three rates 响应率, 解决率, 满意率, from the city's call-backs alone.

Formulas (practice of 接诉即办; which answers count, and the weights, are the site's
dated data, `cases.models.RateRule`):

- response = contacted / call-backs that were not left out
- solution = callers who say solved / callers who answered that question
- satisfaction = callers who are satisfied / callers who judged
- score = sum of weight x rate over the sum of the weights; none without all the rates
  that weigh something
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Unit
from cases.models import CallBack, RateRule
from cases.models.order import CallBackQuerySet

UNJUDGED = ("", "未评价")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Share:
    """``count`` of ``of``; the figures' names lead to the orders behind each."""

    count: int
    of: int
    figure: str = ""
    of_figure: str = ""

    @property
    def percent(self) -> Decimal | None:
        """In hundredths; None where nothing was asked."""
        if not self.of:
            return None
        return (Decimal(100) * self.count / self.of).quantize(CENT, ROUND_HALF_UP)


@dataclass
class Standing:
    """One street in one month."""

    street: Unit
    results: int
    excluded: int
    response: Share
    solved: Share
    satisfied: Share
    score: Decimal | None = None
    rank: int | None = None
    parts: list[str] = field(default_factory=list)


# What a figure counts, over the call-backs that count in a month.
def _conditions(rule: RateRule) -> dict[str, Q]:
    counted = Q(excluded=False)
    asked = counted & ~Q(solved="")
    judged = counted & ~Q(satisfied__in=UNJUDGED)
    return {
        "results": Q(),
        "excluded": Q(excluded=True),
        "counted": counted,
        "contacted": counted & Q(contacted=True),
        "uncontacted": counted & Q(contacted=False),
        "asked": asked,
        "solved": asked & Q(solved__in=rule.solved_words),
        "unsolved": asked & ~Q(solved__in=rule.solved_words),
        "judged": judged,
        "satisfied": judged & Q(satisfied__in=rule.satisfied_words),
        "unsatisfied": judged & ~Q(satisfied__in=rule.satisfied_words),
    }


FIGURES = tuple(_conditions(RateRule()))


def behind(figure: str, month: date) -> CallBackQuerySet:
    """The call-backs that a figure of that month counts."""
    rows = CallBack.objects.counting(month)
    rule = RateRule.objects.on(month)
    if rule is None or figure not in FIGURES:
        return rows.none()
    return rows.filter(_conditions(rule)[figure])


def ranking(
    month: date, streets: Iterable[Unit], rule: RateRule | None = None
) -> list[Standing]:
    """The streets of a month, the best first; equal scores share a rank.

    ``month`` is its first day; the rule in force on it counts. Two queries.
    """
    rule = rule or RateRule.objects.on(month)
    if rule is None:
        return []
    counts = _counts(CallBack.objects.counting(month), rule)
    found = [_standing(unit, counts.get(unit.pk, {}), rule) for unit in streets]
    found.sort(key=lambda row: (row.score is None, -(row.score or 0), row.street.code))
    for place, row in enumerate(found, start=1):
        before = found[place - 2] if place > 1 else None
        if row.score is not None:
            same = before is not None and before.score == row.score
            row.rank = before.rank if before and same else place
    return found


def _counts(rows: QuerySet[CallBack], rule: RateRule) -> dict[int, dict[str, Any]]:
    figures = {
        f"n_{name}": Count("pk", filter=condition)
        for name, condition in _conditions(rule).items()
    }
    by_street = rows.order_by().values("order__street").annotate(**figures)
    return {row["order__street"]: dict(row) for row in by_street}


def _standing(street: Unit, counts: dict[str, Any], rule: RateRule) -> Standing:
    def share(figure: str, of: str) -> Share:
        return Share(counts.get(f"n_{figure}", 0), counts.get(f"n_{of}", 0), figure, of)

    row = Standing(
        street,
        results=counts.get("n_results", 0),
        excluded=counts.get("n_excluded", 0),
        response=share("contacted", "counted"),
        solved=share("solved", "asked"),
        satisfied=share("satisfied", "judged"),
    )
    row.score, row.parts = score_of(row, rule)
    return row


def score_of(row: Standing, rule: RateRule) -> tuple[Decimal | None, list[str]]:
    """The combined score in hundredths, and its terms as one reads them."""
    weighed = [
        (rule.response, row.response),
        (rule.solved, row.solved),
        (rule.satisfied, row.satisfied),
    ]
    weighed = [(weight, share) for weight, share in weighed if weight]
    if any(not share.of for _weight, share in weighed):
        return None, []
    total = sum(weight for weight, _share in weighed)
    # From the counts, not from the rounded rates.
    exact = sum(
        (Decimal(weight) * 100 * share.count / share.of for weight, share in weighed),
        Decimal(0),
    )
    parts = [f"{share.percent} × {weight}/{total}" for weight, share in weighed]
    return (exact / total).quantize(CENT, ROUND_HALF_UP), parts
