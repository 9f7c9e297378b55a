"""People of a sheet: who is meant, what is new of him, and writing it for thousands.

The same as `entering.enter_person` and `change_person` do for one; who moves goes
through `life.move_in` itself.
"""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from offices.models import Dwelling, LifeEvent, Person, Register
from offices.registers import entering, life
from offices.registers.importing import changing, doors, staging
from offices.registers.importing.columns import APART, FIELDS
from offices.registers.importing.rows import USUAL
from offices.registers.importing.staging import encode, execute, fetch

# Who bears the number; else who has the name and birth and lives behind the door.
FOUND = """
CREATE TEMPORARY TABLE register_found ON COMMIT DROP AS
SELECT s.line, p.id AS target FROM register_placed s
JOIN offices_person p ON p.number_hash = s.key AND p.number_hash <> ''
    AND p.state <> 'merged'
UNION ALL
SELECT s.line, n.id FROM register_placed s
JOIN LATERAL (
    SELECT q.id FROM offices_person q WHERE q.birth = (s.values->>'birth')::date
        AND q.name = s.values->>'name' AND q.dwelling_id = s.dwelling_id
        AND q.state <> 'merged' ORDER BY q.id LIMIT 1
) n ON true
WHERE left(s.key, 2) = 'n:' AND s.dwelling_id IS NOT NULL
"""
# Somebody of the name and birth, or of the name and phone, whose number does not say
# that he is another.
MAYBE = """
LEFT JOIN LATERAL (
    SELECT q.id FROM offices_person q WHERE p.id IS NULL AND q.name = s.values->>'name'
        AND q.birth = (s.values->>'birth')::date AND q.state <> 'merged'
        AND (q.number_hash = '' OR s.values->>'number_hash' IS NULL) AND {own_q}
    UNION ALL
    SELECT q.id FROM offices_person q WHERE p.id IS NULL AND q.name = s.values->>'name'
        AND q.phone_hash = s.values->>'phone_hash' AND q.phone_hash <> ''
        AND q.state <> 'merged'
        AND (q.number_hash = '' OR s.values->>'number_hash' IS NULL) AND {own_q}
    LIMIT 1
) m ON true
"""
JUDGED = f"""
SELECT s.line, s.building_id, s.dwelling_id, p.id AS target,
    CASE WHEN s.first IS NOT NULL AND s.first_content = s.content THEN 'same'
        WHEN s.first IS NOT NULL THEN 'bad'
        WHEN p.id IS NULL AND m.id IS NOT NULL AND NOT %(another)s THEN 'bad'
        WHEN p.id IS NULL THEN 'new'
        WHEN p.state = 'dead' OR NOT {{own_p}} THEN 'bad'
        WHEN {{moves}} OR NOT to_jsonb(p) @> s.values THEN 'changed'
        ELSE {{same}} END AS outcome,
    CASE WHEN s.first IS NOT NULL AND s.first_content <> s.content
            THEN 'twice ' || s.first
        WHEN s.first IS NOT NULL THEN ''
        WHEN p.id IS NULL AND m.id IS NOT NULL AND NOT %(another)s
            THEN 'maybe ' || m.id
        WHEN p.state = 'dead' THEN 'dead'
        WHEN p.id IS NOT NULL AND NOT {{own_p}} THEN
            'elsewhere ' || coalesce(p.community_id, p.street_id, 0)
        ELSE '' END AS why,
    coalesce({{moves}}, false) AS moves,
    coalesce(NOT to_jsonb(p) @> s.values, false) AS differs
FROM register_placed s
LEFT JOIN register_found r ON r.line = s.line
LEFT JOIN offices_person p ON p.id = r.target
{MAYBE}
{{more}}
"""
# Somebody moves who lives elsewhere than the row says. A household's sheet says where
# he is registered, which is another thing.
MOVES = "(s.has_door AND p.dwelling_id IS DISTINCT FROM s.dwelling_id)"
_WRITTEN = ("number", "number_hash", "number_tail", "phone", "phone_hash", "phone_tail")


def _columns(register: str) -> list[str]:
    """Columns of a person that a sheet may fill."""
    said = [one.name for one in FIELDS[register] if one.name not in APART]
    return list(dict.fromkeys([*said, *_WRITTEN]))


def judge(
    values: Mapping[str, Any],
    ground: Any,
    *,
    moves: str = MOVES,
    same: str = "'same'",
    more: str = "",
) -> None:
    """Say of each row of the portion what it does.

    ``same``: what is said of a person of whom nothing differs, with ``more`` tables.
    """
    execute(FOUND, dict(values))
    execute("ANALYZE register_found")
    own_p, named = staging.owned("p", ground)
    own_q, _named = staging.owned("q", ground)
    statement = JUDGED.format(
        own_p=own_p, own_q=own_q, moves=moves, same=same, more=more
    )
    staging.judge(statement, {**values, **named})


# Where the new ones live, or nowhere: then on the ground of whoever writes them.
PLACE = {
    "dwelling_id": "d.id",
    "address": "coalesce(d.address, '')",
    "cell_id": "d.cell_id",
    "community_id": "CASE WHEN d.id IS NULL THEN %(community)s ELSE d.community_id END",
    "street_id": "CASE WHEN d.id IS NULL THEN %(street)s ELSE d.street_id END",
}
NEW = """
CREATE TEMPORARY TABLE register_new ON COMMIT DROP AS
SELECT s.line, s.uuid, j.dwelling_id, (s.extra->>'since')::date AS since,
    coalesce(s.values->>'residence_kind', '') AS tenure,
    coalesce(s.values->>'source', '') AS source,
    nextval(pg_get_serial_sequence('offices_person', 'id')) AS id
FROM register_judged j JOIN register_placed s ON s.line = j.line
WHERE j.outcome = 'new' ORDER BY s.line
"""
LIVES = f"""
INSERT INTO offices_lifeevent (register, subject, what, "on", told, source, by_id,
    unit_id, street_id, community_id, at)
SELECT 'person', w.uuid, '{LifeEvent.What.ENTERED}', coalesce(w.since, %(today)s),
    left(coalesce(d.address, ''), 200), w.source, %(by)s, %(unit)s,
    {PLACE["street_id"]}, {PLACE["community_id"]}, now()
FROM register_new w LEFT JOIN offices_dwelling d ON d.id = w.dwelling_id
ORDER BY w.line
"""
RESIDENCES = """
INSERT INTO offices_residence (person_id, dwelling_id, since, tenure)
SELECT id, dwelling_id, since, tenure FROM register_new
WHERE dwelling_id IS NOT NULL ORDER BY line
"""


def insert(values: Mapping[str, Any], *, register: str = Register.PERSON) -> None:
    """The new people, their first residence, and the line in their lives."""
    columns = staging.written(Person)
    said = ", ".join(PLACE.get(name, f"n.{name}") for name in columns)
    names = ", ".join(columns)
    execute("DROP TABLE IF EXISTS pg_temp.register_new")
    execute(NEW)
    execute("ANALYZE register_new")
    execute(
        f"""
WITH base AS MATERIALIZED (
    SELECT b AS row FROM jsonb_populate_record(NULL::offices_person, %(blank)s::jsonb) b
)
INSERT INTO offices_person (id, uuid, created_at, changed_at, {names})
SELECT w.id, w.uuid, now(), now(), {said}
FROM register_new w JOIN register_placed s ON s.line = w.line
CROSS JOIN base
LEFT JOIN offices_dwelling d ON d.id = w.dwelling_id
CROSS JOIN LATERAL jsonb_populate_record(base.row, s.values || s.sealed) n
ORDER BY w.line
""",
        {**values, "blank": _blank(register)},
    )
    execute(LIVES, dict(values))
    execute(RESIDENCES)


def _blank(register: str) -> str:
    said = staging.blank(Person)
    return said[:-1] + ", " + encode(USUAL[register])[1:]


def update(values: Mapping[str, Any], *, register: str = Register.PERSON) -> None:
    """What differs. Ciphertext whose hash is the same stays as it is."""
    columns = _columns(register)
    execute(
        f"""
UPDATE offices_person p SET changed_at = now(), confirmed_at = now(),
    {", ".join(f"{name} = x.{name}" for name in columns)}
FROM (
    SELECT q.id AS person_id, n.* FROM register_judged j
    JOIN register_placed s ON s.line = j.line
    JOIN offices_person q ON q.id = j.target
    CROSS JOIN LATERAL jsonb_populate_record(q, s.values || (s.sealed
        - CASE WHEN q.number_hash = s.values->>'number_hash' THEN 'number' ELSE '' END
        - CASE WHEN q.phone_hash = s.values->>'phone_hash' THEN 'phone' ELSE '' END
    )) n
    WHERE j.outcome = 'changed' AND j.differs AND j.at_once
) x WHERE p.id = x.person_id
""",
        dict(values),
    )


def write(
    values: Mapping[str, Any], by: User, *, register: str = Register.PERSON
) -> None:
    """Doors, new people, what differs of others, and who moves."""
    doors.make({**values, "of_doors": False}, by)
    insert(values, register=register)
    changing.split(values, by, Register.PERSON, "offices_person")
    update(values, register=register)
    for person, fields in changing.singly(register):
        entering.change_person(Person.objects.get(pk=person), fields, by)
    for person, dwelling, day, tenure in movers(values):
        life.move_in(
            Person.objects.get(pk=person),
            Dwelling.objects.get(pk=dwelling),
            by,
            on=day,
            tenure=tenure,
        )


def movers(values: Mapping[str, Any]) -> list[tuple[int, int, Any, str]]:
    """Person, dwelling, day and kind of residence of those who move."""
    return fetch(
        """
SELECT j.target, j.dwelling_id, (s.extra->>'since')::date,
    coalesce(s.values->>'residence_kind', '')
FROM register_judged j JOIN register_placed s ON s.line = j.line
WHERE j.outcome = 'changed' AND j.moves AND j.dwelling_id IS NOT NULL ORDER BY j.line
""",
        dict(values),
    )


def shown(values: Mapping[str, Any], most: int) -> list[tuple[Any, ...]]:
    """Line, name, tail of the number, outcome and the fields that differ."""
    return fetch(
        """
SELECT j.line, s.values->>'name', coalesce(s.values->>'number_tail', ''), j.outcome,
    CASE WHEN j.outcome = 'changed' THEN ARRAY(
        SELECT k.key FROM jsonb_each(s.values) k
        WHERE to_jsonb(p)->k.key IS DISTINCT FROM k.value) ELSE '{}' END, j.moves
FROM register_judged j JOIN register_placed s ON s.line = j.line
LEFT JOIN offices_person p ON p.id = j.target
WHERE j.outcome <> 'bad' ORDER BY j.outcome = 'same', j.line LIMIT %(shown)s
""",
        {**values, "shown": most},
    )
