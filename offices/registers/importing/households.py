"""Households with their members: each row is a person, his household and relation.

People are entered or changed as by a sheet of people; then households are made, and
who belongs to another one leaves it (`life.join`). Nobody moves by such a sheet: it
says where somebody is registered.
"""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from offices.models import Household, LifeEvent, Register
from offices.models.ground import ground_of
from offices.models.household import HEAD
from offices.registers.importing import people, staging
from offices.registers.importing.staging import encode, execute

_MEMBER = """
LEFT JOIN offices_member b ON b.person_id = p.id AND b.until IS NULL
LEFT JOIN offices_household h ON h.id = b.household_id
"""
_SAME = """CASE WHEN h.number = s.extra->>'household'
    AND b.relation = s.extra->>'relation' AND h.state = 'here'
    AND coalesce(h.kind = s.extra->>'household_kind', true)
    THEN 'same' ELSE 'changed' END"""
shown = people.shown


def judge(values: Mapping[str, Any], ground: Any) -> None:
    people.judge(values, ground, moves="false", same=_SAME, more=_MEMBER)


def write(values: Mapping[str, Any], by: User) -> None:
    people.write(values, by, register=Register.HOUSEHOLD)
    own, named = staging.owned("h", ground_of(by))
    values = {**values, **named, "head": HEAD}
    _insert(values, own)
    _change(values, own)
    _join(values, own)


def _insert(values: Mapping[str, Any], own: str) -> None:
    """The households whose number nobody has here; at the head's door."""
    usual = encode({"kind": Household.Kind.FAMILY})
    blank = staging.blank(Household)[:-1] + ", " + usual[1:]
    columns = staging.written(Household)
    said = {
        "number": "s.extra->>'household'",
        "kind": "coalesce(s.extra->>'household_kind', n.kind)",
        **{"dwelling_id": "d.id", "address": "coalesce(d.address, '')"},
        **{"cell_id": "d.cell_id", "source": "coalesce(s.values->>'source', '')"},
        "community_id": people.PLACE["community_id"],
        "street_id": people.PLACE["street_id"],
    }
    chosen = ", ".join(said.get(name, f"n.{name}") for name in columns)
    execute(
        f"""
WITH made AS (
    INSERT INTO offices_household (uuid, created_at, changed_at, {", ".join(columns)})
    SELECT DISTINCT ON (s.extra->>'household') gen_random_uuid(), now(), now(), {chosen}
    FROM register_judged j JOIN register_placed s ON s.line = j.line
    LEFT JOIN offices_dwelling d ON d.id = j.dwelling_id
    CROSS JOIN jsonb_populate_record(NULL::offices_household, %(blank)s::jsonb) n
    WHERE j.outcome IN ('new', 'changed') AND NOT EXISTS (
        SELECT FROM offices_household h WHERE h.number = s.extra->>'household'
            AND h.state = 'here' AND {own})
    ORDER BY s.extra->>'household', s.extra->>'relation' <> %(head)s, d.id IS NULL,
        j.line
    RETURNING uuid, source, street_id, community_id
)
INSERT INTO offices_lifeevent (register, subject, what, "on", told, source, by_id,
    unit_id, street_id, community_id, at)
SELECT 'household', uuid, '{LifeEvent.What.ENTERED}', %(today)s, '', source, %(by)s,
    %(unit)s, street_id, community_id, now() FROM made
""",
        {**values, "blank": blank},
    )


def _change(values: Mapping[str, Any], own: str) -> None:
    execute(
        f"""
UPDATE offices_household h SET kind = x.kind, changed_at = now()
FROM (
    SELECT DISTINCT ON (s.extra->>'household') s.extra->>'household' AS number,
        s.extra->>'household_kind' AS kind
    FROM register_judged j JOIN register_placed s ON s.line = j.line
    WHERE j.outcome = 'changed' AND s.extra->>'household_kind' IS NOT NULL
    ORDER BY 1, j.line
) x WHERE h.number = x.number AND h.state = 'here' AND h.kind <> x.kind AND {own}
""",
        dict(values),
    )


def _join(values: Mapping[str, Any], own: str) -> None:
    """Who is in which household from now on; who was in another leaves it."""
    execute(
        f"""
CREATE TEMPORARY TABLE register_joining ON COMMIT DROP AS
SELECT DISTINCT ON (p.id) p.id AS person, h.id AS household,
    s.extra->>'relation' AS relation
FROM register_judged j JOIN register_placed s ON s.line = j.line
JOIN offices_person p ON p.id = j.target OR (j.target IS NULL AND p.uuid = s.uuid)
JOIN LATERAL (
    SELECT h.id FROM offices_household h WHERE h.number = s.extra->>'household'
        AND h.state = 'here' AND {own} ORDER BY h.id LIMIT 1
) h ON true
LEFT JOIN offices_member m ON m.person_id = p.id AND m.until IS NULL
WHERE j.outcome IN ('new', 'changed') AND (m.id IS NULL OR m.household_id <> h.id
    OR m.relation <> s.extra->>'relation')
ORDER BY p.id, j.line
""",
        dict(values),
    )
    for statement in (
        "UPDATE offices_household h SET head_id = NULL, changed_at = now()"
        " FROM register_joining g WHERE h.head_id = g.person",
        "UPDATE offices_member m SET until = greatest(m.since, %(today)s)"
        " FROM register_joining g WHERE m.person_id = g.person AND m.until IS NULL",
        "INSERT INTO offices_member (household_id, person_id, relation)"
        " SELECT household, person, relation FROM register_joining ORDER BY person",
        "UPDATE offices_household h SET head_id = g.person, changed_at = now()"
        " FROM register_joining g WHERE h.id = g.household AND g.relation = %(head)s",
        "DROP TABLE register_joining",
    ):
        execute(statement, dict(values))
