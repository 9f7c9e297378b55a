"""Papers: of cases and days, in the book of those printed, and their templates."""

from typing import Any

from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    ALL,
    DESK,
    DISTRICT,
    HOST,
    SEEN,
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

# The desk of the street that printed it, and the district.
KEEPS: Sides = {"own": DESK, "foreign": frozenset({"outsider"})}
SEES_PAPER: Sides = {side: KEEPS[side] | DISTRICT for side in KEEPS}
# Notices to put right: the host, and the dispatcher; the foreign case has no host yet.
PRINTS: Sides = {"own": HOST | {"dispatcher", "desk"}, "foreign": frozenset()}
TOO_EARLY: Sides = {"own": frozenset(), "foreign": frozenset({"outsider"})}
PRINTS_MANY = both(frozenset({"filer", "dispatcher", "desk", "outsider"}))
HAS_DAYS = both(DESK | {"outsider", "supervisor", "leader"})
PRINTED_MANY: Sides = {
    "own": frozenset({"desk"}),
    "foreign": frozenset({"outsider"}),
}
SEES_FILE = get((SEES_PAPER, 200))


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def reason(world: Any, side: str) -> dict[str, Any]:
    return {"reason": "写错了"}


def notice(world: Any, side: str) -> dict[str, Any]:
    """Without the answers that it asks for."""
    key = str(world.cases[side].uuid)
    return {
        **{"uuid": world.fresh(), "template": "rectification"},
        **{"kind": "case", "key": key},
    }


def for_nobody(world: Any, side: str) -> dict[str, Any]:
    return {"who": ""}


def in_use(world: Any, side: str) -> dict[str, Any]:
    return {"in_use": True}


def signs(world: Any, side: str) -> dict[str, Any]:
    return {"phone": "010-1234"}


def changed(status: int, body: Any) -> dict[str, Any]:
    return READ | {"PATCH": Says(((CHANGES_RULES, status),), body=body)}


def keeper(status: int, body: Any) -> dict[str, Any]:
    return post((KEEPS, status), (SEES_PAPER, 403), body=body)


REFUSED = post((CHANGES_RULES, 400), body=nothing)
EDITS = get((CHANGES_RULES, 200)) | REFUSED
PRINT = post((PRINTS, 400), (TOO_EARLY, 409), (SEES, 403), body=notice)
# The API cannot tell whose case is meant until it has read the body.
PRINT_OWN = post((both(PRINTS["own"]), 400), (both(SEES["own"]), 403), body=notice)

ROWS: dict[str, Row] = {
    "day-papers:day": page(get((HAS_DAYS, 200), rest=403)),
    "papers:of": page(SEEN, "paper_subject"),
    "papers:new": page(
        get((PRINTS, 200), (TOO_EARLY, 409), (SEES, 403)) | PRINT, "paper_new"
    ),
    "papers:many": page(
        get((PRINTS_MANY, 200), rest=403)
        | post((PRINTS_MANY, 400), rest=403, body=nothing)
    ),
    "papers:batch": page(get((PRINTED_MANY, 200)), "paper_batch"),
    # Its job has not run.
    "papers:batch-file": page(get(), "paper_batch"),
    "papers:paper": page(SEES_FILE, "paper"),
    "papers:file": page(SEES_FILE, "paper"),
    "papers:reprint": page(keeper(409, nothing), "paper_void"),
    "papers:void": page(keeper(302, reason), "paper"),
    "papers:delivery": page(keeper(400, nothing), "paper"),
    "papers:templates": page(READ),
    "papers:export": page(READ),
    "papers:take": page(REFUSED),
    "papers:template": page(READ, "paper_template"),
    "papers:version": page(READ, "paper_version"),
    "papers:edit": page(EDITS, "paper_template"),
    "papers:preview": page(post((CHANGES_RULES, 200), body=nothing), "paper_template"),
    "papers:copy": page(REFUSED, "paper_template"),
    "papers:use": page(post((CHANGES_RULES, 302), body=nothing), "paper_version"),
    "papers:office-new": page(EDITS),
    "papers:office": page(EDITS, "paper_office"),
    "api:paper-template-list": api(READ),
    "api:paper-template-detail": api(changed(400, for_nobody), "paper_template"),
    "api:paper-template-versions": api(READ, "paper_template"),
    "api:paper-template-use": api(
        post((CHANGES_RULES, 200), body=in_use), "paper_version"
    ),
    "api:paper-office-list": api(READ | REFUSED),
    "api:paper-office-detail": api(changed(200, signs), "paper_office"),
    "api:paper-list": api(ALL | PRINT_OWN),
    "api:paper-detail": api(SEES_FILE, "paper"),
    "api:paper-file": api(SEES_FILE, "paper"),
    # Of nothing that anybody sees.
    "api:paper-offered": api(get(query="?kind=case&key=x")),
    "api:paper-reprint": api(keeper(409, nothing), "paper_void"),
    "api:paper-void": api(keeper(200, reason), "paper"),
    "api:paper-delivery": api(keeper(400, nothing), "paper"),
}
