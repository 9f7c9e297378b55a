"""What a period is compared with: the one before or the same of last year.

For days before the system began at a unit old systems' cases count, from totals of
their own; never in a unit's own figures of the present.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from cases.evaluation.measures import parts_of
from cases.evaluation.scoring import Reading
from cases.models import Axis

# What an old export always says something about; other measures only where its
# columns did.
ALWAYS = frozenset(
    {
        *("reports", "filings", "disposals", "disposals_late", "closings"),
        *("closings_late", "special_closings", "overdue_open"),
    }
)
# The first day on which something of a unit was counted here; a community's totals
# are found by the index of its street.
OLD = """
WITH began AS (
    SELECT u.id, u.kind, u.parent_id, (
        SELECT first_day FROM cases_total
        WHERE axis = %(axis)s AND unit_id = u.id AND span = 'd'
        ORDER BY first_day LIMIT 1) AS day
    FROM accounts_unit u WHERE u.id = ANY(%(units)s)
)
SELECT b.id, t.measure, sum(t.amount) FROM began b JOIN cases_oldtotal t ON {whose}
WHERE t.day BETWEEN %(first)s AND %(last)s AND (b.day IS NULL OR t.day < b.day)
GROUP BY 1, 2
"""
WHOSE = {
    Axis.AREA: (
        "b.kind = 'street' AND t.street_id = b.id",
        "b.kind = 'community' AND t.street_id = b.parent_id AND t.community_id = b.id",
    ),
    Axis.DEPARTMENT: ("t.unit_id = b.id",),
}


@dataclass
class Old:
    """By unit what old systems' cases count before the system began there."""

    sums: dict[int, dict[str, int]] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        said = {name for counts in self.sums.values() for name in counts}
        return ALWAYS | said

    def comparable(self, readings: Sequence[Reading]) -> list[Reading]:
        """Without the figures that name what the old system never counted."""
        if not self.sums:
            return list(readings)
        return [one for one in readings if _parts(one.names) <= self.known]


def _parts(names: Collection[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        plus, minus = parts_of(name)
        found |= {*plus, *minus}
    return found


def old_sums(axis: str, units: Collection[int], first: date, last: date) -> Old:
    """One query; an area's is asked as a street's and as a community's."""
    values: dict[str, Any] = {
        "axis": axis,
        "units": list(units),
        "first": first,
        "last": last,
    }
    parts = WHOSE.get(Axis(axis), ())
    query = " UNION ALL ".join(f"({OLD.format(whose=one)})" for one in parts)
    found = Old()
    if query:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            for unit, measure, amount in cursor.fetchall():
                found.sums.setdefault(unit, {})[measure] = int(amount)
    return found
