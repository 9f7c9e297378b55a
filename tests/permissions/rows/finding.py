"""Searching cases and taking lists out of the system."""

from typing import Any

from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    ADMINISTRATORS,
    ALL,
    DESK,
    DISTRICT,
    GRID,
    HOST,
    OFFICE,
    OTHER_UNITS,
    OUTSIDERS,
    Row,
    Sides,
    api,
    both,
    get,
    nothing,
    page,
    post,
    rules_file,
)

CENTRE = frozenset({"supervisor", "leader"})
SEARCHES = both(
    DESK
    | GRID
    | HOST
    | OTHER_UNITS
    | OFFICE
    | DISTRICT
    | OUTSIDERS
    | {"community_worker"}
)
PHONES = both(DESK | CENTRE | {"outsider"})
# Who has a rule of the usual ones.
EXPORTS = both(DESK | CENTRE | {"outsider", "inspector", "clerk", "unit_reviewer"})
# An export of each street's desk; it waits for approval.
RECORD = ADMINISTRATORS | CENTRE
SHOWN: Sides = {"own": RECORD | {"desk"}, "foreign": RECORD | {"outsider"}}
DECIDES = both(CENTRE)


def _search(world: Any, side: str) -> dict[str, Any]:
    return {"phone": "13812345678", "purpose": "answer"}


def _ask(world: Any, side: str) -> dict[str, Any]:
    """Of a list that holds nothing: whoever may ask is told so."""
    columns = ["number"]
    said = {"register": "cases", "query": "view=all&q=无此字样", "columns": columns}
    return {**said, "purpose": "核对数据", "form": "csv"}


def _agree(world: Any, side: str) -> dict[str, Any]:
    return {"agrees": "yes"}


ROWS: dict[str, Row] = {
    "cases:search": page(get((SEARCHES, 200), rest=403, query="?view=all")),
    "cases:search-phone": page(post((PHONES, 302), rest=403, body=_search)),
    "workflow:exports": page(ALL),
    "workflow:export-new": page(
        get((EXPORTS, 200), rest=403, query="?register=cases&view=all")
        | post((EXPORTS, 404), body=nothing)  # of no list
    ),
    "workflow:export": page(get((SHOWN, 200)), "export"),
    "workflow:export-decide": page(
        post((DECIDES, 302), (SHOWN, 403), body=_agree), "export"
    ),
    # It is not made yet.
    "workflow:export-file": page(get(), "export"),
    "workflow:export-rules": page(READ),
    "workflow:export-rules-file": page(READ),
    "workflow:export-rules-take": page(post((CHANGES_RULES, 302), body=rules_file)),
    "workflow:export-rule-new": page(
        get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 400), body=nothing)
    ),
    "workflow:export-rule": page(
        get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 400), body=nothing),
        "export_rule",
    ),
    "api:phone-searches": api(post((PHONES, 201), rest=403, body=_search)),
    "api:export-list": api(ALL | post((EXPORTS, 400), rest=403, body=_ask)),
    "api:export-detail": api(get((SHOWN, 200)), "export"),
    "api:export-decide": api(post((DECIDES, 200), (SHOWN, 403), body=_agree), "export"),
    "api:export-file": api(get(), "export"),
}
