"""A case at the desk: proposals, who else is there, urgent news; and phrases."""

from typing import Any

from tests.permissions.rows.classes import nothing
from tests.permissions.rows.intake import DESK_SEES
from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.rows.whistles import CALLED
from tests.permissions.rows.whistles import SEES as SEES_WHISTLE
from tests.permissions.table import (
    ALL,
    EVERYBODY,
    SEES,
    USES_DESK,
    Row,
    Says,
    Sides,
    api,
    both,
    get,
    page,
    post,
)

# The own case is disposed of already; the other's desk may take every step.
CARRIES_OUT: Sides = {"own": frozenset(), "foreign": frozenset({"outsider"})}
ELSEWHERE: Sides = {side: USES_DESK[side] - SEES[side] for side in SEES}
PROPOSED = get((DESK_SEES, 200), (ELSEWHERE, 404), rest=403)
LEADS_OWN = both(frozenset({"system", "filer", "desk"}))
LEADS = both(LEADS_OWN["own"] | {"outsider"})
FORM = get((LEADS, 200)) | post((LEADS, 400), body=nothing)


def agreed(world: Any, side: str) -> dict[str, Any]:
    seen = world.cases[side].events_count
    return {"act_id": world.fresh(), "after_event": seen}


def here(world: Any, side: str) -> dict[str, Any]:
    return {"tab": world.fresh()}


def moved_up(world: Any, side: str) -> dict[str, Any]:
    return {"order": 1}


KEEPS = {
    "PATCH": Says(((LEADS_OWN, 200),), body=moved_up),
    "DELETE": Says(((LEADS_OWN, 204),)),
}

ROWS: dict[str, Row] = {
    "cases:proposal": page(
        PROPOSED | post((CARRIES_OUT, 302), (ELSEWHERE, 404), rest=403, body=agreed),
        "case",
    ),
    "api:case-proposal": api(
        PROPOSED | post((CARRIES_OUT, 200), (ELSEWHERE, 404), rest=403, body=agreed),
        "case",
    ),
    "cases:presence": page(get((SEES, 200)) | post((SEES, 200), body=here), "case"),
    "api:case-presence": api(get((SEES, 200)) | post((SEES, 200), body=here), "case"),
    "cases:case-alarm": page(get((SEES, 204)), "case"),
    "cases:whistle-alarm": page(
        get((both(CALLED), 200), (SEES_WHISTLE, 204)), "whistle"
    ),
    "workflow:phrases": page(ALL | post((EVERYBODY, 400), body=nothing)),
    "workflow:phrase_choices": page(ALL),
    # Somebody else's.
    "workflow:own_phrase": page(get() | post(body=nothing), "own_phrase"),
    "workflow:own_phrase_remove": page(post(body=nothing), "own_phrase"),
    "api:phrase-list": api(ALL | post((EVERYBODY, 400), body=nothing)),
    "api:phrase-detail": api({"DELETE": post(body=nothing)["POST"]}, "own_phrase"),
    "workflow:unit_phrases": page(READ),
    "workflow:phrases_file": page(READ),
    "workflow:phrases_take": page(post((CHANGES_RULES, 400), body=nothing)),
    "workflow:phrase_new": page(FORM),
    "workflow:phrase": page(
        get((LEADS_OWN, 200)) | post((LEADS_OWN, 400), body=nothing), "phrase"
    ),
    "api:unit-phrase-list": api(READ | post((LEADS, 400), body=nothing)),
    "api:unit-phrase-detail": api(READ | KEEPS, "phrase"),
    "workflow:phrase_retire": page(post((LEADS_OWN, 302), body=nothing), "phrase"),
}
