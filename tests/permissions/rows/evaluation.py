"""The evaluation: its pages, its indicators, its publications."""

from typing import Any

from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import DESK, HOST, OTHER_UNITS, Row, both, get, page, post

JUDGED = both(DESK | HOST | OTHER_UNITS | {"outsider", "supervisor", "leader"})
# The street of each side, opened by whom it is the business of.
OPENS = both(DESK | {"supervisor", "leader"})
BEHIND = "?axis=area&unit=110109001&name=filings"


def indicators(world: Any, side: str) -> dict[str, Any]:
    return {"text": "{}"}


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def days(world: Any, side: str) -> dict[str, Any]:
    return {"appeal_days": 5}


def past(world: Any, side: str) -> dict[str, Any]:
    return {"from": "2026-01-01", "to": "2026-01-31"}


def decision(world: Any, side: str) -> dict[str, Any]:
    return {"answer": "granted", "decision": ""}


def sheet(world: Any, side: str) -> dict[str, Any]:
    return {"form": "xlsx"}


CENTRE = both(frozenset({"supervisor"}))
UNITS = both(DESK | HOST | OTHER_UNITS | {"outsider"})
REPORTS = both(DESK | {"outsider", "supervisor", "leader"})
READS_REPORT = {
    "own": DESK | {"supervisor", "leader"},
    "foreign": frozenset({"outsider", "supervisor", "leader"}),
}
ROWS: dict[str, Row] = {
    "evaluation:open": page(post((CENTRE, 302), rest=403, body=past)),
    "evaluation:publication": page(get((JUDGED, 200), rest=403), "publication"),
    # Open for appeals still, so that nobody can publish it yet.
    "evaluation:publish": page(
        post((CENTRE, 409), rest=403, body=nothing), "publication"
    ),
    "evaluation:appeal": page(
        post((UNITS, 400), rest=403, body=nothing), "publication"
    ),
    "evaluation:decide": page(
        post((CENTRE, 302), rest=403, body=decision), "count_appeal"
    ),
    "evaluation:reports": page(
        get((REPORTS, 200), rest=403) | post((REPORTS, 302), rest=403, body=sheet)
    ),
    "evaluation:report": page(get((READS_REPORT, 200)), "report"),
    "evaluation:board": page(get((JUDGED, 200), rest=403)),
    "evaluation:cases": page(
        get(
            (OPENS, 200),
            (both(HOST | OTHER_UNITS | {"outsider"}), 404),
            rest=403,
            query=BEHIND,
        )
    ),
    "evaluation:rules": page(READ),
    "evaluation:rules-file": page(READ),
    "evaluation:rules-change": page(post((CHANGES_RULES, 302), body=indicators)),
    "evaluation:settings": page(post((CHANGES_RULES, 302), body=days)),
    "evaluation:rules-import": page(post((CHANGES_RULES, 400), body=nothing)),
}
