"""Following a case: whoever sees the case."""

from typing import Any

from tests.permissions.table import SEES, Row, page, post


def follow(world: Any, side: str) -> dict[str, Any]:
    return {"follow": "yes"}


ROWS: dict[str, Row] = {
    "cases:follow": page(post((SEES, 302), body=follow), "case"),
}
