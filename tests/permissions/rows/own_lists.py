"""What a person keeps for himself, and acts on many cases."""

from typing import Any

from tests.permissions.table import (
    ALL,
    HOST,
    OTHER_UNITS,
    REVIEWS,
    SEES,
    USES_DESK,
    Row,
    Says,
    api,
    both,
    get,
    nothing,
    page,
    post,
)

# The bodies that dispose; neither the street nor its communities.
HAS_UNIT_LIST = both(HOST | OTHER_UNITS)
HAS_LIST = both(USES_DESK["own"] | REVIEWS["own"] | HAS_UNIT_LIST["own"])
# The view that is changed here is the desk's own, and not shared.
OWNS = both(frozenset({"desk"}))


def new_view(world: Any, side: str) -> dict[str, Any]:
    return {"page": "desk", "name": "急件", "query": "view=all"}


def renamed(world: Any, side: str) -> dict[str, Any]:
    return {"do": "rename", "name": "急件"}


def marked(world: Any, side: str) -> dict[str, Any]:
    return {"kind": "case", "subject": str(world.cases[side].uuid), "unread": "yes"}


def marked_by_api(world: Any, side: str) -> dict[str, Any]:
    return {"kind": "case", "subjects": [str(world.cases[side].uuid)], "unread": True}


def looked_at(world: Any, side: str) -> dict[str, Any]:
    cases = [{"uuid": str(world.cases[side].uuid)}]
    return {"verb": "sign", "cases": cases, "preview": True}


DESKS = get((USES_DESK, 200), rest=403, query="?page=desk")

ROWS: dict[str, Row] = {
    "workflow:views": page(DESKS | post((USES_DESK, 302), rest=403, body=new_view)),
    "workflow:view": page(post((OWNS, 302), body=renamed), "saved_view"),
    "workflow:seen": page(post((SEES, 302), body=marked)),
    "cases:unit": page(get((HAS_UNIT_LIST, 200), rest=403)),
    "cases:desk-unread": page(ALL),
    # Allowed, but no case is named.
    "cases:desk-many": page(
        get((HAS_LIST, 400), rest=403) | post((HAS_LIST, 400), rest=403, body=nothing)
    ),
    "api:view-list": api(DESKS | post((USES_DESK, 201), rest=403, body=new_view)),
    "api:view-detail": api(
        {
            "PATCH": Says(((OWNS, 200),), body=new_view),
            "DELETE": Says(((OWNS, 204),)),
        },
        "saved_view",
    ),
    "api:seen": api(post((SEES, 200), body=marked_by_api)),
    "api:case-many": api(post((both(SEES["own"]), 200), rest=200, body=looked_at)),
}
