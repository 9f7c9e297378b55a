"""The rows of a sheet beside the register, in the database.

100,000 rows go by COPY into one table, sealed; what each would do is said by a few
statements over them, and taking them is a few statements for thousands at a time.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models

from offices.models import RegisterImport, StagedRow
from offices.models.ground import OwnGround
from offices.registers.importing.rows import Staged

TABLE = StagedRow._meta.db_table
COLUMNS = (
    *("run_id", "line", "uuid", "key", "content", "building", "entrance", "room"),
    *("values", "sealed", "extra", "refused"),
)
COPY = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
# Rows of a file that share a key: the first counts.
TWINS = f"""
CREATE TEMPORARY TABLE register_twins AS
SELECT key, min(line) AS first FROM {TABLE} WHERE run_id = %(run)s
GROUP BY key HAVING count(*) > 1
"""
# A portion with the door of each row, where building and dwelling are there already.
# It is a copy: of this table the planner knows how many rows it has.
PLACED = f"""
CREATE TEMPORARY TABLE register_placed ON COMMIT DROP AS
SELECT s.line, s.uuid, s.key, s.content, s.building, s.entrance, s.room, s.values,
    s.sealed, s.extra, s.building <> '' AS has_door, b.id AS building_id,
    d.id AS dwelling_id, t.first, f.content AS first_content
FROM {TABLE} s
LEFT JOIN register_twins t ON t.key = s.key AND t.first < s.line
LEFT JOIN {TABLE} f ON f.run_id = %(run)s AND f.line = t.first
LEFT JOIN offices_building b ON b.address_code = s.building AND s.building <> ''
    AND b.address_code <> '' AND b.state = 'here'
LEFT JOIN offices_dwelling d ON d.building_id = b.id AND d.unit = s.entrance
    AND d.room = s.room AND d.state = 'here'
WHERE s.run_id = %(run)s AND s.line BETWEEN %(least)s AND %(most)s
"""
TEMPORARY = (*("register_placed", "register_found", "register_judged", "register_new"),)
encode = json.JSONEncoder(ensure_ascii=False).encode


def clear(run: RegisterImport) -> None:
    StagedRow.objects.filter(run=run).delete()


def copy(run: RegisterImport, rows: Sequence[Staged]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as stream:
        for row in rows:
            stream.write_row(
                (
                    *(run.pk, row.line, row.uuid, row.key, row.content),
                    *(row.door.code, row.door.entrance, row.door.room),
                    row.written,
                    encode(row.sealed) if row.sealed else "{}",
                    encode(row.extra) if row.extra else "{}",
                    "",
                )
            )


def count(run: RegisterImport) -> int:
    return StagedRow.objects.filter(run=run).count()


def begin(run: RegisterImport) -> None:
    """What is asked of the whole file, once."""
    execute("DROP TABLE IF EXISTS pg_temp.register_twins")
    execute(TWINS, {"run": run.pk})
    execute("CREATE INDEX ON register_twins (key)")
    execute("ANALYZE register_twins")


def portions(run: RegisterImport, size: int) -> list[tuple[int, int]]:
    """First and last line of each so many rows."""
    rows = fetch(
        "SELECT min(line), max(line) FROM (SELECT line, (row_number() OVER (ORDER BY"
        f" line) - 1) / %(size)s AS part FROM {TABLE} WHERE run_id = %(run)s) AS s"
        " GROUP BY part ORDER BY part",
        {"run": run.pk, "size": size},
    )
    return [(first, last) for first, last in rows]


def place(values: dict[str, Any]) -> None:
    """The doors of a portion, inside its transaction."""
    for name in TEMPORARY:
        execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    execute(PLACED, values)
    execute("ANALYZE register_placed")


def judge(statement: str, values: dict[str, Any]) -> None:
    """``statement`` says of each line: outcome, why not, and which entry it means."""
    execute(
        f"CREATE TEMPORARY TABLE register_judged ON COMMIT DROP AS {statement}", values
    )
    execute("ANALYZE register_judged")


def keep_refusals(values: dict[str, Any]) -> None:
    """Why a row is not taken, beside it; nothing where it is."""
    execute(
        f"UPDATE {TABLE} s SET refused = j.why FROM register_judged j WHERE"
        " s.run_id = %(run)s AND s.line = j.line AND s.refused <> j.why",
        values,
    )


def refusals(run: RegisterImport) -> list[int]:
    """How many rows the register refuses, and which: equal for the same ones."""
    found = fetch(
        "SELECT count(*), coalesce(sum(line), 0), coalesce(sum(hashtext(refused)), 0)"
        f" FROM {TABLE} WHERE run_id = %(run)s AND refused <> ''",
        {"run": run.pk},
    )
    return [int(one) for one in found[0]]


def outcomes() -> dict[str, int]:
    return dict(fetch("SELECT outcome, count(*) FROM register_judged GROUP BY 1"))


def owned(alias: str, ground: OwnGround) -> tuple[str, dict[str, list[int]]]:
    """The condition that a row lies on somebody's ground, and its values."""
    if ground.whole:
        return "true", {}
    said = f"({alias}.street_id = ANY(%(streets)s)"
    said += f" OR {alias}.community_id = ANY(%(communities)s))"
    return said, {
        "streets": sorted(ground.streets),
        "communities": sorted(ground.communities),
    }


def written(model: type[models.Model]) -> list[str]:
    """The columns of a new row that are not the same for every register."""
    return [
        str(one.column)
        for one in model._meta.concrete_fields
        if not one.primary_key
        and not one.generated
        and one.name not in ("uuid", "created_at", "changed_at")
    ]


def blank(model: type[models.Model]) -> str:
    """A row of that table that says nothing, as JSON: what its columns begin with."""
    names = set(written(model))
    said = {
        one.column: one.get_default()
        for one in model._meta.concrete_fields
        if one.column in names and one.has_default()
    }
    said |= {
        one.column: ""
        for one in model._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField)
        and not one.null
        and one.column in names
        and one.column not in said
    }
    return encode({name: value for name, value in said.items() if not callable(value)})


def execute(query: str, values: dict[str, Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values or {})
        return int(cursor.rowcount)


def fetch(query: str, values: dict[str, Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or {})
        return cursor.fetchall()


def lines_of(run: RegisterImport, lines: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Of these lines those that are staged, with why they are refused, if they are."""
    rows = StagedRow.objects.filter(run=run, line__in=lines)
    yield from rows.values_list("line", "refused")
