"""The dispatch table tried on past cases: where would they go, where did they go."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Unit
from cases.dispatching import Proposal, Rulebook
from cases.models import Assignment, Case

MOST = 5_000  # cases looked at, the latest first
SHOWN = 50
DAYS = 30


@dataclass(frozen=True)
class Differs:
    """A case that would go elsewhere."""

    case: Case
    went: Unit
    proposal: Proposal


@dataclass
class DispatchTrial:
    """Counts by department, and the first cases that differ."""

    days: int
    cases: int = 0
    same: int = 0
    unnamed: int = 0  # cases for which nobody is proposed
    by_rule: int = 0
    goes: Counter[Unit] = field(default_factory=Counter)
    went: Counter[Unit] = field(default_factory=Counter)
    shown: list[Differs] = field(default_factory=list)

    @property
    def differing(self) -> int:
        return self.cases - self.same - self.unnamed

    @property
    def units(self) -> list[tuple[Unit, int, int]]:
        """(unit, would go, went), the most first."""
        found = {*self.goes, *self.went}
        rows = [(unit, self.goes[unit], self.went[unit]) for unit in found]
        return sorted(rows, key=lambda row: (-max(row[1:]), row[0].code))


def try_table(seen: QuerySet[Case], *, days: int = DAYS) -> DispatchTrial:
    """Over at most 5,000 dispatched cases of the last days: five queries."""
    trial, book = DispatchTrial(days), Rulebook.whole()
    hosts = Assignment.objects.filter(case=OuterRef("pk"), part=Assignment.Part.HOST)
    since = timezone.now() - timedelta(days=days)
    cases = (
        seen.filter(reported_at__gte=since)
        .annotate(went=Subquery(hosts.order_by("-pk").values("unit")[:1]))
        .filter(went__isnull=False)
        .select_related("category", "condition__department__parent", "cell")
        .defer("cell__geometry")
    )
    rows = list(cases.order_by("-pk")[:MOST])
    units = Unit.objects.in_bulk({row.went for row in rows})
    for case in rows:
        _count(trial, case, units[case.went], book.propose(case))
    return trial


def _count(trial: DispatchTrial, case: Case, went: Unit, proposal: Proposal) -> None:
    trial.cases += 1
    trial.went[went] += 1
    trial.by_rule += proposal.rule is not None
    if proposal.unit is None:
        trial.unnamed += 1
        return
    trial.goes[proposal.unit] += 1
    if proposal.unit.pk == went.pk:
        trial.same += 1
    elif len(trial.shown) < SHOWN:
        trial.shown.append(Differs(case, went, proposal))
