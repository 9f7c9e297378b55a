"""Owners of fields, corrections, the quality board: whoever keeps the registers."""

from tests.permissions.rows.registers import RULE, SEEN, SEES, SENT, USED, USES, _posted
from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import Row, api, get, page

# What is sealed is shown to whoever keeps the entry, for a purpose.
REVEALS = {"own": SEES["own"], "foreign": frozenset[str]()}
TIED = SEEN | _posted(SEES, 200)
ROWS: dict[str, Row] = {
    "ownership:proposals": page(USED),
    "ownership:proposal": page(SEEN, "proposal"),
    "ownership:decide": page(SENT, "proposal"),
    "ownership:reveal": page(_posted(REVEALS, 400), "proposal"),
    "ownership:file": page(get((SEES, 404)), "proposal"),
    "ownership:propose": page(SEEN | SENT, "entry"),
    "ownership:owners": page(READ),
    "ownership:owners-file": page(READ),
    "ownership:owners-take": page(_posted(CHANGES_RULES, 400)),
    "ownership:owner-new": page(
        get((CHANGES_RULES, 200), query="?register=person")
        | _posted(CHANGES_RULES, 404)
    ),
    "ownership:owner": page(RULE, "owner_group"),
    "quality:quality": page(USED),
    "quality:recount": page(_posted(USES, 302)),
    "quality:found": page(USED, "quality_code"),
    "quality:confirm": page(_posted(SEES, 302), "entry"),
    "quality:rules": page(READ),
    "quality:rules-file": page(READ),
    "quality:rules-take": page(_posted(CHANGES_RULES, 400)),
    "quality:rule": page(RULE, "quality_rule"),
    "registers:member-find": page(TIED, "household"),
    "registers:arrange": page(SEEN | SENT, "household"),
    "registers:dwelling-owner": page(TIED, "dwelling"),
    "registers:post-add": page(TIED, "organization"),
    "registers:post-end": page(_posted(SEES, 404), "organization_post"),
    "api:proposal-list": api(USED | _posted(USES, 400)),
    "api:proposal-detail": api(SEEN, "proposal"),
    "api:proposal-decide": api(SENT, "proposal"),
    "api:quality-list": api(USED),
    "api:quality-detail": api(USED, "quality_code"),
    "api:tie-post": api(_posted(USES, 400)),
    "api:tie-post-end": api(_posted(USES, 400)),
    "api:tie-owner": api(_posted(USES, 400)),
    "api:tie-arrange": api(_posted(USES, 400)),
    "api:quality-confirm": api(_posted(USES, 400)),
}
