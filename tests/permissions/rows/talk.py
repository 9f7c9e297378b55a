"""Comments on a case: for who works on it."""

from typing import Any

from tests.permissions.table import (
    ALL,
    DESK,
    DISTRICT,
    SEES,
    Row,
    Says,
    Sides,
    api,
    both,
    get,
    page,
    post,
)

# The comment is the desk's of the side's street.
WROTE: Sides = {"own": frozenset({"desk"}), "foreign": frozenset({"outsider"})}


def said(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "text": "请看现场"}


OUTSIDER = frozenset({"outsider"})
USES = both(DESK | OUTSIDER | {"community_worker", "supervisor", "leader"})
# Of the leader of the district, to the desk of the street.
SEES_IT: Sides = {"own": DESK | DISTRICT, "foreign": OUTSIDER | DISTRICT}
SIGNS: Sides = {"own": DESK, "foreign": OUTSIDER}


def sign(world: Any, side: str) -> dict[str, Any]:
    return {"verb": "sign", "act_id": world.fresh()}


def sign_on_page(world: Any, side: str) -> dict[str, Any]:
    return {**sign(world, side), "after_event": 1}


SEEN = get((SEES, 200))
OWN = post((WROTE, 302), (SEES, 403), body=said)

ROWS: dict[str, Row] = {
    "talk:talk": page(SEEN | post((SEES, 302), body=said), "case"),
    "talk:who": page(SEEN, "case"),
    "talk:change": page(OWN, "comment"),
    "talk:withdraw": page(OWN, "comment"),
    "talk:instructions": page(get((USES, 200), rest=403)),
    "talk:instruction": page(get((SEES_IT, 200)), "instruction"),
    "talk:instruction-act": page(
        post((SIGNS, 302), (SEES_IT, 403), body=sign_on_page), "instruction"
    ),
    "api:instruction-list": api(ALL),
    "api:instruction-detail": api(get((SEES_IT, 200)), "instruction"),
    "api:instruction-acts": api(
        post((SIGNS, 200), (SEES_IT, 403), body=sign), "instruction"
    ),
    "api:comments": api(SEEN | post((SEES, 201), body=said), "case"),
    "api:comment": api(
        {
            "PATCH": Says(((WROTE, 200), (SEES, 403)), body=said),
            "DELETE": Says(((WROTE, 204), (SEES, 403)), body=said),
        },
        "comment",
    ),
}
