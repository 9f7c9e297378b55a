"""Buildings and dwellings that a sheet names: made as by hand, thousands at a time.

Buildings are made by `places.buildings_at`, which asks the map; their doors are rows of
one statement, the same as `places.dwelling_in` makes one by one.
"""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from offices.models import Dwelling, LifeEvent, Register
from offices.registers import entering
from offices.registers.importing import changing, staging
from offices.registers.importing.staging import execute, fetch
from offices.registers.places import buildings_at

JUDGED = """
SELECT s.line, s.building_id, s.dwelling_id, d.id AS target,
    CASE WHEN s.first IS NOT NULL AND s.first_content = s.content THEN 'same'
        WHEN s.first IS NOT NULL THEN 'bad'
        WHEN d.id IS NULL THEN 'new'
        WHEN NOT to_jsonb(d) @> s.values THEN 'changed'
        ELSE 'same' END AS outcome,
    CASE WHEN s.first IS NOT NULL AND s.first_content <> s.content
            THEN 'twice ' || s.first
        ELSE '' END AS why,
    false AS moves
FROM register_placed s
LEFT JOIN offices_dwelling d ON d.id = s.dwelling_id
"""
# 501 lies on floor 5, 1203 on floor 12 (`places.floor_of`), unless the row says more.
FLOOR = "CASE WHEN s.room ~ '^[0-9]{3,4}[A-Z]?$' THEN"
FLOOR += " left(rtrim(s.room, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), -2)::int END"
ADDRESS = "left(b.address || s.entrance || s.room ||"
ADDRESS += " CASE WHEN s.room ~ '[0-9]$' THEN '室' ELSE '' END, 200)"
_FIELDS = (
    *("floor", "use", "area", "rooms", "is_empty", "is_rented", "rent_use", "hazard"),
    *("owner_name", "source"),
)


def judge(values: Mapping[str, Any], ground: Any) -> None:
    """Dwellings: their doors are their keys. The ground was looked at with the row."""
    staging.judge(JUDGED, dict(values))


def make(values: Mapping[str, Any], by: User) -> None:
    """The doors of the rows of a portion that are taken, where there are none yet."""
    rows = fetch(
        """
SELECT DISTINCT s.building FROM register_judged j
JOIN register_placed s ON s.line = j.line
WHERE j.outcome IN ('new', 'changed') AND j.building_id IS NULL AND s.building <> ''
ORDER BY 1
""",
        dict(values),
    )
    if rows:
        buildings_at([code for (code,) in rows], by)
    _insert({**values, "blank": staging.blank(Dwelling)})
    execute(
        """
UPDATE register_judged j SET dwelling_id = d.id, building_id = d.building_id
FROM register_placed s, offices_building b, offices_dwelling d
WHERE s.line = j.line AND j.dwelling_id IS NULL
    AND b.address_code = s.building AND b.state = 'here' AND s.building <> ''
    AND d.building_id = b.id AND d.unit = s.entrance AND d.room = s.room
    AND d.state = 'here'
""",
        dict(values),
    )


def _insert(values: Mapping[str, Any]) -> None:
    """A sheet of dwellings says more of a door than that it is there."""
    columns = staging.written(Dwelling)
    said = {
        **{"building_id": "b.id", "unit": "s.entrance", "room": "s.room"},
        **{"address": ADDRESS, "cell_id": "b.cell_id", "state": "'here'"},
        **{"community_id": "b.community_id", "street_id": "b.street_id"},
        "floor": f"coalesce(n.floor, {FLOOR})",
    }
    chosen = ", ".join(said.get(name, f"n.{name}") for name in columns)
    execute(
        f"""
WITH base AS MATERIALIZED (
    SELECT b AS row FROM jsonb_populate_record(NULL::offices_dwelling, %(blank)s::jsonb)
    b
), made AS (
    INSERT INTO offices_dwelling (uuid, created_at, changed_at, {", ".join(columns)})
    SELECT DISTINCT ON (b.id, s.entrance, s.room) gen_random_uuid(), now(), now(),
        {chosen}
    FROM register_judged j JOIN register_placed s ON s.line = j.line
    JOIN offices_building b ON b.address_code = s.building AND b.state = 'here'
        AND s.building <> ''
    CROSS JOIN base
    CROSS JOIN LATERAL jsonb_populate_record(base.row,
        CASE WHEN %(of_doors)s THEN s.values ELSE '{{}}'::jsonb END) n
    WHERE j.outcome IN ('new', 'changed') AND j.dwelling_id IS NULL
    ORDER BY b.id, s.entrance, s.room, j.line
    ON CONFLICT DO NOTHING
    RETURNING uuid, street_id, community_id
)
INSERT INTO offices_lifeevent (register, subject, what, "on", told, source, by_id,
    unit_id, street_id, community_id, at)
SELECT 'dwelling', uuid, '{LifeEvent.What.ENTERED}', %(today)s, '', '', %(by)s,
    %(unit)s, street_id, community_id, now() FROM made
""",
        dict(values),
    )


def update(values: Mapping[str, Any]) -> None:
    """What differs of dwellings that are there."""
    execute(
        f"""
UPDATE offices_dwelling d SET changed_at = now(), confirmed_at = now(),
    {", ".join(f"{name} = x.{name}" for name in _FIELDS)}
FROM (
    SELECT q.id AS dwelling, n.* FROM register_judged j
    JOIN register_placed s ON s.line = j.line
    JOIN offices_dwelling q ON q.id = j.target
    CROSS JOIN LATERAL jsonb_populate_record(q, s.values) n
    WHERE j.outcome = 'changed' AND j.at_once
) x WHERE d.id = x.dwelling
""",
        dict(values),
    )


def shown(values: Mapping[str, Any], most: int) -> list[tuple[Any, ...]]:
    """Line, address, nothing, outcome and the fields that differ."""
    return fetch(
        f"""
SELECT j.line, coalesce(d.address, {ADDRESS}, x.text, s.building), '', j.outcome,
    CASE WHEN j.outcome = 'changed' THEN ARRAY(
        SELECT k.key FROM jsonb_each(s.values) k
        WHERE to_jsonb(d)->k.key IS DISTINCT FROM k.value) ELSE '{{}}' END, false
FROM register_judged j JOIN register_placed s ON s.line = j.line
LEFT JOIN offices_dwelling d ON d.id = j.target
LEFT JOIN offices_building b ON b.id = j.building_id
LEFT JOIN layers_address x ON x.code = s.building
WHERE j.outcome <> 'bad' ORDER BY j.outcome = 'same', j.line LIMIT %(shown)s
""",
        {**values, "shown": most},
    )


def write(values: Mapping[str, Any], by: User) -> None:
    make({**values, "of_doors": True}, by)
    changing.split(values, by, Register.DWELLING, "offices_dwelling")
    update(values)
    for dwelling, fields in changing.singly(Register.DWELLING):
        entering.change_dwelling(Dwelling.objects.get(pk=dwelling), fields, by)
