"""Registers made from a layer's published version: regions, cells, addresses, parts.

``check`` refuses staged rows that the register could not hold; ``feed`` carries a
version's differences over. Both belong to the transaction that writes the version.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from govmap.lib.geo import SRID, TILE_SRID
from layers.models import Layer
from layers.versions.staging import Staging, valid_fields

Refusals = list[dict[str, Any]]


def check(layer: Layer, staging: Staging) -> Refusals:
    """Refuses staged rows that cannot stand in the register that the layer feeds."""
    values = {**_names(layer), **valid_fields(layer)}
    return [
        refusal
        for code, condition in (_PERIOD, *CHECKS.get(layer.feeds, ()))
        for refusal in staging.refuse(code, condition, **values)
    ]


def feed(layer: Layer, number: int) -> None:
    """Carries what version ``number`` brought and closed into its register."""
    if layer.feeds in FEEDS:
        values = {
            "layer": layer.pk,
            "number": number,
            "now": timezone.now(),
            "zone": settings.TIME_ZONE,
            **_names(layer),
        }
        FEEDS[layer.feeds](values)


def days(layer: Layer) -> set[str]:
    """Fields that must be days, whatever the schema says, or what they feed breaks."""
    named = {layer.fields[name] for name in PERIOD if name in layer.fields}
    return named | (
        {_name_of(layer, "valid_from")} if layer.feeds == "cells" else set()
    )


PERIOD = ("valid_from", "valid_to")
FIELDS = (
    *("name", "valid_from"),
    *("text", "road", "estate", "number", "building"),
    *("category_code", "state", "department", "owner", "upkeep"),
)


def _name_of(layer: Layer, register: str) -> str:
    return str(layer.fields.get(register, register))


def _names(layer: Layer) -> dict[str, str]:
    """The layer's name of each field of a register, as SQL parameters."""
    return {f"field_{name}": _name_of(layer, name) for name in FIELDS}


def _field(register: str) -> str:
    """SQL of a register's field of ``row``, empty text where none."""
    return f"coalesce(row.properties->>%(field_{register})s, '')"


_NEW = (
    "layers_feature row WHERE row.layer_id = %(layer)s AND row.known_from = %(number)s"
)
_GONE = (
    "SELECT gone.key FROM layers_feature gone"
    " WHERE gone.layer_id = %(layer)s AND gone.known_to = %(number)s"
    " AND NOT EXISTS (SELECT FROM layers_feature open WHERE open.layer_id = %(layer)s"
    "  AND open.known_to IS NULL AND open.key = gone.key)"
)

# A row is so for a day at least.
_PERIOD = (
    "period_backwards",
    "nullif(row.properties->>%(valid_to)s, '')::date"
    " <= nullif(row.properties->>%(valid_from)s, '')::date",
)
CHECKS: dict[str, tuple[tuple[str, str], ...]] = {
    Layer.Feeds.REGIONS: (
        (
            "no_such_unit",
            "NOT EXISTS (SELECT FROM accounts_unit unit WHERE unit.code = row.key)",
        ),
    ),
    Layer.Feeds.CELLS: (
        ("cell_code", "row.key !~ '^[0-9]{15}$'"),
        ("cell_in_pieces", "ST_NumGeometries(row.geometry) <> 1"),
        (
            "cell_without_community",
            "NOT EXISTS (SELECT FROM accounts_unit unit"
            " WHERE unit.code = left(row.key, 12) AND unit.kind = 'community')",
        ),
        (
            "cell_outside_community",
            "EXISTS (SELECT FROM layers_region region"
            " JOIN accounts_unit unit ON unit.id = region.unit_id"
            " WHERE unit.code = left(row.key, 12) AND NOT"
            " ST_Covers(region.geometry, ST_PointOnSurface(row.geometry)))",
        ),
        # A code is never used again; a cell that was closed by mistake may come back.
        (
            "cell_code_retired",
            "EXISTS (SELECT FROM layers_gridcell old WHERE old.code = row.key)"
            " AND NOT EXISTS (SELECT FROM layers_gridcell same"
            " WHERE same.code = row.key AND (upper_inf(same.valid)"
            "  OR ST_Equals(same.geometry, row.geometry)))",
        ),
        (
            "cell_not_yet",
            f"nullif({_field('valid_from')}, '')::date > current_date",
        ),
    ),
    Layer.Feeds.ADDRESSES: (
        ("long_key", "length(row.key) > 40"),
        ("no_address_text", f"{_field('text')} = ''"),
    ),
    Layer.Feeds.PARTS: (
        ("part_code", "row.key !~ '^[0-9]{16,17}$'"),
        ("part_category", f"{_field('category_code')} !~ '^[0-9]{{4,5}}$'"),
    ),
}


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _feed_regions(values: dict[str, Any]) -> None:
    _run(
        "DELETE FROM layers_region region USING accounts_unit unit"
        f" WHERE unit.id = region.unit_id AND unit.code IN ({_GONE})",
        values,
    )
    _run(
        "INSERT INTO layers_region (unit_id, geometry)"
        " SELECT unit.id, ST_Multi(row.geometry)"
        f" FROM accounts_unit unit, {_NEW} AND unit.code = row.key"
        " ON CONFLICT (unit_id) DO UPDATE SET geometry = excluded.geometry",
        values,
    )


def _feed_cells(values: dict[str, Any]) -> None:
    """Closes what is gone or has other ground, opens what is new; renames in place."""
    _run(
        "UPDATE layers_gridcell cell"
        " SET valid = tstzrange(lower(cell.valid), %(now)s)"
        " WHERE upper_inf(cell.valid) AND (cell.code IN (" + _GONE + ")"
        " OR EXISTS (SELECT FROM " + _NEW + " AND row.key = cell.code"
        "  AND NOT cell.geometry = ST_GeometryN(row.geometry, 1)))",
        values,
    )
    _run(
        f"UPDATE layers_gridcell cell SET name = {_field('name')}"
        f" FROM {_NEW} AND row.key = cell.code AND upper_inf(cell.valid)",
        values,
    )
    _run(_OPEN_CELLS, values)
    for table, ground, near, scope in (
        ("layers_feature", "geometry", "mercator", _OPEN_AND_PLACED),
        ("layers_address", "place", "place", ""),
        ("layers_part", "geometry", "geometry", ""),
    ):
        statement = _PLACE_AGAIN.format(
            table=table,
            near=near,
            new="mercator" if near == "mercator" else "geometry",
            srid=TILE_SRID if near == "mercator" else SRID,
            point=f"ST_PointOnSurface(thing.{ground})",
            scope=scope,
        )
        _run(statement, values)


# The start is what the provider says; of a code's first period it may be unknown,
# later ones begin with the version.
_OPEN_CELLS = f"""
INSERT INTO layers_gridcell (code, name, community_id, geometry, valid, area)
SELECT row.key, left({_field("name")}, 60), unit.id,
    ST_GeometryN(row.geometry, 1),
    tstzrange(CASE WHEN old.code IS NULL
        THEN nullif({_field("valid_from")}, '')::timestamp AT TIME ZONE %(zone)s
        ELSE %(now)s END, NULL),
    ST_Area(row.geometry::geography)
FROM layers_feature row
JOIN accounts_unit unit ON unit.code = left(row.key, 12)
LEFT JOIN (SELECT DISTINCT code FROM layers_gridcell) old ON old.code = row.key
WHERE row.layer_id = %(layer)s AND row.known_from = %(number)s
AND NOT EXISTS (SELECT FROM layers_gridcell open
    WHERE open.code = row.key AND upper_inf(open.valid))
"""

_OPEN_AND_PLACED = (
    "AND thing.known_to IS NULL AND thing.layer_id NOT IN"
    " (SELECT id FROM layers_layer WHERE feeds = 'regions')"
)

# What lies in a cell that was closed, or in none where cells were opened, finds its
# cell among those that are open now.
_PLACE_AGAIN = """
UPDATE {table} thing SET cell = coalesce((
    SELECT cell.code FROM layers_gridcell cell WHERE upper_inf(cell.valid)
    AND ST_Covers(cell.geometry, {point}) ORDER BY cell.code LIMIT 1), '')
WHERE (thing.cell IN (
        SELECT closed.code FROM layers_gridcell closed
        WHERE upper(closed.valid) = %(now)s)
    OR thing.cell = '' AND thing.{near} && (
        SELECT ST_SetSRID(ST_Extent(row.{new})::geometry, {srid})
        FROM layers_feature row
        WHERE row.layer_id = %(layer)s AND row.known_from = %(number)s)) {scope}
"""


def _feed_addresses(values: dict[str, Any]) -> None:
    _run(f"DELETE FROM layers_address WHERE code IN ({_GONE})", values)
    fields = ("text", "road", "estate", "number", "building")
    wide = {"text": 200, "road": 80, "estate": 80, "number": 40, "building": 40}
    chosen = ", ".join(f"left({_field(name)}, {wide[name]})" for name in fields)
    renewed = ", ".join(
        f"{name} = excluded.{name}" for name in (*fields, "place", "cell")
    )
    _run(
        f"INSERT INTO layers_address (code, {', '.join(fields)}, place, cell)"
        f" SELECT row.key, {chosen}, ST_GeometryN(row.geometry, 1), row.cell"
        f" FROM {_NEW} ON CONFLICT (code) DO UPDATE SET {renewed}",
        values,
    )


def _feed_parts(values: dict[str, Any]) -> None:
    _run(f"DELETE FROM layers_part WHERE code IN ({_GONE})", values)
    units = ("department", "owner", "upkeep")
    found = ", ".join(
        f"(SELECT id FROM accounts_unit WHERE code = {_field(name)})" for name in units
    )
    columns = ["category_code", "name", "geometry", "cell", "state"]
    columns += [f"{name}_id" for name in units]
    renewed = ", ".join(f"{name} = excluded.{name}" for name in columns)
    _run(
        f"INSERT INTO layers_part (code, {', '.join(columns)})"
        f" SELECT row.key, {_field('category_code')},"
        f" left({_field('name')}, 60), row.geometry, row.cell,"
        f" left(coalesce(nullif({_field('state')}, ''), '完好'), 10), {found}"
        f" FROM {_NEW} ON CONFLICT (code) DO UPDATE SET {renewed}",
        values,
    )


FEEDS: dict[str, Callable[[dict[str, Any]], None]] = {
    Layer.Feeds.REGIONS: _feed_regions,
    Layer.Feeds.CELLS: _feed_cells,
    Layer.Feeds.ADDRESSES: _feed_addresses,
    Layer.Feeds.PARTS: _feed_parts,
}
