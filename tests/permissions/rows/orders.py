"""The hotline's work orders: the desk's, the handling unit's, and nobody else's."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cases.ordering import row, text
from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    ALL,
    DESK,
    DISTRICT,
    HOST,
    USES_DESK,
    Row,
    Sides,
    api,
    both,
    get,
    page,
    post,
)

CENTRE = frozenset({"supervisor", "leader"})
OUTSIDER = frozenset({"outsider"})
LISTS = both(DESK | OUTSIDER | CENTRE)
SEES_ORDER: Sides = {"own": DESK | HOST | DISTRICT, "foreign": OUTSIDER | DISTRICT}
# The case of street 1 is a handler's task; of the other none is yet.
REVEALS: Sides = {"own": CENTRE | {"handler"}, "foreign": CENTRE}
REPLIES: Sides = {"own": DESK | HOST, "foreign": OUTSIDER}
MANAGES: Sides = {"own": DESK, "foreign": OUTSIDER}
SENT: Sides = {"own": frozenset({"desk"}), "foreign": OUTSIDER}
SEES_SHEET: Sides = {side: people | CENTRE for side, people in SENT.items()}


def _says(**sent: str) -> Any:
    return lambda world, side: sent


def sheet(world: Any, side: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("a.csv", text(row()))}


def rules(world: Any, side: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("orders.json", b"{}")}


REPLY = _says(text="已办理", manner="电话")
VISIT = _says(contacted="yes")
EXCLUSION = _says(ground="other", text="重复派单")
WEIGHTS = _says(
    valid_from="2026-12-01",
    response="10",
    solved="45",
    satisfied="45",
    solved_words="解决",
    satisfied_words="满意",
)


def done(who: Sides, body: Any) -> Any:
    """302 to who may, 403 to who only sees the order."""
    return post((who, 302), (SEES_ORDER, 403), body=body)


ROWS: dict[str, Row] = {
    "orders:list": page(get((LISTS, 200), rest=403)),
    "orders:import": page(
        get((USES_DESK, 200), rest=403)
        | post((USES_DESK, 400), rest=403, body=_says())  # no file
    ),
    "orders:sheet": page(get((SEES_SHEET, 200)), "order_sheet"),
    "orders:take": page(
        post((SENT, 302), (SEES_SHEET, 403), body=_says()), "order_sheet"
    ),
    "orders:cancel": page(
        post((SENT, 302), (SEES_SHEET, 403), body=_says()), "order_sheet"
    ),
    "orders:refused": page(get((SENT, 200)), "order_sheet"),
    "orders:rates": page(get((LISTS, 200), rest=403)),
    "orders:reveals": page(get((both(frozenset({"audit"})), 200), rest=403)),
    "orders:order": page(get((SEES_ORDER, 200)), "order"),
    "orders:reveal": page(
        post((REVEALS, 200), (SEES_ORDER, 403), body=_says(purpose="call_caller")),
        "order",
    ),
    "orders:reply": page(done(REPLIES, REPLY), "order"),
    "orders:kind": page(done(MANAGES, _says(kind="complex")), "order"),
    "orders:visit": page(done(REPLIES, VISIT), "order"),
    "orders:exclusion": page(done(MANAGES, EXCLUSION), "order"),
    "orders:rules": page(READ),
    "orders:rules-change": page(post((CHANGES_RULES, 302), body=WEIGHTS)),
    "orders:rules-file": page(READ),
    "orders:rules-import": page(post((CHANGES_RULES, 302), body=rules)),
    "api:order-list": api(ALL),
    "api:order-detail": api(get((SEES_ORDER, 200)), "order"),
    "api:order-import": api(post((USES_DESK, 202), rest=403, body=sheet)),
    "api:order-sheet-list": api(ALL),
    "api:order-sheet-detail": api(get((SEES_SHEET, 200)), "order_sheet"),
    "api:order-sheet-take": api(
        post((SENT, 200), (SEES_SHEET, 403), body=_says()), "order_sheet"
    ),
    "api:order-sheet-cancel": api(
        post((SENT, 200), (SEES_SHEET, 403), body=_says()), "order_sheet"
    ),
}
