"""What a run found, until it is carried over into the conflicts that stand.

The serving role needs no more than the right to temporary tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection, transaction

from govmap.lib.geo import SRID
from layers.models import OverlayRule
from layers.overlay.relations import OPEN, TABLE, Statement

BATCH = 5000  # left features of one statement


@dataclass(frozen=True)
class Outcome:
    """Of a run, in conflicts: standing now, new, gone since the run before."""

    found: int
    new: int
    gone: int


class Results:
    """The temporary table of one run."""

    @classmethod
    @contextmanager
    def of(cls, rule: OverlayRule) -> Iterator[Self]:
        drop = f"DROP TABLE IF EXISTS pg_temp.{TABLE}"
        with connection.cursor() as cursor:
            cursor.execute(drop)
            cursor.execute(
                f"CREATE TEMPORARY TABLE {TABLE} ("
                " left_key varchar(80) NOT NULL, right_key varchar(80) NOT NULL,"
                f" geometry geometry(Geometry, {SRID}) NOT NULL,"
                " measure float8 NOT NULL, left_value varchar(200),"
                " right_value varchar(200), cell varchar(15))"
            )
        try:
            yield cls(rule)
        finally:
            with connection.cursor() as cursor:
                cursor.execute(drop)

    def __init__(self, rule: OverlayRule) -> None:
        self.rule = rule

    def batches(self) -> list[tuple[int, str]]:
        """Rows up to and with the last key of each batch, in order."""
        statement = Statement(self.rule)
        opened = OPEN.format(row="row", side="left")
        rows = self._execute(
            "SELECT number, key FROM ("
            " SELECT key, row_number() OVER (ORDER BY key) AS number,"
            "  lead(key) OVER (ORDER BY key) AS following"
            f" FROM layers_feature row WHERE {opened} {statement.only('left', 'row')}"
            ") numbered WHERE number %% %(batch)s = 0 OR following IS NULL"
            " ORDER BY number",
            **statement.parameters,
            batch=BATCH,
        )
        return [(int(number), str(key)) for number, key in rows]

    def find(self, after: str, until: str) -> None:
        """Appends the conflicts of the left features between two keys."""
        statement = Statement(self.rule)
        text = statement.text
        values = {**statement.parameters, "after": after, "until": until}
        with transaction.atomic(), connection.cursor() as cursor:
            # Compiling takes longer than a batch of small shapes.
            cursor.execute("SELECT set_config('jit', 'off', true)")
            cursor.execute(text, values)

    def carry_over(self, now: Any) -> Outcome:
        """Conflicts no longer found are closed, those that stay keep their row."""
        values = {"rule": self.rule.pk, "now": now}
        self._execute(f"CREATE INDEX ON {TABLE} (left_key, right_key)")
        self._execute(f"ANALYZE {TABLE}")
        gone = self._count(_GONE, **values)
        self._count(_STAYS, **values)
        new = self._count(_NEW, **values)
        found = self._execute(f"SELECT count(*) FROM {TABLE}")[0][0]
        return Outcome(int(found), new, gone)

    def _execute(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def _count(self, statement: str, **values: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)


_SAME = "found.left_key = row.left_key AND found.right_key = row.right_key"
_STANDING = "row.rule_id = %(rule)s::bigint AND row.gone_at IS NULL"

_GONE = f"""
UPDATE layers_conflict row SET gone_at = %(now)s
 WHERE {_STANDING} AND NOT EXISTS (SELECT FROM {TABLE} found WHERE {_SAME})
"""

# An exception was for what was seen then: where it grew by more than a tenth, or the
# values are others, it is open again. What did not change is not written.
_STAYS = f"""
UPDATE layers_conflict row
   SET geometry = found.geometry, measure = found.measure,
       left_value = coalesce(found.left_value, ''),
       right_value = coalesce(found.right_value, ''),
       state = CASE WHEN row.state = 'excepted' AND (
               found.measure > row.decided_measure * 1.1 + 0.01
            OR row.left_value <> coalesce(found.left_value, '')
            OR row.right_value <> coalesce(found.right_value, ''))
           THEN 'open' ELSE row.state END
  FROM {TABLE} found
 WHERE {_STANDING} AND {_SAME}
   AND NOT (row.geometry = found.geometry AND row.measure = found.measure
       AND row.left_value = coalesce(found.left_value, '')
       AND row.right_value = coalesce(found.right_value, ''))
"""

# A cell's code begins with its street's; what lies in no cell may lie in a street.
_NEW = f"""
INSERT INTO layers_conflict
       (uuid, rule_id, left_key, right_key, geometry, measure, left_value, right_value,
        street_id, found_at, state, reason)
SELECT gen_random_uuid(), %(rule)s, found.left_key, found.right_key, found.geometry,
       found.measure, coalesce(found.left_value, ''), coalesce(found.right_value, ''),
       coalesce(street.id, around.id), %(now)s, 'open', ''
  FROM {TABLE} found
  LEFT JOIN accounts_unit street
    ON street.code = left(found.cell, 9) AND street.kind = 'street'
  LEFT JOIN LATERAL (
       SELECT unit.id FROM layers_region region
         JOIN accounts_unit unit ON unit.id = region.unit_id AND unit.kind = 'street'
        WHERE street.id IS NULL
          AND ST_Covers(region.geometry, ST_PointOnSurface(found.geometry))
        ORDER BY unit.code LIMIT 1
       ) around ON true
 WHERE NOT EXISTS (SELECT FROM layers_conflict row WHERE {_STANDING} AND {_SAME})
"""
