"""Entries that a sheet changes: at once where the sender's unit owns what is changed,
one by one through `entering` where somebody else does, who is then asked.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from accounts.models import Unit, User
from govmap.lib.sealed import Sealed
from offices.models import FieldOwner
from offices.models.ownership import COMMUNITY
from offices.registers.importing.columns import APART, DAY, FIELDS, NUMBER, PHONE
from offices.registers.importing.staging import execute, fetch
from offices.registers.owning import units_of


def split(values: Mapping[str, Any], by: User, register: str, table: str) -> None:
    """Say of each changed row whether it may be written at once.

    Of what is sealed only the hash can be compared.
    """
    others = FieldOwner.objects.filter(register=register).exclude(owner=COMMUNITY)
    names = sorted({name for row in others for name in row.fields})
    sealed = "".join(
        f" AND NOT (s.values ? '{one.name}_hash' AND"
        f" s.values->>'{one.name}_hash' IS DISTINCT FROM q.{one.name}_hash)"
        for one in FIELDS[register]
        if one.kind in (NUMBER, PHONE) and one.name in names
    )
    own = Unit.objects.filter(kind=Unit.Kind.COMMUNITY, pk__in=units_of(by))
    execute(
        "ALTER TABLE register_judged ADD COLUMN IF NOT EXISTS at_once boolean"
        " NOT NULL DEFAULT false"
    )
    execute(
        f"""
UPDATE register_judged j SET at_once = true FROM register_placed s, {table} q
WHERE s.line = j.line AND q.id = j.target AND j.outcome = 'changed'
    AND q.community_id = ANY(%(own)s) AND NOT s.values ?| %(names)s::text[]
    {sealed}
""",
        {**values, "own": list(own.values_list("pk", flat=True)), "names": names},
    )


def singly(register: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries that are changed one by one, with their fields as a form has them."""
    days = {one.name for one in FIELDS[register] if one.kind == DAY}
    rows = fetch(
        "SELECT j.target, s.values, s.sealed FROM register_judged j"
        " JOIN register_placed s ON s.line = j.line"
        " WHERE j.outcome = 'changed' AND NOT j.at_once ORDER BY j.line"
    )
    for target, values, sealed in rows:
        # A plain cursor answers JSON as text.
        yield target, _fields(json.loads(values), json.loads(sealed), days)


def _fields(
    values: Mapping[str, Any], sealed: Mapping[str, str], days: Sequence[str] | set[str]
) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: date.fromisoformat(value) if name in days else value
        for name, value in values.items()
        if not name.endswith(("_hash", "_tail")) and name not in APART
    }
    return said | {name: Sealed(token).open() for name, token in sealed.items()}
