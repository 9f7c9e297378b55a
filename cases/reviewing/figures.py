"""What came of the samples drawn in a period: of one supervisor, or of all together.

Counted by the day of the draw, so that a period's figures are of one set of cases:

- drawn: samples dealt out or taken; looked at: opened by whoever had them
- found good, sent back: decided so, by a move of the case
- late: decided after the limit, or open beyond it
- median: from the draw to the decision, over those decided
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
)
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.evaluation.periods import Period
from cases.models import Sample
from cases.reviewing.permissions import is_centre_leader
from cases.whistles.figures import Median
from workflow.models import Category

Standing = Sample.Standing
DECIDED = Q(decided_at__isnull=False)
# By name: which samples a figure counts.
FIGURES: dict[str, Q] = {
    "drawn": Q(),
    "looked": Q(looked_at__isnull=False) | DECIDED,
    "good": Q(standing=Standing.UPHELD),
    "back": Q(standing=Standing.SENT_BACK),
    "late": Q(decided_at__gt=F("due_at"))
    | Q(decided_at__isnull=True, due_at__lt=Now()),
}
TITLES: dict[str, str | Promise] = {
    "drawn": _("Drawn"),
    "looked": _("Looked at"),
    "good": _("Found good"),
    "back": _("Sent back"),
    "late": _("After the limit"),
}
# How they are told apart: the column, and what its keys are.
BY: dict[str, tuple[str, Any]] = {
    "department": ("unit", Unit),
    "class": ("case__category", Category),
    "street": ("case__street", Unit),
}
BY_TITLES: dict[str, str | Promise] = {
    "department": _("By department"),
    "class": _("By class"),
    "street": _("By street"),
}


@dataclass(frozen=True)
class Row:
    """``key`` opens what is behind it; ``name`` None: nobody had disposed."""

    key: int | None
    name: Any
    counts: list[tuple[str, int]]
    median: timedelta | None

    @property
    def days(self) -> float | None:
        """The median in days, to a tenth."""
        if self.median is None:
            return None
        return round(self.median / timedelta(days=1), 1)


def samples_of(user: User, period: Period) -> QuerySet[Sample]:
    """A supervisor's own; for a leader of the centre those of all.

    What waits in the pool is nobody's, and only in the sum of all.
    """
    rows = Sample.objects.drawn_in(period.first, period.last)
    return rows if is_centre_leader(user) else rows.filter(supervisor=user)


def rows_by(rows: QuerySet[Sample], by: str) -> list[Row]:
    """A row for each department, class or street, the most drawn first. Two queries."""
    column, model = BY[by]
    found = list(rows.order_by().values(column).annotate(**_aggregates()))
    names = model.objects.in_bulk([row[column] for row in found if row[column]])
    made = [_row(row, row[column], names.get(row[column])) for row in found]
    return sorted(made, key=lambda row: (-row.counts[0][1], str(row.name)))


def whole(rows: QuerySet[Sample]) -> Row:
    return _row(rows.aggregate(**_aggregates()), None, None)


def _aggregates() -> dict[str, Any]:
    took = ExpressionWrapper(
        F("decided_at") - F("drawn_at"), output_field=DurationField()
    )
    counts: dict[str, Any] = {
        f"n_{name}": Count("pk", filter=wanted) for name, wanted in FIGURES.items()
    }
    # Those not yet decided have none, which the database leaves out.
    return counts | {"took": Median(took, output_field=DurationField())}


def _row(found: dict[str, Any], key: int | None, name: Any) -> Row:
    counts = [(figure, found[f"n_{figure}"]) for figure in FIGURES]
    return Row(key, name, counts, found["took"])


def behind(rows: QuerySet[Sample], figure: str, by: str, key: str) -> QuerySet[Sample]:
    """The samples that a figure counts; ``key`` "none": without a department."""
    rows = rows.filter(FIGURES[figure])
    if by and key == "none":
        return rows.filter(**{f"{BY[by][0]}__isnull": True})
    if by and key.isascii() and key.isdigit() and len(key) < 18:
        return rows.filter(**{BY[by][0]: int(key)})
    return rows


def told(row: Row) -> dict[str, Any]:
    """As the API says it."""
    return {
        "name": str(row.name) if row.name else "",
        **dict(row.counts),
        "median_seconds": row.median.total_seconds() if row.median else None,
    }
