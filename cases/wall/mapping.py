"""The wall's map: cases by grid cell, never by their place; what it flies to.

A point finer than a cell would tell whose door it is. So a case lies in its cell, and
a whistle in its community.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import pgettext

from accounts.models import Unit
from cases.evaluation.measures import disposal_limits
from cases.models import Case
from cases.wall.goings import OpenWhistle
from cases.wall.ground import Ground, map_name, short_name
from workflow.models import Phase, State

RECENT = timedelta(days=3)
LOOKED = 1500  # of the newest cases, so many are looked at
LATE = 500  # of the overdue ones, those that fell due last
# How long something stays worth a flight.
FRESH = timedelta(minutes=30)
FLIGHTS = 12
LIGHTS = ("", "green", "yellow", "red")  # the worst last


@dataclass
class CellCount:
    """Open cases in one cell, with the worst of their lights."""

    lon: float
    lat: float
    count: int = 0
    red: int = 0
    light: str = ""
    area: str = ""


@dataclass(frozen=True)
class Target:
    """Something new that the map flies to."""

    key: str
    sort: str  # urgent, whistle or red
    title: str
    area: str
    at: datetime
    lon: float
    lat: float
    address: str


@dataclass
class Ground2D:
    """What the map shows at one moment."""

    cells: list[CellCount] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)


# Open cases that are new, and all that are overdue; each with the light of its limit of
# disposal, which is what the figures count. The cell is told by a point of it, not by
# the case's own.
CASES = """
WITH newest AS (
    SELECT id, uuid, cell_id, category_id, urgent, reported_at, state_id,
        merged_into_id
    FROM cases_case
    WHERE %(street)s::bigint IS NULL OR street_id = %(street)s
    ORDER BY id DESC LIMIT %(looked)s
), late AS (
    SELECT subject_id, due_at, yellow_at, paused_at, waits FROM workflow_deadline
    WHERE kind = %(kind)s AND name = ANY(%(limits)s) AND exempted_at IS NULL
        AND met_at IS NULL AND paused_at IS NULL AND NOT waits
        AND due_at < %(now)s
        AND (%(street)s::bigint IS NULL OR street_id = %(street)s)
    ORDER BY due_at DESC LIMIT %(late)s
), shown AS (
    SELECT c.uuid, c.cell_id, c.category_id, c.urgent, c.reported_at,
        d.due_at, d.yellow_at, d.paused_at, d.waits
    FROM late d JOIN cases_case c ON c.id = d.subject_id
    WHERE c.state_id = ANY(%(open)s) AND c.merged_into_id IS NULL
    UNION ALL
    SELECT n.uuid, n.cell_id, n.category_id, n.urgent, n.reported_at,
        d.due_at, d.yellow_at, d.paused_at, d.waits
    FROM newest n LEFT JOIN LATERAL (
        SELECT due_at, yellow_at, paused_at, waits FROM workflow_deadline
        WHERE kind = %(kind)s AND subject_id = n.id AND name = ANY(%(limits)s)
            AND met_at IS NULL AND exempted_at IS NULL
        ORDER BY waits, due_at LIMIT 1) AS d ON true
    WHERE n.state_id = ANY(%(open)s) AND n.reported_at > %(since)s
        AND n.merged_into_id IS NULL
        AND (d.due_at IS NULL OR d.paused_at IS NOT NULL OR d.waits
            OR d.due_at >= %(now)s)
)
SELECT s.uuid, s.cell_id, s.urgent, s.reported_at, k.name,
    s.due_at, s.yellow_at, s.paused_at, s.waits
FROM shown s JOIN workflow_category k ON k.id = s.category_id
"""
CELLS = """
SELECT g.id, ST_X(at), ST_Y(at), g.community_id FROM layers_gridcell g,
    LATERAL ST_PointOnSurface(g.geometry) AS at
WHERE g.id = ANY(%s)
"""
# Of a whistle: its community, or the street where it has none.
REGIONS = """
SELECT w.uuid::text, ST_X(at), ST_Y(at) FROM cases_whistle w
    JOIN layers_region r ON r.unit_id = coalesce(w.community_id, w.street_id),
    LATERAL ST_PointOnSurface(r.geometry) AS at
WHERE w.uuid = ANY(%s)
"""
OUTLINES = """
SELECT r.unit_id, ST_AsGeoJSON(
    ST_SimplifyPreserveTopology(r.geometry, 0.00005), 5),
    ST_X(at), ST_Y(at)
FROM layers_region r, LATERAL ST_PointOnSurface(r.geometry) AS at
WHERE r.unit_id = ANY(%s) ORDER BY ST_Area(r.geometry) DESC
"""


def outlines_of(ground: Ground) -> dict[str, Any]:
    """The areas compared as GeoJSON: they change with no event, so sent once."""
    parts = {part.pk: part for part in ground.parts}
    with connection.cursor() as cursor:
        cursor.execute(OUTLINES, [list(parts)])
        rows = cursor.fetchall()
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": json.loads(shape),
                "properties": {
                    "code": parts[pk].code,
                    "name": map_name(parts[pk]),
                    "middle": [lon, lat],
                },
            }
            for pk, shape, lon, lat in rows
        ],
    }


def _rows(query: str, values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def ground_2d(
    ground: Ground, whistles: Collection[OpenWhistle], now: datetime
) -> Ground2D:
    """Cells with their cases, and what is new. Five queries."""
    states = State.objects.filter(process__kind=Case.KIND).exclude(phase=Phase.DONE)
    rows = _rows(
        CASES,
        {
            "kind": Case.KIND,
            "now": now,
            "limits": sorted(disposal_limits()),
            "street": ground.street,
            "late": LATE,
            "looked": LOOKED,
            "open": list(states.values_list("pk", flat=True)),
            "since": now - RECENT,
        },
    )
    with connection.cursor() as cursor:
        cursor.execute(CELLS, [list({row["cell_id"] for row in rows} - {None})])
        rows_of_cells = cursor.fetchall()
    areas = Unit.objects.in_bulk({row[3] for row in rows_of_cells})
    places = {
        pk: (lon, lat, short_name(areas[area])) for pk, lon, lat, area in rows_of_cells
    }
    found = Ground2D()
    cells: dict[int, CellCount] = {}
    for row in rows:
        if row["cell_id"] not in places:
            continue
        lon, lat, area = places[row["cell_id"]]
        cell = cells.setdefault(row["cell_id"], CellCount(lon, lat, area=area))
        light = _light(row, now)
        cell.count += 1
        cell.red += light == "red"
        cell.light = max(cell.light, light, key=LIGHTS.index)
        found.targets += _targets(row, cell, now)
    found.cells = sorted(cells.values(), key=lambda cell: LIGHTS.index(cell.light))
    found.targets += _whistled(whistles, now)
    found.targets.sort(key=lambda target: target.at, reverse=True)
    del found.targets[FLIGHTS:]
    return found


def _light(row: dict[str, Any], now: datetime) -> str:
    """As `govmap.lib.times.light_of`; what rests shows none."""
    if row["due_at"] is None or row["paused_at"]:
        return ""
    if row["waits"]:
        return "green"
    if now > row["due_at"]:
        return "red"
    return "yellow" if now >= row["yellow_at"] else "green"


def _targets(row: dict[str, Any], cell: CellCount, now: datetime) -> list[Target]:
    """A case told as urgent a while ago, or one that turned red then."""
    address = reverse("cases:case", args=[row["uuid"]])
    told = {"title": row["name"], "area": cell.area, "lon": cell.lon, "lat": cell.lat}
    due, found = row["due_at"], []
    if row["urgent"] and row["reported_at"] > now - FRESH:
        key, at = f"urgent {row['uuid']}", row["reported_at"]
        found.append(Target(key, "urgent", at=at, address=address, **told))
    if due and _light(row, now) == "red" and now - FRESH < due < now:
        key = f"red {row['uuid']} {int(due.timestamp())}"
        found.append(Target(key, "red", at=due, address=address, **told))
    return found


def _whistled(whistles: Collection[OpenWhistle], now: datetime) -> list[Target]:
    fresh = {str(row.uuid): row for row in whistles if row.blown_at > now - FRESH}
    if not fresh:
        return []
    with connection.cursor() as cursor:
        cursor.execute(REGIONS, [[row.uuid for row in fresh.values()]])
        rows = cursor.fetchall()
    return [
        Target(
            key=f"whistle {uuid}",
            sort="whistle",
            title=fresh[uuid].occasion,
            area=fresh[uuid].area or pgettext("wall", "the street"),
            at=fresh[uuid].blown_at,
            lon=lon,
            lat=lat,
            address=fresh[uuid].address,
        )
        for uuid, lon, lat in rows
    ]
