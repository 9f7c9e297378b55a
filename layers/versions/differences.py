"""What a version changes against the one before it, row by row.

Of a draft it is read from its own rows, of a published version from what its number
brought and closed: both in one shape. Rows come changed first, then gone, then new, and
within that as they lie on the ground; a page begins after the last row of the one
before.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import connection
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from govmap.lib.geojson import DIGITS
from govmap.lib.localized import localized
from govmap.lib.paging import LARGEST_ID
from layers.models import DraftRow, Version
from layers.permissions import visible_fields

Change = DraftRow.Change
ORDER = (Change.CHANGED.value, Change.GONE.value, Change.NEW.value)
MOVED = "moved"  # those changed rows that lie further off than the layer allows
KINDS = (*ORDER, MOVED)
USUAL, MOST = 50, 200  # rows of a page
ON_MAP = 3000  # rows that one answer of the map holds
CHUNK = 1000  # rows of a download read at once


class BadCursor(BadInput):
    """Take “next” of the page before."""

    message = gettext_noop("Take “next” of the page before.")


@dataclass(frozen=True)
class Field:
    """An attribute that the reader may see."""

    name: str
    title: str
    codes: dict[str, Any] = field(default_factory=dict)

    def text(self, value: Any) -> str:
        """A value as people read it; the word of a code beside it."""
        if value is None or value == "":
            return "–"
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        word = self.codes.get(str(value))
        told = localized(word) if isinstance(word, dict) else word
        # A code that is a word already is not said twice.
        if told is None or told == str(value):
            return str(value)
        return f"{value} {told}"


@dataclass(frozen=True)
class Value:
    """One attribute of one row: what it was and what it is."""

    field: Field
    before: Any
    after: Any

    @property
    def old(self) -> str:
        return self.field.text(self.before)

    @property
    def new(self) -> str:
        return self.field.text(self.after)


@dataclass(frozen=True)
class Row:
    """One row that differs. ``values`` holds only what the reader may see."""

    number: int
    change: str
    key: str
    moved: float | None  # metres, of its middle; None where the geometry stayed
    values: list[Value]
    hides: bool  # something changed that the reader may not see
    box: tuple[float, float, float, float]  # west, south, east, north
    geometry: str = ""  # GeoJSON, of what is gone the last

    @property
    def cursor(self) -> str:
        return f"{self.change}.{self.number}"

    @property
    def before(self) -> dict[str, Any]:
        return {value.field.name: value.before for value in self.values}

    @property
    def after(self) -> dict[str, Any]:
        return {value.field.name: value.after for value in self.values}


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    following: str  # where to read on; empty behind the last


@dataclass(frozen=True)
class Asked:
    """Which rows are wanted: of one kind, whose key holds ``query``, in a box."""

    kind: str = ""
    query: str = ""
    box: Polygon | None = None


class Differences:
    """The differences of one version as one reader may see them."""

    def __init__(self, version: Version, reader: User) -> None:
        self.version, self.layer, self.reader = version, version.layer, reader

    @cached_property
    def fields(self) -> list[Field]:
        """In the schema's order; of a layer without one, as its rows have them."""
        shown = visible_fields(self.layer, self.reader)
        return [
            Field(
                entry["name"],
                localized(entry.get("title")) or entry["name"],
                entry.get("codes") or {},
            )
            for entry in self.layer.schema
            if entry["name"] in shown
        ]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind, as the version's figures say."""
        version = self.version
        return {
            Change.CHANGED.value: version.changed,
            MOVED: version.moved,
            Change.NEW.value: version.added,
            Change.GONE.value: version.closed,
        }

    @cached_property
    def are_kept(self) -> bool:
        """False for a discarded draft whose rows were swept away."""
        if self.version.number is not None or not sum(self.counts.values()):
            return True
        return DraftRow.objects.filter(version=self.version).exists()

    def page(
        self, asked: Asked, *, after: str = "", limit: int = USUAL, shapes: bool = False
    ) -> Page:
        """At most ``limit`` rows behind ``after``, a `Row.cursor`. Raises BadCursor."""
        first, behind = read_cursor(after)
        rows: list[Row] = []
        for change in ORDER[ORDER.index(first) :]:
            if self._may_have(change, asked):
                rest = limit + 1 - len(rows)
                rows += self._rows(change, asked, behind, rest, shapes=shapes)
            behind = 0
            if len(rows) > limit:
                return Page(rows[:limit], rows[limit - 1].cursor)
        return Page(rows, "")

    def all(self, asked: Asked) -> Iterator[Row]:
        """Every row with its geometry, read in pages: memory stays flat."""
        after = ""
        while True:
            page = self.page(asked, after=after, limit=CHUNK, shapes=True)
            yield from page.rows
            if not (after := page.following):
                return

    def features(self, asked: Asked) -> tuple[list[str], bool]:
        """GeoJSON features for the map, and whether those are all.

        ``role``: ``shape`` the row itself, ``was`` the old form of what changed it,
        ``move`` a line from the old middle to the new.
        """
        made: list[str] = []
        rest = ON_MAP
        for change in ORDER:
            if not rest:
                return made, False
            if self._may_have(change, asked):
                rows = self._shapes(change, asked, rest + 1)
                if len(rows) > rest:
                    return made + self._drawn(change, rows[:rest]), False
                made += self._drawn(change, rows)
                rest -= len(rows)
        return made, True

    def _may_have(self, change: str, asked: Asked) -> bool:
        kind = Change.CHANGED.value if asked.kind == MOVED else asked.kind
        return kind in {"", change} and bool(self.counts[change])

    def _rows(
        self, change: str, asked: Asked, behind: int, limit: int, *, shapes: bool
    ) -> list[Row]:
        shape = f"ST_AsGeoJSON(row.geometry, {DIGITS})" if shapes else "''"
        found = self._fetch(
            change,
            f"row.id, row.key, {_MOVED[self._is_draft]}, was.properties,"
            f" row.properties, Box2D(row.geometry), {shape}",
            asked,
            behind,
            limit,
        )
        return [self._row(change, *values) for values in found]

    def _row(
        self,
        change: str,
        number: int,
        key: str,
        moved: float | None,
        was_text: str | None,
        text: str,
        box: str,
        shape: str,
    ) -> Row:
        # Of a plain cursor JSON comes as text.
        was, said = json.loads(was_text or "{}"), json.loads(text)
        before, after = {
            Change.NEW.value: ({}, said),
            Change.GONE.value: (said, {}),
        }.get(change, (was, said))
        fields = self.fields if self.layer.schema else _named(before | after)
        values = [
            Value(field, before.get(field.name), after.get(field.name))
            for field in fields
            if change != Change.CHANGED.value
            or before.get(field.name) != after.get(field.name)
        ]
        shown = {value.field.name for value in values}
        differing = {k for k in before | after if before.get(k) != after.get(k)}
        hides = change == Change.CHANGED.value and bool(differing - shown)
        edges = _edges(box)
        return Row(number, change, key, moved, values, hides, edges, shape)

    def _shapes(self, change: str, asked: Asked, limit: int) -> list[tuple[Any, ...]]:
        """Each with its shape, and where that changed the old one and a line."""
        moved = change == Change.CHANGED.value
        old = (
            f"CASE WHEN NOT was.geometry = row.geometry THEN"
            f" ST_AsGeoJSON(was.geometry, {DIGITS}) END,"
            f" CASE WHEN NOT was.geometry = row.geometry THEN ST_AsGeoJSON(ST_MakeLine("
            f"ST_Centroid(was.geometry), ST_Centroid(row.geometry)), {DIGITS}) END"
        )
        return self._fetch(
            change,
            f"row.id, row.key, {_MOVED[self._is_draft]},"
            f" ST_AsGeoJSON(row.geometry, {DIGITS}), {old if moved else 'NULL, NULL'}",
            asked,
            0,
            limit,
        )

    def _drawn(self, change: str, rows: list[tuple[Any, ...]]) -> list[str]:
        made = []
        for number, key, moved, shape, was, line in rows:
            far = moved is not None and moved > self.layer.moved_metres
            said = {"key": key, "change": change, "moved": far, "row": number}
            if was:
                made.append(_feature(was, {**said, "role": "was"}))
            made.append(_feature(shape, {**said, "role": "shape"}))
            if far:
                made.append(_feature(line, {**said, "role": "move"}))
        return made

    @property
    def _is_draft(self) -> bool:
        return self.version.number is None

    def _fetch(
        self, change: str, columns: str, asked: Asked, behind: int, limit: int
    ) -> list[tuple[Any, ...]]:
        source = (_OF_DRAFT if self._is_draft else _OF_NUMBER)[change]
        conditions = ["row.id > %(behind)s"]
        if asked.kind == MOVED:
            conditions.append(f"{_MOVED[self._is_draft]} > %(metres)s")
        if asked.query:
            conditions.append("row.key ILIKE %(query)s")
        if asked.box is not None:
            conditions.append(
                "row.mercator && ST_Transform(ST_GeomFromEWKB(%(box)s), 3857)"
            )
        values = {
            "version": self.version.pk,
            "layer": self.version.layer_id,
            "number": self.version.number,
            "base": self.version.base.number if self.version.base else 0,
            "behind": behind,
            "metres": self.layer.moved_metres,
            "query": f"%{_escaped(asked.query)}%",
            "box": bytes(asked.box.ewkb) if asked.box is not None else None,
            "limit": limit,
        }
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM {source} AND {' AND '.join(conditions)}"
                " ORDER BY row.id LIMIT %(limit)s",
                values,
            )
            return cursor.fetchall()


def _named(values: dict[str, Any]) -> list[Field]:
    return [Field(name, name) for name in sorted(values)]


def _escaped(text: str) -> str:
    """As a pattern that holds nothing but the text itself."""
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text


def _edges(box: str) -> tuple[float, float, float, float]:
    """Of PostGIS's ``BOX(west south,east north)``."""
    numbers = box.removeprefix("BOX(").removesuffix(")").replace(",", " ").split()
    west, south, east, north = map(float, numbers)
    return west, south, east, north


def _feature(geometry: str, properties: dict[str, Any]) -> str:
    said = json.dumps(properties, ensure_ascii=False)
    return f'{{"type":"Feature","geometry":{geometry},"properties":{said}}}'


def read_cursor(text: str) -> tuple[str, int]:
    """The kind and the number that a `Row.cursor` names. Raises BadCursor."""
    if not text:
        return ORDER[0], 0
    change, _dot, number = text.partition(".")
    sound = number.isascii() and number.isdigit() and len(number) < 20
    if change not in ORDER or not sound or int(number) > LARGEST_ID:
        raise BadCursor
    return change, int(number)


# Metres between the middles, known of a draft and reckoned of a published version; by
# whether it is a draft.
_MOVED = {
    True: "row.moved",
    False: "CASE WHEN NOT was.geometry = row.geometry THEN ST_Distance("
    "ST_Centroid(was.geometry)::geography, ST_Centroid(row.geometry)::geography) END",
}
_NOTHING_BEFORE = (
    "LEFT JOIN (SELECT NULL::jsonb AS properties, NULL::geometry AS geometry) was"
    " ON true"
)
# The form that the draft was compared with: open still, or closed since.
_BEFORE = """
LEFT JOIN LATERAL (
    SELECT properties, geometry FROM layers_feature
    WHERE layer_id = %(layer)s AND key = row.key AND known_to IS NULL
    AND known_from <= %(base)s
    UNION ALL
    SELECT properties, geometry FROM layers_feature
    WHERE layer_id = %(layer)s AND key = row.key AND known_to IS NOT NULL
    AND known_from <= %(base)s AND known_to > %(base)s
    LIMIT 1
) was ON true
"""


def _of_draft(change: str, before: str) -> str:
    return (
        f"layers_draftrow row {before}"
        f" WHERE row.version_id = %(version)s AND row.change = '{change}'"
    )


_OF_DRAFT = {
    Change.CHANGED.value: _of_draft("changed", _BEFORE),
    Change.GONE.value: _of_draft("gone", _NOTHING_BEFORE),
    Change.NEW.value: _of_draft("new", _NOTHING_BEFORE),
}
_OF_NUMBER = {
    Change.CHANGED.value: (
        "layers_feature row JOIN layers_feature was"
        " ON was.layer_id = %(layer)s AND was.known_to = %(number)s"
        " AND was.key = row.key"
        " WHERE row.layer_id = %(layer)s AND row.known_from = %(number)s"
    ),
    Change.GONE.value: (
        f"layers_feature row {_NOTHING_BEFORE}"
        " WHERE row.layer_id = %(layer)s AND row.known_to = %(number)s"
        " AND NOT EXISTS (SELECT FROM layers_feature new"
        "  WHERE new.layer_id = %(layer)s AND new.known_from = %(number)s"
        "  AND new.key = row.key)"
    ),
    Change.NEW.value: (
        f"layers_feature row {_NOTHING_BEFORE}"
        " WHERE row.layer_id = %(layer)s AND row.known_from = %(number)s"
        " AND NOT EXISTS (SELECT FROM layers_feature old"
        "  WHERE old.layer_id = %(layer)s AND old.known_to = %(number)s"
        "  AND old.key = row.key)"
    ),
}
