"""Organisations of a sheet: known by their unified code, else by name and door."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from offices.models import LifeEvent, Organization, Register
from offices.registers import entering
from offices.registers.importing import changing, doors, staging
from offices.registers.importing.columns import APART, FIELDS
from offices.registers.importing.staging import execute, fetch

FOUND = """
CREATE TEMPORARY TABLE register_found ON COMMIT DROP AS
SELECT s.line, o.id AS target FROM register_placed s
JOIN offices_organization o ON o.code = s.key AND o.code <> '' AND o.state <> 'merged'
UNION ALL
SELECT s.line, n.id FROM register_placed s
JOIN LATERAL (
    SELECT q.id FROM offices_organization q WHERE {own} AND q.state <> 'merged'
        AND q.name = s.values->>'name' AND (NOT s.has_door OR
            q.dwelling_id = s.dwelling_id OR
            (q.dwelling_id IS NULL AND q.building_id = s.building_id))
    ORDER BY q.id LIMIT 1
) n ON true
WHERE left(s.key, 2) = 'n:'
"""
# The same name on the same ground, without a code to say that it is another.
JUDGED = """
SELECT s.line, s.building_id, s.dwelling_id, o.id AS target,
    CASE WHEN s.first IS NOT NULL AND s.first_content = s.content THEN 'same'
        WHEN s.first IS NOT NULL THEN 'bad'
        WHEN o.id IS NULL AND m.id IS NOT NULL AND NOT %(another)s THEN 'bad'
        WHEN o.id IS NULL THEN 'new'
        WHEN NOT {own_o} THEN 'bad'
        WHEN {moves} OR NOT to_jsonb(o) @> s.values THEN 'changed'
        ELSE 'same' END AS outcome,
    CASE WHEN s.first IS NOT NULL AND s.first_content <> s.content
            THEN 'twice ' || s.first
        WHEN s.first IS NOT NULL THEN ''
        WHEN o.id IS NULL AND m.id IS NOT NULL AND NOT %(another)s
            THEN 'maybe ' || m.id
        WHEN o.id IS NOT NULL AND NOT {own_o} THEN
            'elsewhere ' || coalesce(o.community_id, o.street_id, 0)
        ELSE '' END AS why,
    coalesce({moves}, false) AS moves
FROM register_placed s
LEFT JOIN register_found r ON r.line = s.line
LEFT JOIN offices_organization o ON o.id = r.target
LEFT JOIN LATERAL (
    SELECT q.id FROM offices_organization q WHERE o.id IS NULL
        AND q.name = s.values->>'name' AND q.state <> 'merged' AND {own_q}
        AND (q.code = '' OR s.values->>'code' IS NULL) LIMIT 1
) m ON true
"""
MOVES = "(s.has_door AND o.dwelling_id IS DISTINCT FROM s.dwelling_id)"


def judge(values: Mapping[str, Any], ground: Any) -> None:
    own_o, named = staging.owned("o", ground)
    own_q, _named = staging.owned("q", ground)
    execute(FOUND.format(own=own_q), {**values, **named})
    execute("ANALYZE register_found")
    statement = JUDGED.format(own_o=own_o, own_q=own_q, moves=MOVES)
    staging.judge(statement, {**values, **named})


_PLACE = {
    **{"building_id": "d.building_id", "dwelling_id": "d.id", "state": "'here'"},
    **{"address": "coalesce(d.address, '')", "cell_id": "d.cell_id"},
    "community_id": "CASE WHEN d.id IS NULL THEN %(community)s ELSE d.community_id END",
    "street_id": "CASE WHEN d.id IS NULL THEN %(street)s ELSE d.street_id END",
    "place": "b.place",
}


def write(values: Mapping[str, Any], by: User) -> None:
    doors.make({**values, "of_doors": False}, by)
    _insert({**values, "blank": staging.blank(Organization)})
    changing.split(values, by, Register.ORGANIZATION, "offices_organization")
    _update(values)
    for row, fields in changing.singly(Register.ORGANIZATION):
        entering.change_organization(Organization.objects.get(pk=row), fields, by)


def _insert(values: Mapping[str, Any]) -> None:
    columns = staging.written(Organization)
    chosen = ", ".join(_PLACE.get(name, f"n.{name}") for name in columns)
    execute(
        f"""
WITH base AS MATERIALIZED (
    SELECT b AS row FROM
        jsonb_populate_record(NULL::offices_organization, %(blank)s::jsonb) b
), made AS (
    INSERT INTO offices_organization
        (uuid, created_at, changed_at, {", ".join(columns)})
    SELECT s.uuid, now(), now(), {chosen}
    FROM register_judged j JOIN register_placed s ON s.line = j.line
    CROSS JOIN base
    LEFT JOIN offices_dwelling d ON d.id = j.dwelling_id
    LEFT JOIN offices_building b ON b.id = d.building_id
    CROSS JOIN LATERAL jsonb_populate_record(base.row, s.values || s.sealed) n
    WHERE j.outcome = 'new' ORDER BY j.line RETURNING uuid, address, source,
        street_id, community_id
)
INSERT INTO offices_lifeevent (register, subject, what, "on", told, source, by_id,
    unit_id, street_id, community_id, at)
SELECT 'organization', uuid, '{LifeEvent.What.ENTERED}', %(today)s,
    left(address, 200), source, %(by)s, %(unit)s, street_id, community_id, now()
FROM made
""",
        dict(values),
    )


def _update(values: Mapping[str, Any]) -> None:
    """What differs, and the door where the row names another."""
    names = [one.name for one in FIELDS["organization"] if one.name not in APART]
    names = [*names, "phone_hash", "phone_tail"]
    execute(
        f"""
UPDATE offices_organization o SET changed_at = now(), confirmed_at = now(),
    {", ".join(f"{name} = x.{name}" for name in names)},
    dwelling_id = coalesce(x.door, o.dwelling_id),
    building_id = coalesce(x.house, o.building_id),
    address = coalesce(x.door_address, o.address), place = coalesce(x.spot, o.place),
    cell_id = CASE WHEN x.door IS NULL THEN o.cell_id ELSE x.door_cell END,
    community_id = CASE WHEN x.door IS NULL THEN o.community_id
        ELSE x.door_community END,
    street_id = CASE WHEN x.door IS NULL THEN o.street_id ELSE x.door_street END
FROM (
    SELECT q.id AS organization, n.*, d.id AS door, d.building_id AS house,
        d.address AS door_address, b.place AS spot, d.cell_id AS door_cell,
        d.community_id AS door_community, d.street_id AS door_street
    FROM register_judged j
    JOIN register_placed s ON s.line = j.line
    JOIN offices_organization q ON q.id = j.target
    LEFT JOIN offices_dwelling d ON d.id = j.dwelling_id AND j.moves
    LEFT JOIN offices_building b ON b.id = d.building_id
    CROSS JOIN LATERAL jsonb_populate_record(q, CASE WHEN j.at_once THEN
        s.values || (s.sealed
        - CASE WHEN q.phone_hash = s.values->>'phone_hash' THEN 'phone' ELSE '' END)
        ELSE '{{}}'::jsonb END) n
    WHERE j.outcome = 'changed' AND (j.at_once OR j.moves)
) x WHERE o.id = x.organization
""",
        dict(values),
    )


def shown(values: Mapping[str, Any], most: int) -> list[tuple[Any, ...]]:
    """Line, name, code, outcome and the fields that differ."""
    return fetch(
        """
SELECT j.line, s.values->>'name', coalesce(s.values->>'code', ''), j.outcome,
    CASE WHEN j.outcome = 'changed' THEN ARRAY(
        SELECT k.key FROM jsonb_each(s.values) k
        WHERE to_jsonb(o)->k.key IS DISTINCT FROM k.value) ELSE '{}' END, j.moves
FROM register_judged j JOIN register_placed s ON s.line = j.line
LEFT JOIN offices_organization o ON o.id = j.target
WHERE j.outcome <> 'bad' ORDER BY j.outcome = 'same', j.line LIMIT %(shown)s
""",
        {**values, "shown": most},
    )
