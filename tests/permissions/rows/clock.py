"""The calendar, the ladder and everybody's own notices."""

from typing import Any

from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import ALL, EVERYBODY, Row, api, get, page, post


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def hours(world: Any, side: str) -> dict[str, Any]:
    return {"slots": "09:00-17:00", "weekdays": [0, 1, 2, 3, 4]}


def day(world: Any, side: str) -> dict[str, Any]:
    return {"day": "2031-10-01:off"}


def done(body: Any = nothing) -> dict[str, Any]:
    return post((CHANGES_RULES, 302), body=body)


REFUSED = post((CHANGES_RULES, 400), body=nothing)
EDITS = get((CHANGES_RULES, 200)) | REFUSED

ROWS: dict[str, Row] = {
    "workflow:calendar": page(READ),
    "workflow:calendar_file": page(READ),
    "workflow:calendar_preview": page(READ),
    "workflow:calendar_take": page(REFUSED),
    "workflow:calendar_day": page(done(day)),
    "workflow:calendar_hours": page(done(hours)),
    "workflow:calendar_complete": page(done()),
    "workflow:calendar_recompute": page(done()),
    "workflow:period_new": page(EDITS),
    "workflow:period": page(EDITS, "period"),
    "workflow:period_remove": page(done(), "period"),
    "workflow:ladder": page(READ),
    "workflow:ladder_file": page(READ),
    "workflow:ladder_take": page(REFUSED),
    "workflow:step_new": page(EDITS),
    "workflow:step": page(EDITS, "step"),
    "workflow:step_use": page(done(), "step"),
    "workflow:notices": page(ALL),
    "workflow:bell": page(ALL),
    "workflow:notices_read": page(post((EVERYBODY, 302), body=nothing)),
    # Somebody else's, for everybody; one's own is tested in tests/workflow.
    "workflow:notice": page(get(), "notice"),
    "workflow:notice_read": page(post(body=nothing), "notice"),
    "api:notice-list": api(ALL),
    "api:notice-read": api(post((EVERYBODY, 200), body=nothing)),
}
