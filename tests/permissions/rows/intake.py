"""The desk's intake, its callers, and what may be the same trouble."""

from typing import Any

from tests.permissions.table import (
    REPORTERS,
    SEES,
    USES_DESK,
    Row,
    Sides,
    both,
    get,
    page,
    post,
)

NEAR = both(REPORTERS["own"] | USES_DESK["own"])
REGISTERS = both(frozenset({"acceptor", "filer", "desk", "outsider"}))
DESK_SEES: Sides = {side: SEES[side] & USES_DESK[side] for side in SEES}


def registered(world: Any, side: str) -> dict[str, Any]:
    return {
        "uuid": world.fresh(),
        "source": "phone",
        "category": world.category,
        "note": "路口有垃圾",
        "place": ",".join(str(part) for part in world.place),
    }


def phone(world: Any, side: str) -> dict[str, Any]:
    return {"phone": "13800001111"}


ROWS: dict[str, Row] = {
    "cases:report-place": page(
        get((NEAR, 200), rest=403, query="?lon=116.3005&lat=39.9035")
    ),
    "cases:report-addresses": page(get((NEAR, 200), rest=403, query="?q=甲")),
    "cases:near": page(
        # Without a class there is nothing to compare.
        get((NEAR, 404), rest=403, query="?lon=116.3005&lat=39.9035")
    ),
    "cases:case-near": page(get((DESK_SEES, 200), (USES_DESK, 404), rest=403), "case"),
    "cases:desk-new": page(
        get((REGISTERS, 200), rest=403)
        | post((REGISTERS, 302), rest=403, body=registered)
    ),
    "cases:known-caller": page(post((USES_DESK, 200), rest=403, body=phone)),
    # Nobody called about the driven cases.
    "cases:caller": page(get() | post(body=phone), "case"),
}
