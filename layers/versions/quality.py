"""How good a layer's rows are: figures for its page, made once for each version.

``Version.quality`` holds ``{"rows", "filled": {field: rows}, "duplicates", "outside"}``
from here, and ``{"repaired", "refused", "invalid"}`` as the import's report tells them.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from layers.models import Layer, Version

# The square inside the largest circle within the district: what lies in it needs no
# exact test, and most rows do.
GROUND = """
WITH ground AS MATERIALIZED (
    SELECT region.geometry, ST_Expand(circle.center, circle.radius * 0.7071) AS middle
    FROM accounts_site site
    JOIN layers_region region ON region.unit_id = site.district_id
    CROSS JOIN LATERAL ST_MaximumInscribedCircle(region.geometry) circle
    LIMIT 1
)
"""
OUTSIDE = """
count(*) FILTER (WHERE NOT row.geometry @ ground.middle
    AND NOT ST_Intersects(ground.geometry, row.geometry)),
count(ground.geometry) > 0
"""


def of_rows(
    layer: Layer, table: str, condition: str = "TRUE", /, **values: Any
) -> dict[str, Any]:
    """Figures of the rows (``row``) of a table for which an SQL condition holds.

    ``table`` has the columns geometry (4490) and properties: staged rows, or
    ``layers_feature``. ``values`` are the condition's parameters. A field is filled
    where its value is neither null nor an empty text; duplicates are rows with the
    geometry of another row, point for point; outside are rows that do not touch the
    district, null where the site has none yet.
    """
    names = [entry["name"] for entry in layer.schema]
    known = {f"field{number}": name for number, name in enumerate(names)}
    counts = "".join(
        f", count(NULLIF(row.properties ->> %({parameter})s, ''))"
        for parameter in known
    )
    rows, outside, has_ground, *filled = _fetch(
        f"{GROUND} SELECT count(*), {OUTSIDE}{counts}"
        f" FROM {table} row LEFT JOIN ground ON TRUE WHERE {condition}",
        values | known,
    )
    (duplicates,) = _fetch(
        "SELECT coalesce(sum(alike - 1), 0)::int FROM (SELECT count(*) AS alike"
        f" FROM {table} row WHERE {condition} GROUP BY row.geometry"
        " HAVING count(*) > 1) twins",
        values,
    )
    return {
        "rows": rows,
        "filled": dict(zip(names, filled, strict=True)),
        "duplicates": duplicates,
        "outside": outside if has_ground else None,
    }


def of_version(version: Version) -> dict[str, Any]:
    """Figures of a published version, from its rows."""
    return of_rows(
        version.layer,
        "layers_feature",
        "row.layer_id = %(layer)s AND row.known_from <= %(number)s"
        " AND (row.known_to IS NULL OR row.known_to > %(number)s)",
        layer=version.layer_id,
        number=version.number,
    )


# Reasons of the importer by which a geometry, not an attribute, is at fault.
GEOMETRY_FAULTS = frozenset(
    {
        *("no_geometry", "empty_geometry", "unreadable_geometry", "not_finite"),
        *("invalid_geometry", "no_extent", "wrong_geometry_type"),
        *("wrong_coordinates", "too_many_vertices"),
    }
)


def of_report(report: dict[str, Any]) -> dict[str, Any]:
    """What an import's report adds: rows repaired, refused, and invalid among them."""
    reasons = report.get("reasons", {})
    invalid = sum(reasons.get(code, 0) for code in GEOMETRY_FAULTS)
    return {
        "repaired": report.get("repaired", 0),
        "refused": report.get("refused", 0),
        "invalid": invalid,
    }


def tell(version: Version, report: dict[str, Any]) -> None:
    """Keep a report's figures with those of the rows."""
    version.quality = {**version.quality, **of_report(report)}
    version.save(update_fields=["quality"])


def _fetch(statement: str, values: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    assert row is not None
    return tuple(row)


@dataclass(frozen=True)
class Completeness:
    """How many rows have a value in one field; ``before`` is the share of the
    version before, in per cent, where that is known."""

    field: dict[str, Any]  # the schema's entry
    filled: int
    rows: int
    before: float | None

    @property
    def share(self) -> float:
        return share_of(self.filled, self.rows)


@dataclass(frozen=True)
class Figure:
    """One count of a version beside that of the version before."""

    name: str
    count: int
    before: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.count - self.before


COUNTS = ("duplicates", "invalid", "repaired", "outside", "refused")


@dataclass(frozen=True)
class Quality:
    """The figures of a version against those of the version before."""

    fields: list[Completeness]
    figures: list[Figure]
    share: float  # of all values of all fields, in per cent


def compare(version: Version, before: Version | None) -> Quality | None:
    """None where a version has no figures: it is older than they are."""
    said = version.quality or {}
    if not said.get("rows"):
        return None
    old = (before.quality or {}) if before else {}
    fields = list(_fields(version.layer.schema, said, old))
    figures = [
        Figure(name, said[name], old.get(name))
        for name in COUNTS
        if said.get(name) is not None
    ]
    return Quality(fields, figures, overall(version.quality))


def _fields(
    schema: list[dict[str, Any]], said: dict[str, Any], old: dict[str, Any]
) -> Any:
    for entry in schema:
        filled = said.get("filled", {}).get(entry["name"])
        if filled is None:
            continue
        earlier = old.get("filled", {}).get(entry["name"])
        before = None if earlier is None else share_of(earlier, old.get("rows", 0))
        yield Completeness(entry, filled, said["rows"], before)


def overall(quality: dict[str, Any] | None) -> float:
    """The share of values that are there, over all fields, in per cent."""
    said = quality or {}
    filled = said.get("filled", {})
    return share_of(sum(filled.values()), said.get("rows", 0) * len(filled))


def share_of(part: int, whole: int) -> float:
    """In per cent, to a tenth; rounded down, so that 100 means all."""
    return part * 1000 // whole / 10 if whole else 0.0
