"""Rosters, notes of shifts, the address book."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    ADMINISTRATORS,
    DESK,
    DISTRICT,
    HOST,
    OFFICE,
    OTHER_UNITS,
    PEOPLE,
    STEWARDS,
    Row,
    Says,
    Sides,
    api,
    both,
    get,
    page,
    post,
)


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


OUTSIDER = frozenset({"outsider"})
NO_STAFF = frozenset({"volunteer", "nobody"})
STAFF = both(PEOPLE - NO_STAFF)
STRANGERS = both(NO_STAFF)
ALL_KEEPERS = frozenset(
    {"filer", "desk", "outsider", "clerk", "unit_reviewer", "office_head"}
    | {"supervisor", "leader", "system"}
)
SOME = both(ALL_KEEPERS)
# The unit is the street of the side.
KEEPS: Sides = {
    "own": frozenset({"filer", "desk", "system"}),
    "foreign": frozenset({"outsider", "system"}),
}
CENTRE = frozenset({"supervisor", "leader"})
HANDS = both(DESK | OUTSIDER | HOST | OTHER_UNITS | OFFICE | CENTRE)
READS_NOTES = both(PEOPLE - NO_STAFF - STEWARDS - ADMINISTRATORS)
SEES_NOTE: Sides = {"own": DESK | DISTRICT, "foreign": OUTSIDER | DISTRICT}
# Its writer is the desk of the side: somebody else signs.
SIGNS: Sides = {"own": DESK - {"desk"}, "foreign": frozenset()}
WROTE: Sides = {"own": frozenset({"desk"}), "foreign": OUTSIDER}

STAFF_READS = get((STAFF, 200), rest=403)
EDITS = get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 400), body=nothing)


def slot(world: Any, side: str) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=1)
    unit = world.cases[side].street.code
    return {"unit": unit, "day": day.isoformat(), "kind": "night", "people": []}


def week(world: Any, side: str) -> dict[str, Any]:
    unit = world.cases[side].street.code
    return {"unit": unit, "week": timezone.localdate().isoformat()}


def note(world: Any, side: str) -> dict[str, Any]:
    return {"unit": "sanitation", "uuid": world.fresh()}


def taken(world: Any, side: str) -> dict[str, Any]:
    return {"matters": []}


def of_note(*groups: tuple[Sides, int], body: Any = nothing) -> dict[str, Says]:
    return post(*groups, (SEES_NOTE, 403), (STRANGERS, 403), body=body)


NOTE = get((SEES_NOTE, 200), (STRANGERS, 403))
# It is not signed: there is nothing to take yet, for whom that would be.
NOT_YET = post((both(DISTRICT), 403), (STRANGERS, 403), body=taken)
TAKES_TABLES = get((SOME, 200), rest=403) | post((SOME, 400), rest=403, body=nothing)

ROWS: dict[str, Row] = {
    "contacts:list": page(STAFF_READS),
    "contacts:file": page(STAFF_READS),
    "contacts:new": page(TAKES_TABLES),
    "contacts:take": page(TAKES_TABLES),
    "contacts:edit": page(
        get((KEEPS, 200), rest=403) | post((KEEPS, 400), rest=403, body=nothing),
        "contact",
    ),
    "contacts:retire": page(post((KEEPS, 302), rest=403, body=nothing), "contact"),
    "roster:week": page(STAFF_READS),
    "roster:file": page(STAFF_READS),
    "roster:take": page(TAKES_TABLES),
    "roster:slot": page(
        get((KEEPS, 200), rest=403) | post((KEEPS, 302), rest=403, body=nothing),
        "roster_slot",
    ),
    "roster:copy": page(post((KEEPS, 302), rest=403, body=week)),
    "roster:line": page(get((HANDS, 200), (STRANGERS, 403))),
    "roster:handovers": page(get((READS_NOTES, 200), rest=403)),
    "roster:handover-new": page(
        get((HANDS, 200), rest=403) | post((HANDS, 400), rest=403, body=nothing)
    ),
    "roster:handover": page(NOTE, "handover"),
    "roster:paper": page(NOTE, "handover"),
    "roster:sign": page(of_note((SIGNS, 302)), "handover"),
    "roster:take-over": page(NOT_YET, "handover"),
    "roster:withdraw": page(of_note((WROTE, 302)), "handover"),
    "roster:rules": page(READ),
    "roster:rules-file": page(READ),
    "roster:rules-take": page(post((CHANGES_RULES, 400), body=nothing)),
    "roster:rule-new": page(EDITS),
    "roster:rule": page(EDITS, "shift_kind"),
    "api:on-duty": api(get((STAFF, 200), rest=403, query="?unit=110109001")),
    "api:shift-list": api(
        get((STAFF, 200), rest=403, query="?unit=110109001")
        | post((KEEPS, 200), rest=403, body=slot)
    ),
    "api:shift-copy": api(post((KEEPS, 200), rest=403, body=week)),
    "api:shift-kind-list": api(STAFF_READS),
    "api:handover-list": api(
        STAFF_READS | post((both(HOST), 201), rest=403, body=note)
    ),
    "api:handover-detail": api(NOTE, "handover"),
    "api:handover-sign": api(of_note((SIGNS, 200), body=taken), "handover"),
    "api:handover-take": api(NOT_YET, "handover"),
    "api:handover-withdraw": api(of_note((WROTE, 204)), "handover"),
    "api:contact-list": api(STAFF_READS | post((SOME, 400), rest=403, body=nothing)),
    "api:contact-detail": api(
        {
            "PATCH": Says(((KEEPS, 200),), 403, nothing),
            "DELETE": Says(((KEEPS, 204),), 403, nothing),
        },
        "contact",
    ),
}
