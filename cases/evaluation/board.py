"""What one page of the evaluation shows: units with their figures, and the map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Unit, User
from cases.evaluation import totals
from cases.evaluation.measures import OVERDUE, disposal_limits, title_of
from cases.evaluation.periods import Period
from cases.evaluation.permissions import (
    own_departments,
    own_streets,
    sees_all_figures,
)
from cases.evaluation.scoring import Reading, Result, derived, result_of
from cases.models import Indicator

# What is shown besides the indicators, in this order.
SHOWN = ("reports", "filings", "disposals", "closings", "reworks", OVERDUE)


@dataclass
class Table:
    """Units of one sort with their results, the best first where they are ranked."""

    axis: str
    readings: list[Reading]
    results: list[Result]

    @property
    def measures(self) -> list[tuple[str, str]]:
        """(name, title) of the counts shown beside the figures."""
        return [(name, title_of(name)) for name in SHOWN]


def readings_of(axis: str, period: Period, role: str = "") -> list[Reading]:
    """The indicators in force on the last day of the period."""
    rows = Indicator.objects.on(period.last).filter(axis=axis, role=role)
    return [Reading(row) for row in rows]


def table_of(axis: str, units: Sequence[Unit], period: Period, now: datetime) -> Table:
    """Each unit in the period and in the one before. Six queries."""
    readings = readings_of(axis, period)
    keys = [unit.pk for unit in units]
    names = sorted(disposal_limits())
    there, before = (
        totals.figures(axis, keys, span.first, span.last, now, names)
        for span in (period, period.before)
    )
    results = []
    for unit in units:
        result = result_of(unit, there[unit.pk], readings)
        result.before = result_of(unit, before[unit.pk], readings)
        results.append(result)
    return Table(axis, readings, results)


def whole(district: Unit | None, table: Table) -> Result | None:
    """The district as the sum of its streets."""
    if district is None or not table.results:
        return None
    result = _summed(district, table.results, table.readings)
    result.before = _summed(
        district, [row.before for row in table.results if row.before], table.readings
    )
    return result


def _summed(unit: Unit, rows: Iterable[Result], readings: list[Reading]) -> Result:
    sums: dict[str, int] = {}
    for row in rows:
        for name, amount in row.measures.items():
            sums[name] = sums.get(name, 0) + amount
    return result_of(unit, derived(sums), readings)


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
