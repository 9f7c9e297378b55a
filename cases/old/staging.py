"""The rows of one export beside the old cases that are there, in the database.

Half a million rows go by COPY into a temporary table; what each would do is said by
one statement over it, and taking them is a few statements in one transaction.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from cases.old.rows import STAGED, digest

TABLE = "old_stage"
COLUMNS = ("line", "sha256", "raw", *STAGED)
CREATE = f"""
CREATE TEMPORARY TABLE {TABLE} AS
SELECT line, sha256, ''::text AS raw, {", ".join(STAGED)}
FROM cases_oldcase WITH NO DATA
"""
# A row that lies in a street says more than one without a word about it.
AREAS = f"""
UPDATE {TABLE} AS s SET {{column}} = r.unit_id
FROM layers_region r JOIN accounts_unit u ON u.id = r.unit_id
WHERE s.{{column}} IS NULL AND s.place IS NOT NULL AND u.kind = %s
    AND ST_Covers(r.geometry, s.place)
    AND (%s = 'street' OR s.street_id IS NULL OR u.parent_id = s.street_id)
"""
JUDGE = f"""
CREATE TEMPORARY TABLE {TABLE}_judged AS
SELECT s.line, s.number, f.line AS first, c.id AS there,
    CASE WHEN f.line < s.line AND f.sha256 = s.sha256 THEN 'same'
        WHEN f.line < s.line THEN 'bad'
        WHEN c.id IS NULL THEN 'new'
        WHEN c.sha256 = s.sha256 THEN 'same'
        ELSE 'changed' END AS outcome
FROM (SELECT line, number, sha256,
        min(line) OVER (PARTITION BY number) AS first FROM {TABLE}) AS s
    JOIN {TABLE} f ON f.line = s.first
    LEFT JOIN cases_oldcase c
        ON c.system_id = %s AND c.number = s.number AND c.current
"""


@contextmanager
def staged() -> Iterator["Stage"]:
    """An empty stage of this connection; it goes whatever happens."""
    _drop()
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    try:
        yield Stage()
    finally:
        _drop()


def _drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}, pg_temp.{TABLE}_judged")


class Stage:
    """Where the rows of one file stand."""

    def copy(self, rows: Sequence[tuple[int, list[str], dict[str, Any]]]) -> None:
        """Rows with their line, the file's cells, and what they say."""
        statement = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for line, raw, row in rows:
                extra = json.dumps(row["extra"], ensure_ascii=False, sort_keys=True)
                values = [row[name] for name in STAGED[:-1]]
                kept = digest([*values, extra])
                text = json.dumps(raw, ensure_ascii=False)
                copy.write_row([line, kept, text, *values, extra])

    def settle(self, system: int) -> None:
        """Say of each row what it does. What lies in a street gets that street."""
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX ON {TABLE} (line)")
            for kind in ("street", "community"):
                cursor.execute(AREAS.format(column=f"{kind}_id"), [kind, kind])
            cursor.execute(f"ANALYZE {TABLE}")
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}_judged")
            cursor.execute(JUDGE, [system])
            cursor.execute(f"CREATE INDEX ON {TABLE}_judged (line)")

    def counts(self) -> dict[str, int]:
        return dict(
            _rows(f"SELECT outcome, count(*) FROM {TABLE}_judged GROUP BY outcome")
        )

    def twice(self) -> Iterator[tuple[int, str, list[str], int]]:
        """Line, number, cells and first line of what says something else again."""
        query = (
            f"SELECT j.line, j.number, s.raw, j.first FROM {TABLE}_judged j"
            f" JOIN {TABLE} s USING (line) WHERE outcome = 'bad' ORDER BY j.line"
        )
        for line, number, raw, first in _rows(query):
            yield line, number, json.loads(raw), first

    def first(self, most: int) -> list[tuple[int, str, str]]:
        """Line, number and outcome of the first rows that do something, then others."""
        query = (
            f"SELECT line, number, outcome FROM {TABLE}_judged WHERE outcome <> 'bad'"
            " ORDER BY outcome = 'same', line LIMIT %s"
        )
        return _rows(query, [most])

    def write(self, run: int, system: int) -> None:
        """Put in what is new or changed, and take out of use what that replaces."""
        names = ", ".join(STAGED)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.old_touched")
            cursor.execute(
                "CREATE TEMPORARY TABLE old_touched (id bigint, sign int)"
                " ON COMMIT DROP"
            )
            cursor.execute(
                "WITH gone AS (UPDATE cases_oldcase SET current = false WHERE id IN"
                f" (SELECT there FROM {TABLE}_judged WHERE outcome = 'changed')"
                " RETURNING id) INSERT INTO old_touched SELECT id, -1 FROM gone"
            )
            cursor.execute(
                "WITH made AS (INSERT INTO cases_oldcase (system_id, run_id, current,"
                f" line, sha256, {names}) SELECT %s, %s, true, line, sha256, {names}"
                f" FROM {TABLE} JOIN {TABLE}_judged j USING (line, number)"
                " WHERE j.outcome IN ('new', 'changed') ORDER BY line RETURNING id)"
                " INSERT INTO old_touched SELECT id, 1 FROM made",
                [system, run],
            )


def _rows(query: str, values: Sequence[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
