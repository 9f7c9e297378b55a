"""Duties, the dispatch table and stand-ins."""

from tests.permissions.rows.classes import DONE, EDITS, nothing
from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import Row, api, page, post

ROWS: dict[str, Row] = {
    "cases:duties": page(READ),
    "cases:duties_file": page(READ),
    "cases:duties_take": page(EDITS),
    "cases:duty_new": page(EDITS),
    "cases:duty": page(EDITS, "duty"),
    "cases:duty_retire": page(DONE, "duty"),
    "cases:dispatch": page(READ),
    "cases:dispatch_try": page(READ),
    "cases:dispatch_file": page(READ),
    "cases:dispatch_take": page(EDITS),
    "cases:dispatch_new": page(EDITS),
    "cases:dispatch_rule": page(EDITS, "dispatch_rule"),
    "cases:dispatch_retire": page(DONE, "dispatch_rule"),
    "cases:stand_ins": page(READ),
    "cases:stand_in_new": page(post((CHANGES_RULES, 400), body=nothing)),
    "cases:stand_in_end": page(DONE, "stand_in"),
    "api:stand-in-list": api(READ | post((CHANGES_RULES, 400), body=nothing)),
    "api:stand-in-end": api(post((CHANGES_RULES, 204), body=nothing), "stand_in"),
}
