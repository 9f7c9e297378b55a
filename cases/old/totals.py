"""What old cases come to by day, area, department and class: for comparisons alone.

Kept with each import and each withdrawal; `recount` works all of it out anew.
"""

from datetime import date

from django.conf import settings
from django.db import connection, transaction

from cases.models import OldTotal

# Measures by the names of `cases.evaluation.measures`. A case that has no time of
# disposal but was closed was disposed of then; late is what was disposed after its
# limit (else that of all its steps), or what the old system closed as late.
MEASURES = """
    LATERAL (SELECT coalesce(c.disposed_at, c.closed_at) AS disposed,
        coalesce(c.due_at, c.bundle_due_at) AS due) AS t,
    LATERAL (SELECT t.disposed > t.due OR (t.due IS NULL AND c.ending = 'late')
        AS late) AS l,
    LATERAL (VALUES ('reports', c.reported_at, 1),
        ('filings', c.filed_at, 1),
        ('disposals', t.disposed, 1),
        ('disposals_late', t.disposed, l.late::int),
        ('closings', c.closed_at, 1),
        ('closings_late', c.closed_at, l.late::int),
        ('special_closings', c.closed_at, (c.ending = 'special')::int),
        ('reworks', coalesce(t.disposed, c.reported_at), c.reworks),
        ('extensions', c.reported_at, c.extensions),
        ('overdue_open', CASE WHEN t.disposed IS NULL AND c.phase <> 'done'
            THEN t.due END, 1)
    ) AS m (measure, moment, amount)
"""
# What an old system can say at all; of other measures a comparison says nothing.
KNOWN = frozenset(
    {
        *("reports", "filings", "disposals", "disposals_late", "closings"),
        *("closings_late", "special_closings", "reworks", "extensions"),
        "overdue_open",
    }
)
SUMS = f"""
SELECT (m.moment AT TIME ZONE %s)::date, c.street_id, c.community_id, c.unit_id,
    c.category_id, m.measure, sum(m.amount * x.sign)
FROM {{whose}} x JOIN cases_oldcase c ON c.id = x.id, {MEASURES}
WHERE m.moment IS NOT NULL AND m.amount <> 0
GROUP BY 1, 2, 3, 4, 5, 6
"""
ADD = f"""
INSERT INTO cases_oldtotal
    (day, street_id, community_id, unit_id, category_id, measure, amount)
SELECT * FROM ({SUMS}) AS sums (day, street, community, unit, category, measure, n)
WHERE n <> 0
ON CONFLICT (day, street_id, community_id, unit_id, category_id, measure)
DO UPDATE SET amount = cases_oldtotal.amount + excluded.amount
"""
CURRENT = "(SELECT id, 1 AS sign FROM cases_oldcase WHERE current)"
DIFFERENT = f"""
SELECT count(*) FROM (
    (SELECT * FROM ({SUMS.format(whose=CURRENT)}) AS a
     EXCEPT SELECT day, street_id, community_id, unit_id, category_id, measure, amount
     FROM cases_oldtotal)
    UNION ALL
    (SELECT day, street_id, community_id, unit_id, category_id, measure, amount
     FROM cases_oldtotal EXCEPT SELECT * FROM ({SUMS.format(whose=CURRENT)}) AS b)
) AS wrong
"""
# Of a street, a community, a department, or of all.
READ = """
SELECT {column}, measure, sum(amount) FROM cases_oldtotal
WHERE {column} = ANY(%s) AND day >= %s AND day <= %s GROUP BY 1, 2
"""


def add_touched() -> None:
    """Add what the temporary table old_touched (id, sign) says, in its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ADD.format(whose="old_touched"), [settings.TIME_ZONE])
        cursor.execute("DELETE FROM cases_oldtotal WHERE amount = 0")


def differences() -> int:
    """How many sums are not what the old cases themselves come to."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT, [settings.TIME_ZONE, settings.TIME_ZONE])
        return int(cursor.fetchone()[0])


@transaction.atomic
def recount() -> int:
    """Work all of it out anew; how many sums differed."""
    wrong = differences()
    if wrong:
        OldTotal.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(ADD.format(whose=CURRENT), [settings.TIME_ZONE])
    return wrong


def sums(
    column: str, units: list[int], first: date, last: date
) -> dict[int, dict[str, int]]:
    """By unit what old cases counted on these days; ``column``: whose. One query."""
    found: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(READ.format(column=column), [units, first, last])
        for unit, measure, amount in cursor.fetchall():
            found.setdefault(unit, {})[measure] = int(amount)
    return found
