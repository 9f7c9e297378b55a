"""Whistles: the calling street's, the called departments', and nobody else's."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    ALL,
    DESK,
    DISTRICT,
    GRID,
    HOST,
    OTHER_UNITS,
    Row,
    Sides,
    api,
    both,
    get,
    page,
    post,
)

OUTSIDER = frozenset({"outsider"})
CENTRE = frozenset({"supervisor", "leader"})
USES = both(
    DESK
    | GRID
    | HOST
    | OTHER_UNITS
    | CENTRE
    | {"outsider", "outsider_worker", "community_worker"}
)
BLOWS = both(DESK | OUTSIDER | {"community_worker"})
# The whistle of each street calls the sanitation and the gardens.
CALLED = HOST | {"other_handler"}
SEES: Sides = {
    "own": DESK | GRID | {"community_worker"} | CALLED | DISTRICT,
    "foreign": OUTSIDER | {"outsider_worker"} | CALLED | DISTRICT,
}
SIGNS: Sides = both(CALLED)


def told(world: Any, side: str) -> dict[str, Any]:
    return {
        "occasion": "emergency",
        "place": "{},{}".format(*world.place),
        "departments": ["sanitation"],
        "within": "60",
        "note": "请到场",
        "uuid": world.fresh(),
    }


def blown(world: Any, side: str) -> dict[str, Any]:
    evidence = {**told(world, side), "place": list(world.place)}
    uuid = evidence.pop("uuid")
    evidence.pop("within")
    return {"uuid": uuid, "evidence": evidence}


def sign(world: Any, side: str) -> dict[str, Any]:
    return {"verb": "sign_for", "act_id": world.fresh()}


def sign_on_page(world: Any, side: str) -> dict[str, Any]:
    return {**sign(world, side), "after_event": 1}


def occasion(world: Any, side: str) -> dict[str, Any]:
    return {
        **{"code": "flood", "title": "防汛", "minutes": "30", "sign_minutes": "10"},
        **{"order": "9"},
    }


def file(world: Any, side: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("whistles.json", b'{"occasions": []}')}


EDITS = get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 302), body=occasion)
ACTS = post((SIGNS, 302), (SEES, 403), body=sign_on_page)
HERE = {"query": "?lon=116.3005&lat=39.9035"}

ROWS: dict[str, Row] = {
    "whistles:list": page(get((USES, 200), rest=403)),
    "whistles:new": page(
        get((BLOWS, 200), rest=403) | post((BLOWS, 302), rest=403, body=told)
    ),
    "whistles:place": page(get((BLOWS, 200), rest=403, **HERE)),
    "whistles:addresses": page(get((BLOWS, 200), rest=403, query="?q=street")),
    "whistles:figures": page(get((USES, 200), rest=403)),
    "whistles:whistle": page(get((SEES, 200)), "whistle"),
    "whistles:act": page(ACTS, "whistle"),
    "whistles:rules": page(READ),
    "whistles:rules-file": page(READ),
    "whistles:rule-new": page(EDITS),
    "whistles:rules-take": page(post((CHANGES_RULES, 302), body=file)),
    "whistles:rule": page(EDITS, "whistle_occasion"),
    "api:whistle-list": api(
        ALL | post((BLOWS, 201), rest=403, body=blown),
    ),
    "api:whistle-geojson": api(ALL),
    "api:whistle-detail": api(get((SEES, 200)), "whistle"),
    "api:whistle-acts": api(post((SIGNS, 200), (SEES, 403), body=sign), "whistle"),
}
