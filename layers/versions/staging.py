"""Checked rows on their way into a draft: a temporary table and the diff by key.

The serving role needs no more than the right to temporary tables.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection

from govmap.lib.geo import SRID, TILE_SRID
from layers.bulk import many_rows
from layers.models import Layer, Version

TABLE = "staged_feature"
NEVER = (1 << 31) - 1  # no version has this number


@dataclass(frozen=True)
class Difference:
    """What a draft is against what is published, in rows.

    ``kept`` counts published rows that stay because their new form was refused.
    """

    added: int
    changed: int
    moved: int  # among the changed: those further off than the layer allows
    closed: int
    kept: int
    total: int

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.closed)


class Staging:
    """Rows of one layer: key, both geometries, properties; refused ones without."""

    @classmethod
    @contextmanager
    def of(cls, layer: Layer) -> Iterator[Self]:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}")
            cursor.execute(
                f"CREATE TEMPORARY TABLE {TABLE} ("
                " number integer, key varchar(80) NOT NULL,"
                f" geometry geometry(Geometry, {SRID}),"
                f" mercator geometry(Geometry, {TILE_SRID}),"
                " properties jsonb, cell varchar(15))"
            )
        try:
            yield cls(layer)
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLE}")

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        # What no version after this one touched is not staged, and stays.
        self.since = 0

    def keep_others(self) -> None:
        """What is staged is only a part of the layer: whatever else is open stays."""
        self.since = NEVER

    def copy(self, text: bytes) -> None:
        """Takes rows as COPY text; a row without cell finds it when it is compared."""
        with (
            connection.cursor() as cursor,
            cursor.copy(
                f"COPY {TABLE} (number, key, geometry, mercator, properties, cell)"
                " FROM STDIN"
            ) as copy,
        ):
            copy.write(text)

    def copy_version(self, number: int) -> None:
        """Takes the rows of the layer's version of that number, 0 for none at all.

        Only those that a later version closed: the others are open still.
        """
        self.since = number
        self._execute(
            f"INSERT INTO {TABLE} (key, geometry, mercator, properties)"
            " SELECT key, geometry, mercator, properties FROM layers_feature"
            " WHERE layer_id = %(layer)s AND known_from <= %(number)s"
            " AND known_to > %(number)s",
            number=number,
        )

    def index(self) -> None:
        """Once all rows are in; the diff joins by key."""
        self._execute(f"CREATE INDEX ON {TABLE} (key)")
        # How many there are, and that keys differ: nothing is asked of the shapes.
        self._execute(f"ANALYZE {TABLE} (number, key)")

    def refuse_twins(self) -> list[dict[str, Any]]:
        """Of rows with one key the first stays; the others are answered."""
        rows = self._execute(
            f"DELETE FROM {TABLE} row USING ("
            " SELECT number, key,"
            "  first_value(number) OVER (PARTITION BY key ORDER BY number) AS first"
            f" FROM {TABLE} WHERE geometry IS NOT NULL) twin"
            " WHERE row.number = twin.number AND twin.number <> twin.first"
            " RETURNING row.number, row.key, twin.first"
        )
        return [
            {"row": number, "key": key, "code": "twin_key", "first": first}
            for number, key, first in sorted(rows)
        ]

    def refuse(self, code: str, condition: str, **values: Any) -> list[dict[str, Any]]:
        """Refuses the staged rows (``row``) for which an SQL condition holds."""
        rows = self._execute(
            f"UPDATE {TABLE} row SET geometry = NULL"
            f" WHERE row.geometry IS NOT NULL AND ({condition})"
            " RETURNING row.number, row.key",
            **values,
        )
        return [
            {"row": number, "key": key, "code": code} for number, key in sorted(rows)
        ]

    def count(self) -> int:
        """How many rows can be written."""
        rows = self._execute(f"SELECT count(geometry) FROM {TABLE}")
        return int(rows[0][0])

    def compare(self, version: Version) -> Difference:
        """Writes what is staged, as far as it differs, as the draft's rows.

        The open rows of the layer are what it is compared with, by key.
        """
        values = {
            "version": version.pk,
            "as_of": version.as_of,
            "feeds": self.layer.feeds,
            "since": self.since,
            **valid_fields(self.layer),
        }
        with many_rows():
            differing = self._count(_DIFFERING, **values)
            closed = self._count(_GONE, **values)
            kept = self._kept()
        changed, moved = self._execute(
            "SELECT count(*), count(*) FILTER (WHERE moved > %(metres)s)"
            " FROM layers_draftrow"
            " WHERE version_id = %(version)s AND change = 'changed'",
            version=version.pk,
            metres=self.layer.moved_metres,
        )[0]
        before = version.base.rows if version.base else 0
        return Difference(
            added=differing - changed,
            changed=changed,
            moved=moved,
            closed=closed,
            kept=kept,
            total=before + differing - changed - closed,
        )

    def _kept(self) -> int:
        """A row that was refused keeps its published form: better than a hole."""
        rows = self._execute(
            f"SELECT count(DISTINCT row.key) FROM {TABLE} row"
            " JOIN layers_feature open ON open.layer_id = %(layer)s"
            "  AND open.known_to IS NULL AND open.key = row.key"
            " WHERE row.geometry IS NULL AND NOT EXISTS ("
            f"  SELECT FROM {TABLE} good WHERE good.key = row.key"
            "   AND good.geometry IS NOT NULL)"
        )
        return int(rows[0][0])

    def _execute(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"layer": self.layer.pk, **values})
            return cursor.fetchall() if cursor.description else []

    def _count(self, statement: str, **values: Any) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"layer": self.layer.pk, **values})
            return int(cursor.rowcount)


def valid_fields(layer: Layer) -> dict[str, str]:
    """The layer's fields that say from and to which day a row was so, as parameters.

    Empty where it has none: no row has an attribute without a name.
    """
    return {
        "valid_from": layer.fields.get("valid_from", ""),
        "valid_to": layer.fields.get("valid_to", ""),
    }


# From the row's own day, else that of the version; to its own day, if it says one.
_FROM = "nullif(row.properties->>%(valid_from)s, '')::date"
_TO = "nullif(row.properties->>%(valid_to)s, '')::date"
_VALID = (
    f"daterange(coalesce({_FROM},"
    f" CASE WHEN {_TO} <= %(as_of)s::date THEN NULL ELSE %(as_of)s::date END), {_TO})"
)

# ``=`` of two geometries compares every vertex, in order. The cell is that of a point
# on the row, so that a building over two cells has one; regions lie in none. Sorted,
# neighbours on the ground lie beside each other on the disk, in drafts and for ever.
_DIFFERING = f"""
INSERT INTO layers_draftrow
    (version_id, change, key, moved, geometry, mercator, properties, valid, cell)
SELECT %(version)s, row.change, row.key, row.moved, row.geometry, row.mercator,
    row.properties, {_VALID}, coalesce(row.cell, cell.code, '')
FROM (
    SELECT row.*,
        CASE WHEN open.id IS NULL THEN 'new' ELSE 'changed' END AS change,
        CASE WHEN NOT open.geometry = row.geometry THEN ST_Distance(
            ST_Centroid(open.geometry)::geography, ST_Centroid(row.geometry)::geography
        ) END AS moved
    FROM {TABLE} row
    LEFT JOIN layers_feature open ON open.layer_id = %(layer)s
        AND open.known_to IS NULL AND open.key = row.key
    WHERE row.geometry IS NOT NULL AND (open.id IS NULL OR NOT (
        open.geometry = row.geometry AND open.properties = row.properties))
    ORDER BY row.mercator
) row
LEFT JOIN LATERAL (
    SELECT cell.code FROM layers_gridcell cell
    WHERE row.cell IS NULL AND upper_inf(cell.valid) AND %(feeds)s <> 'regions'
    AND ST_Covers(cell.geometry, ST_PointOnSurface(row.geometry))
    ORDER BY cell.code LIMIT 1
) cell ON true
"""
_GONE = f"""
INSERT INTO layers_draftrow
    (version_id, change, key, geometry, mercator, properties, valid, cell)
SELECT %(version)s, 'gone', open.key, open.geometry, open.mercator, open.properties,
    open.valid, open.cell
FROM layers_feature open
WHERE open.layer_id = %(layer)s AND open.known_to IS NULL
AND open.known_from > %(since)s
AND NOT EXISTS (SELECT FROM {TABLE} row WHERE row.key = open.key)
"""
