"""The pages of the classification."""

from typing import Any

from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import Row, get, page, post


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def edition(world: Any, side: str) -> dict[str, Any]:
    return {"standard": "gbt47678.5-2026"}


FORM = get((CHANGES_RULES, 200))
# An empty form is for who may send it: it is told what is missing.
EDITS = FORM | post((CHANGES_RULES, 400), body=nothing)
DONE = post((CHANGES_RULES, 302), body=nothing)

ROWS: dict[str, Row] = {
    "workflow:classes": page(READ),
    "workflow:classes_file": page(READ),
    "workflow:conditions_file": page(READ),
    "workflow:conditions_take": page(EDITS),
    "workflow:standard_default": page(post((CHANGES_RULES, 302), body=edition)),
    "workflow:category_new": page(EDITS),
    "workflow:category": page(READ, "category"),
    "workflow:category_edit": page(EDITS, "category"),
    "workflow:category_retire": page(DONE, "category"),
    "workflow:condition_new": page(EDITS, "category"),
    "workflow:condition_edit": page(EDITS, "condition"),
    "workflow:condition_retire": page(DONE, "condition"),
}
