"""From measures to figures, scores and grades (GB/T 30428.4).

- a rate is numerator over denominator in per cent, 0 to 100; where less is better its
  score is 100 less that; a count is scored by its steps
- the score of a unit is the sum of weight x score over the sum of the weights of the
  figures that there are: nothing to judge by weighs nothing
- grades: A from 90, B from 75, C from 60, D from 40, E below
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from accounts.models import Unit
from cases.evaluation.formula import Formula
from cases.evaluation.measures import DERIVED, OVERDUE, parts_of, title_of
from cases.models import Indicator, PublishedFigure

GRADES = ((90, "A"), (75, "B"), (60, "C"), (40, "D"), (0, "E"))
# As people read them.
LEGEND = [("A", "≥ 90"), ("B", "≥ 75"), ("C", "≥ 60"), ("D", "≥ 40"), ("E", "< 40")]
CENT = Decimal("0.01")


def rounded(value: Fraction) -> Decimal:
    """To hundredths, halves up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)


def grade_of(score: Decimal | None) -> str:
    """The letter of a score; nothing without one."""
    if score is None:
        return ""
    return next(letter for least, letter in GRADES if score >= least)


@dataclass
class Reading:
    """An indicator with its formulas read: once for all units of a page."""

    row: Indicator
    title: str = field(init=False)
    top: Formula = field(init=False)
    bottom: Formula | None = field(init=False)
    formula: str = field(init=False)

    def __post_init__(self) -> None:
        self.title, self.top = str(self.row), Formula(self.row.numerator)
        told = self.row.denominator
        self.bottom = Formula(told) if told else None
        self.formula = self.top.shown(title_of)
        if self.bottom:
            parts = [
                f"({text})" if " " in formula.text else text
                for formula in (self.top, self.bottom)
                for text in [formula.shown(title_of)]
            ]
            self.formula = " ÷ ".join(parts) + " × 100 %"

    @property
    def names(self) -> list[str]:
        """The measures behind it, those that it opens to."""
        found = [*self.top.names, *(self.bottom.names if self.bottom else [])]
        return list(dict.fromkeys(found))

    def figure(self, measures: Mapping[str, int]) -> "Figure":
        top = self.top.value(measures)
        bottom = self.bottom.value(measures) if self.bottom else None
        figure = Figure(self, _whole(top), _whole(bottom))
        if self.bottom is None:
            if top is not None:
                figure.value, figure.score = rounded(top), self._stepped(top)
        elif top is not None and bottom:
            rate = min(max(100 * top / bottom, Fraction(0)), Fraction(100))
            down = self.row.direction == Indicator.Direction.DOWN
            figure.value, figure.exact = rounded(rate), 100 - rate if down else rate
            figure.score = rounded(figure.exact)
        if figure.exact is None and figure.score is not None:
            figure.exact = Fraction(figure.score)
        return figure

    def _stepped(self, count: Fraction) -> Decimal | None:
        for most, score in self.row.steps:
            if most is None or count <= most:
                return Decimal(score)
        return None


@dataclass
class Figure:
    """One indicator of one unit in one period."""

    reading: Reading
    count: Any
    of: Any
    value: Decimal | None = None
    score: Decimal | None = None
    exact: Fraction | None = None  # the score before it is rounded

    @property
    def is_rate(self) -> bool:
        return self.reading.bottom is not None

    def kept(self) -> dict[str, Any]:
        """As a publication keeps it."""
        return {
            "code": self.reading.row.code,
            "title": self.reading.row.titles,
            "formula": {
                "numerator": self.reading.row.numerator,
                "denominator": self.reading.row.denominator,
            },
            "weight": self.reading.row.weight,
            "count": str(self.count),
            "of": None if self.of is None else str(self.of),
            "value": None if self.value is None else str(self.value),
            "score": None if self.score is None else str(self.score),
        }


def _whole(value: Fraction | None) -> Any:
    """A whole number as one, anything else to hundredths."""
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else rounded(value)


@dataclass
class Result:
    """What one unit comes to in one period."""

    unit: Unit
    measures: dict[str, int]
    figures: list[Figure]
    score: Decimal | None = None
    before: "Result | None" = None
    # Of what is compared with: whether cases of an old system are in it.
    with_old: bool = False
    # What was published of it, where the period is frozen.
    published: PublishedFigure | None = None

    @property
    def corrected(self) -> bool:
        """Whether it has come to something else since."""
        return self.published is not None and self.published.score != self.score

    @property
    def grade(self) -> str:
        return grade_of(self.score)

    @property
    def change(self) -> Decimal | None:
        """Of the score, against the period before."""
        if self.before is None or self.score is None or self.before.score is None:
            return None
        return self.score - self.before.score

    @property
    def exact(self) -> Fraction | None:
        return score_of(self.figures)


def score_of(figures: Iterable[Figure]) -> Fraction | None:
    """The weighted mean of the scores, from the counts, not from rounded scores."""
    there = [
        (figure.reading.row.weight, figure.exact)
        for figure in figures
        if figure.exact is not None and figure.reading.row.weight
    ]
    total = sum(weight for weight, _score in there)
    if not total:
        return None
    return sum((weight * score for weight, score in there), Fraction(0)) / total


def derived(measures: Mapping[str, int]) -> dict[str, int]:
    """With the names that are worked out from those."""
    found = dict(measures)
    found.setdefault(OVERDUE, 0)
    for name in DERIVED:
        plus, minus = parts_of(name)
        found[name] = sum(found.get(part, 0) for part in plus) - sum(
            found.get(part, 0) for part in minus
        )
    return found


def result_of(
    unit: Unit, measures: Mapping[str, int], readings: Iterable[Reading]
) -> Result:
    """Figures, score and grade of one unit."""
    known = derived(measures)
    result = Result(unit, known, [reading.figure(known) for reading in readings])
    exact = score_of(result.figures)
    # Where nothing happened there is nothing to praise.
    result.score = (
        None if exact is None or not any(measures.values()) else rounded(exact)
    )
    return result
