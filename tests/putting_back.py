"""Puts a spoilt test database back row by row.

A clone copies a thousand small files, which takes longer than most tests; a test leaves
a handful of tables changed.
"""

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import psycopg
from psycopg import sql

# Whoever writes more rows than this also leaves bloat and statistics behind.
MOST_ROWS = 2_000

# Tables that the connected role owns: those of extensions are the superuser's.
TABLES = """
SELECT relation.oid::regclass::text,
    array_agg(attname::text ORDER BY attnum)
FROM pg_class relation
JOIN pg_attribute ON attrelid = relation.oid
    AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relowner = current_user::regrole
GROUP BY relation.oid
"""
# Keys that are checked at once, so that rows must go and come in order.
STRICT_KEYS = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND NOT condeferrable
"""
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'A'
"""
# What changes when a table, a column, a function or a trigger comes or goes.
SHAPE = """
SELECT (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_trigger),
    count(*), count(DISTINCT pg_class.oid), max(pg_class.oid::bigint)
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = 'public'::regnamespace
"""
SEQUENCES = """
SELECT format('%I', sequencename), last_value, start_value FROM pg_sequences
WHERE schemaname = 'public'
"""


@dataclass
class Table:
    name: sql.SQL  # quoted as the server wants it
    columns: sql.Composed
    rows: bytes
    count: int = 0


class Snapshot:
    """What the tables of a database hold, read when nobody else is in it."""

    def __init__(self, link: psycopg.Connection[Any]) -> None:
        """``link``: the owner's connection, which may switch triggers off."""
        self.link = link
        self.shape = link.execute(SHAPE).fetchone()
        self.tables = {name: self._read(name, columns) for name, columns in _all(link)}
        self.always = link.execute(TRIGGERS).fetchall()
        self.sequences = set(link.execute(SEQUENCES).fetchall())
        keys = link.execute(STRICT_KEYS).fetchall()
        order: TopologicalSorter[str] = TopologicalSorter()
        for child, parent in keys:
            order.add(child, parent)
        self.strict = list(order.static_order())
        self.counting = self._counting()
        self.since = self._next_transaction()
        for name, count, _written in self._count():
            self.tables[name].count = count

    def _read(self, name: str, columns: list[str]) -> Table:
        table = Table(
            sql.SQL(name),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            b"",
        )
        text = sql.SQL("COPY {} ({}) TO STDOUT").format(table.name, table.columns)
        with self.link.cursor() as cursor, cursor.copy(text) as copy:
            table.rows = b"".join(bytes(block) for block in copy)
        return table

    def _counting(self) -> sql.Composed:
        """A row for each table: its rows, and those written since ``self.since``."""
        one = (
            "SELECT {}, count(*),"
            " count(*) FILTER (WHERE xmin::text::bigint >= %(since)s) FROM {}"
        )
        return sql.SQL(" UNION ALL ").join(
            sql.SQL(one).format(sql.Literal(name), table.name)
            for name, table in self.tables.items()
        )

    def _count(self) -> list[tuple[str, int, int]]:
        return self.link.execute(self.counting, {"since": self.since}).fetchall()

    def _next_transaction(self) -> int:
        row = self.link.execute("SELECT pg_current_xact_id()::xid::text").fetchone()
        assert row
        return int(row[0]) + 1

    def put_back(self) -> bool:
        """Put every row back; False, and nothing done, where a clone is wanted.

        Nobody else may be in the database.
        """
        if self.link.execute(SHAPE).fetchone() != self.shape:
            return False
        found = self._count()
        if any(written > MOST_ROWS for _name, _count, written in found):
            return False
        changed = {
            name
            for name, count, written in found
            if written or count != self.tables[name].count
        }
        with self.link.transaction():
            if changed:
                self._rewrite(self._in_order(changed))
            self._rewind()
            self.since = self._next_transaction()
        return True

    def _in_order(self, changed: set[str]) -> list[str]:
        """Whom others refer to first; who refers strictly comes along."""
        strict = self.strict if changed & set(self.strict) else []
        return [*strict, *sorted(changed - set(strict))]

    def _rewrite(self, names: list[str]) -> None:
        tables = [self.tables[name] for name in names]
        self._each("ALTER TABLE {} DISABLE TRIGGER USER", tables)
        self.link.execute("SET CONSTRAINTS ALL DEFERRED")
        self._each("DELETE FROM {}", reversed(tables))
        for table in tables:
            text = sql.SQL("COPY {} ({}) FROM STDIN")
            filling = text.format(table.name, table.columns)
            with self.link.cursor() as cursor, cursor.copy(filling) as copy:
                copy.write(table.rows)
        # Here the keys are checked; a trigger cannot come back before.
        self.link.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self._each("ALTER TABLE {} ENABLE TRIGGER USER", tables)
        for name, trigger in self.always:
            if name in names:
                text = sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}")
                table = self.tables[name]
                self.link.execute(text.format(table.name, sql.Identifier(trigger)))

    def _each(self, text: str, tables: Any) -> None:
        statements = [sql.SQL(text).format(table.name) for table in tables]
        self.link.execute(sql.SQL("; ").join(statements))

    def _rewind(self) -> None:
        """Let the sequences go on where they stood."""
        moved = self.sequences - set(self.link.execute(SEQUENCES).fetchall())
        for name, last, start in moved:
            self.link.execute(
                "SELECT setval(%s, %s, %s)", [name, last or start, last is not None]
            )


def _all(link: psycopg.Connection[Any]) -> list[tuple[str, list[str]]]:
    return link.execute(TABLES).fetchall()
