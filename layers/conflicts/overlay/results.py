"""What a run found, until it is carried over into the conflicts that stand.

The serving role needs no more than the right to temporary tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection, transaction

from layers.conflicts.overlay.relations import (
    GROUND,
    HELD,
    HOLD,
    LAP,
    LAPPED,
    LEFT,
    TABLE,
    TABLES,
    Statement,
)
from layers.models import OverlayRule

BATCH = 5000  # features of one statement


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
        names = ", ".join(
            f"pg_temp.{name}" for name in (TABLE, LEFT, GROUND, HELD, LAPPED)
        )
        drop = f"DROP TABLE IF EXISTS {names}"
        with connection.cursor() as cursor:
            cursor.execute(drop)
            cursor.execute(TABLES)
        try:
            yield cls(rule)
        finally:
            with connection.cursor() as cursor:
                cursor.execute(drop)

    def __init__(self, rule: OverlayRule) -> None:
        self.rule = rule

    def prepare(self) -> int:
        """Copies both sides; answers how many left features there are."""
        statement = Statement(self.rule)
        for copy in statement.copies:
            self._execute(copy, **statement.parameters)
        for table in (LEFT, GROUND):
            self._execute(f"CREATE INDEX ON {table} USING gist (geometry)")
            self._execute(f"CREATE INDEX ON {table} (number)")
            self._analyze(table, "number")
        return self._rows(LEFT)

    def hold(self) -> Iterator[None]:
        """Notes which left features lie wholly on a right one, batch by batch."""
        statement = Statement(self.rule)
        notes = [HOLD] * statement.holds + [LAP] * statement.laps
        for after, until in _batches(self._rows(GROUND)):
            for note in notes:
                self._quickly(note, after=after, until=until)
            yield
        for table in (HELD, LAPPED):
            self._execute(f"CREATE INDEX ON {table} (number)")
            self._analyze(table, "number")

    def find(self) -> Iterator[int]:
        """Appends what is in conflict; answers the left features done so far."""
        statement = Statement(self.rule)
        text = statement.text
        for after, until in _batches(self._rows(LEFT)):
            self._quickly(text, **statement.parameters, after=after, until=until)
            yield until

    def _analyze(self, table: str, *columns: str) -> None:
        """How many rows there are matters, and nothing of the shapes."""
        self._execute(f"ANALYZE {table} ({', '.join(columns)})")

    def _rows(self, table: str) -> int:
        return int(self._execute(f"SELECT coalesce(max(number), 0) FROM {table}")[0][0])

    def _quickly(self, statement: str, **values: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Compiling takes longer than a batch of small shapes.
            cursor.execute("SELECT set_config('jit', 'off', true)")
            cursor.execute(statement, values)

    def carry_over(self, now: Any) -> Outcome:
        """Conflicts no longer found are closed, those that stay keep their row."""
        values = {"rule": self.rule.pk, "now": now}
        self._execute(f"CREATE INDEX ON {TABLE} (left_key, right_key)")
        self._analyze(TABLE, "left_key", "right_key")
        gone = self._count(_GONE, **values)
        self._count(_KNOWN, **values)
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


def _batches(rows: int) -> Iterator[tuple[int, int]]:
    """Numbers after which, and up to which."""
    for after in range(0, rows, BATCH):
        yield after, min(after + BATCH, rows)


_SAME = "found.left_key = row.left_key AND found.right_key = row.right_key"
_STANDING = "row.rule_id = %(rule)s::bigint AND row.gone_at IS NULL"

_GONE = f"""
UPDATE layers_conflict row SET gone_at = %(now)s
 WHERE {_STANDING} AND NOT EXISTS (SELECT FROM {TABLE} found WHERE {_SAME})
"""

# Marked first, from the side of those that stand: however few of them the planner
# takes them for, it asks the index of what was found, and never the other way round.
_KNOWN = f"""
UPDATE {TABLE} found SET stays = true FROM layers_conflict row
 WHERE {_STANDING} AND {_SAME}
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
 WHERE NOT found.stays
"""
