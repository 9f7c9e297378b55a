"""Comments on a case: for who works on it."""

from typing import Any

from tests.permissions.table import SEES, Row, Says, Sides, api, get, page, post

# The comment is the desk's of the side's street.
WROTE: Sides = {"own": frozenset({"desk"}), "foreign": frozenset({"outsider"})}


def said(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "text": "请看现场"}


SEEN = get((SEES, 200))
OWN = post((WROTE, 302), (SEES, 403), body=said)

ROWS: dict[str, Row] = {
    "talk:talk": page(SEEN | post((SEES, 302), body=said), "case"),
    "talk:who": page(SEEN, "case"),
    "talk:change": page(OWN, "comment"),
    "talk:withdraw": page(OWN, "comment"),
    "api:comments": api(SEEN | post((SEES, 201), body=said), "case"),
    "api:comment": api(
        {
            "PATCH": Says(((WROTE, 200), (SEES, 403)), body=said),
            "DELETE": Says(((WROTE, 204), (SEES, 403)), body=said),
        },
        "comment",
    ),
}
