"""The module builder: a street's administrator, and whoever builds for the district."""

from typing import Any

from tests.permissions.table import Row, Sides, api, both, get, page, post

DISTRICT = frozenset({"steward", "chief_data_officer", "system"})
BUILDS = both(DISTRICT | {"office_head"})
OWN: Sides = {"own": DISTRICT | {"office_head"}, "foreign": DISTRICT}


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def upon(world: Any, side: str) -> dict[str, Any]:
    return {"revision": 2, "step": "add", "lines": "楼门号"}


def first(world: Any, side: str) -> dict[str, Any]:
    return {"revision": 2}


def again(world: Any, side: str) -> dict[str, Any]:
    return {"do": "next"}


def titled(world: Any, side: str) -> dict[str, Any]:
    return {"title": "楼门长登记", "about": "none"}


def whole(world: Any, side: str) -> dict[str, Any]:
    return {"revision": 2, "definition": {}}


DRAFT, MODULE = "module_design", "built_module"
READ, SEEN = get((BUILDS, 200)), get((OWN, 200))
API_PUT = {"PUT": post((OWN, 400), body=whole)["POST"]}
API_DROP = {"DELETE": post((OWN, 204), body=nothing)["POST"]}

ROWS: dict[str, Row] = {
    "builder:home": page(READ),
    "builder:new": page(READ | post((BUILDS, 302), body=titled)),
    "builder:design": page(SEEN, DRAFT),
    "builder:step": page(post((OWN, 302), body=upon), DRAFT),
    "builder:sample": page(post((OWN, 302), body=nothing), DRAFT),
    "builder:publish": page(post((OWN, 302), body=first), DRAFT),
    "builder:discard": page(post((OWN, 302), body=nothing), DRAFT),
    "builder:definition": page(SEEN, DRAFT),
    "builder:module": page(SEEN, MODULE),
    "builder:module-step": page(post((OWN, 302), body=again), MODULE),
    "api:module-design-list": api(READ | post((BUILDS, 201), body=titled)),
    "api:module-design-detail": api(SEEN | API_PUT | API_DROP, DRAFT),
    "api:module-design-steps": api(post((OWN, 200), body=upon), DRAFT),
    "api:module-design-check": api(SEEN, DRAFT),
    "api:module-design-publish": api(post((OWN, 200), body=first), DRAFT),
    "api:built-module-next": api(post((OWN, 201), body=nothing), MODULE),
    "api:built-module-end": api(post((OWN, 204), body=nothing), MODULE),
    "api:built-module-withdraw": api(post((OWN, 204), body=nothing), MODULE),
}
