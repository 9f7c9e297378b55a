"""Tracks: one's own, a look at another's, workers on duty on the map, the setting."""

from typing import Any

from tests.permissions.table import (
    DESK,
    PEOPLE,
    Row,
    api,
    both,
    get,
    page,
    post,
)

GOES = both(
    frozenset(
        {"grid_worker", "other_worker", "community_worker", "inspector"}
        | {"outsider_worker"}
    )
)
LOOKS = both(frozenset({"supervisor", "leader"}))
SEES = both(DESK | {"outsider", "supervisor", "leader"})
RULES = both(DESK | {"outsider", "supervisor", "leader", "system"})
CHANGES = both(frozenset({"system"}))


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def off(world: Any, side: str) -> dict[str, Any]:
    return {"days": 7, "every": 60, "metres": 50}


ROWS: dict[str, Row] = {
    "track:mine": page(get((GOES, 200), rest=403)),
    # The site of the walk keeps no tracks: nothing is begun there.
    "track:duty": page(post((GOES, 409), rest=403, body=nothing)),
    "track:look": page(get((LOOKS, 200)) | post((LOOKS, 400), body=nothing)),
    "track:workers": page(get((SEES, 200))),
    "track:worker": page(get(), "track_worker"),
    "track:rules": page(get((RULES, 200))),
    "track:file": page(get((RULES, 200))),
    "track:change": page(post((CHANGES, 302), body=off)),
    "api:track": api(
        get((GOES, 200), rest=403) | post((GOES, 400), rest=403, body=nothing)
    ),
    "api:track-duty": api(post((GOES, 400), rest=403, body=nothing)),
    "api:track-readings": api(
        get((both(PEOPLE), 200)) | post((LOOKS, 400), body=nothing)
    ),
    "api:workers-on-duty": api(get((SEES, 200))),
}
