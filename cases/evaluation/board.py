"""What one page of the evaluation shows: units with their figures, and the map."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from accounts.models import Unit, User
from cases.evaluation import totals
from cases.evaluation.comparing import Old, old_sums
from cases.evaluation.measures import OVERDUE, disposal_limits, title_of
from cases.evaluation.periods import BEFORE, Period
from cases.evaluation.permissions import (
    own_departments,
    own_streets,
    sees_all_figures,
)
from cases.evaluation.scoring import Reading, Result, derived, result_of
from cases.models import Axis, Indicator, Publication, PublishedFigure

# What is shown besides the indicators, in this order.
SHOWN = {
    Axis.AREA: ("reports", "filings", "disposals", "closings", "reworks", OVERDUE),
    Axis.DEPARTMENT: ("dispatches", "disposals", "closings", "reworks", OVERDUE),
}


@dataclass
class Table:
    """Units of one sort with their results, the best first where they are ranked."""

    axis: str
    readings: list[Reading]
    results: list[Result]
    old: Old = field(default_factory=Old)

    @property
    def with_old(self) -> bool:
        """Whether the period compared with has cases of an old system."""
        return any(row.before and row.before.with_old for row in self.results)

    def busy(self) -> "Table":
        """Without the units that had nothing to do in either period."""
        rows = [
            row
            for row in self.results
            if any(row.measures.values())
            or (row.before and any(row.before.measures.values()))
        ]
        return replace(self, results=rows)

    def ranked(self) -> "Table":
        """The best first; those without a score last, all by code."""
        rows = sorted(
            self.results,
            key=lambda row: (row.score is None, -(row.score or 0), row.unit.code),
        )
        return replace(self, results=rows)

    @property
    def measures(self) -> list[tuple[str, str]]:
        """(name, title) of the counts shown beside the figures."""
        return [(name, title_of(name)) for name in SHOWN[Axis(self.axis)]]


def readings_of(axis: str, period: Period, role: str = "") -> list[Reading]:
    """The indicators in force on the last day of the period."""
    rows = Indicator.objects.on(period.last).filter(axis=axis, role=role)
    return [Reading(row) for row in rows]


def table_of(
    axis: str,
    units: Sequence[Unit],
    period: Period,
    now: datetime,
    *,
    against: str = BEFORE,
) -> Table:
    """Each unit in the period and in the one compared with. Seven queries."""
    readings = readings_of(axis, period)
    keys = [unit.pk for unit in units]
    names = sorted(disposal_limits())
    other = period.compared(against)
    there, before = (
        totals.figures(axis, keys, span.first, span.last, now, names)
        for span in (period, other)
    )
    old = old_sums(axis, keys, other.first, other.last)
    comparable = old.comparable(readings)
    results = []
    for unit in units:
        result = result_of(unit, there[unit.pk], readings)
        said = old.sums.get(unit.pk)
        summed = before[unit.pk] + Counter(said)
        result.before = result_of(unit, summed, comparable if said else readings)
        result.before.with_old = bool(said)
        results.append(result)
    return Table(axis, readings, results, old)


def whole(district: Unit | None, table: Table) -> Result | None:
    """The district as the sum of its streets."""
    if district is None or not table.results:
        return None
    # The steps of a count are made for one street: of all together there is no score.
    rates = [reading for reading in table.readings if reading.bottom]
    result = _summed(district, table.results, table.readings)
    compared = [row.before for row in table.results if row.before]
    before = _summed(district, compared, table.old.comparable(rates))
    before.with_old = table.with_old
    result.score, result.before = None, before
    return result


def _summed(unit: Unit, rows: Iterable[Result], readings: list[Reading]) -> Result:
    sums: dict[str, int] = {}
    for row in rows:
        for name, amount in row.measures.items():
            sums[name] = sums.get(name, 0) + amount
    return result_of(unit, derived(sums), readings)


@dataclass
class Board:
    """All that one page, or one report, shows of a period."""

    areas: Table | None = None
    departments: Table | None = None
    top: Result | None = None
    publication: Publication | None = None
    against: str = BEFORE

    @property
    def with_old(self) -> bool:
        tops = [self.top.before] if self.top and self.top.before else []
        return any(table.with_old for table in self.tables) or any(
            top.with_old for top in tops
        )

    @property
    def tables(self) -> list[Table]:
        return [table for table in (self.areas, self.departments) if table]


def board_of(
    period: Period,
    areas: Sequence[Unit],
    departments: Sequence[Unit],
    *,
    chosen: Unit | None = None,
    district: Unit | None = None,
    against: str = BEFORE,
) -> Board:
    """``chosen``: the first of the areas is the street that the others lie in.

    ``district``: the areas are all its streets.
    """
    now, found = timezone.now(), Board(against=against)
    if areas:
        table = table_of(Axis.AREA, areas, period, now, against=against)
        found.top = whole(district, table)
        if chosen:
            found.top, table.results = table.results[0], table.results[1:]
        found.areas = table.ranked()
    if departments:
        table = table_of(Axis.DEPARTMENT, departments, period, now, against=against)
        found.departments = table.busy().ranked()
    rows = Publication.objects.filter(first_day=period.first, last_day=period.last)
    found.publication = rows.first()
    for table in found.tables:
        own = [found.top] if found.top and table.axis == Axis.AREA else []
        add_published(found.publication, table.axis, [*table.results, *own])
    return found


def add_published(
    publication: Publication | None, axis: str, rows: Iterable[Result]
) -> None:
    """Give each result what was published of it, to stand beside what it is now."""
    if publication is None or publication.published_at is None:
        return
    kept = PublishedFigure.objects.filter(publication=publication, axis=axis)
    by_unit = {figure.unit_id: figure for figure in kept}
    for row in rows:
        row.published = by_unit.get(row.unit.pk)


def areas_for(user: User, chosen: Unit | None) -> list[Unit]:
    """The streets that the person sees; of a chosen one it and its communities."""
    if chosen is not None:
        below = Unit.objects.filter(parent=chosen, kind=Unit.Kind.COMMUNITY)
        return [chosen, *below.order_by("code")]
    streets = Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
    if not sees_all_figures(user):
        streets = streets.filter(pk__in=own_streets(user))
    return list(streets)


def departments_for(user: User) -> list[Unit]:
    """The units that dispose and whose figures the person sees."""
    units = Unit.objects.disposing().order_by("code")
    if not sees_all_figures(user):
        units = units.filter(pk__in=own_departments(user))
    return list(units)
