"""Following a case, and its record on paper: whoever sees the case."""

from typing import Any

from tests.permissions.table import SEEN, SEES, Row, page, post


def follow(world: Any, side: str) -> dict[str, Any]:
    return {"follow": "yes"}


ROWS: dict[str, Row] = {
    "cases:follow": page(post((SEES, 302), body=follow), "case"),
    "cases:paper": page(SEEN, "case"),
}
