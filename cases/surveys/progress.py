"""How far a survey has come: of cells and communities, never of a person."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from cases.models import Survey, SurveyItem

DONE = Count("pk", filter=Q(done_at__isnull=False))


@dataclass(frozen=True)
class Part:
    """A community or a cell with how much of it was looked at."""

    code: str
    title: str
    total: int
    done: int

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def percent(self) -> int:
        """Cut, not rounded: 100 is said of what is done."""
        return self.done * 100 // self.total if self.total else 0


def whole(rows: QuerySet[SurveyItem]) -> Part:
    """Of all these things: one query."""
    found = rows.aggregate(total=Count("pk"), done=DONE)
    return Part("", "", found["total"], found["done"])


def of_communities(rows: QuerySet[SurveyItem]) -> list[Part]:
    found = rows.values("community__code", "community__name").annotate(
        total=Count("pk"), done=DONE
    )
    return [
        Part(one["community__code"] or "", one["community__name"] or "", **_of(one))
        for one in found.order_by("community__code")
    ]


def of_cells(rows: QuerySet[SurveyItem]) -> list[Part]:
    found = rows.values("cell").annotate(total=Count("pk"), done=DONE)
    return [
        Part(one["cell"], one["cell"], **_of(one)) for one in found.order_by("cell")
    ]


def counted(surveys: list[Survey], rows: QuerySet[SurveyItem]) -> dict[int, Part]:
    """By the survey's key, how far these things of it are: one query."""
    found = rows.filter(survey__in=surveys).order_by().values("survey")
    totals = found.annotate(total=Count("pk"), done=DONE)
    return {one["survey"]: Part("", "", **_of(one)) for one in totals}


def _of(one: Any) -> dict[str, int]:
    return {"total": one["total"], "done": one["done"]}
