"""Modules and records: whom the definition of the building sites names."""

from typing import Any

from tests.permissions.table import (
    ALL,
    GRID,
    OFFICE,
    OUTSIDERS,
    Row,
    Sides,
    api,
    both,
    get,
    page,
    post,
)

CENTRE = frozenset({"leader", "supervisor"})
WORKERS = GRID | OFFICE | {"community_worker"}
READS = both(WORKERS | OUTSIDERS | CENTRE | {"acceptor", "desk"})
WRITES = both(WORKERS | {"outsider_worker"})
SEES: Sides = {
    "own": WORKERS | CENTRE | {"acceptor", "desk"},
    "foreign": OUTSIDERS | CENTRE,
}
AMENDS: Sides = {"own": WORKERS, "foreign": frozenset({"outsider_worker"})}
OPENS: Sides = {"own": OFFICE | {"community_worker"}, "foreign": frozenset()}
LOOKS: Sides = {"own": WORKERS - {"office_head"}, "foreign": AMENDS["foreign"]}
SENT: Sides = {
    "own": frozenset({"grid_worker"}),
    "foreign": frozenset({"outsider_worker"}),
}
HEAD = both(frozenset({"office_head"}))
REPORTS: Sides = {
    "own": GRID | {"community_worker"},
    "foreign": frozenset({"outsider_worker"}),
}
READ = get((READS, 200))
WRITTEN = get((WRITES, 200), (READS, 403))
SEEN = get((SEES, 200))


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def named(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh()}


def searched(world: Any, side: str) -> dict[str, Any]:
    return {"q": "灯"}


def sought(world: Any, side: str) -> dict[str, Any]:
    return {"q": "围挡"}


def look(world: Any, side: str) -> dict[str, Any]:
    return {"verb": "look_at_site", "act_id": world.fresh(), "evidence": {"note": "好"}}


def look_on_page(world: Any, side: str) -> dict[str, Any]:
    said = {"verb": "look_at_site", "act_id": world.fresh()}
    return {**said, "after_event": 1, "note": "好"}


def purpose(world: Any, side: str) -> dict[str, Any]:
    return {"purpose": "handle"}


def emptied(world: Any, side: str) -> dict[str, Any]:
    return {"act_id": world.fresh(), "fields": {}}


def empty_one(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "fields": {}}


def writes(status: int, body: Any) -> dict[str, Any]:
    return post((WRITES, status), (READS, 403), body=body)


def amends(status: int, body: Any) -> dict[str, Any]:
    return post((AMENDS, status), (SEES, 403), body=body)


ROWS: dict[str, Row] = {
    "modules:home": page(READ),
    "modules:application": page(READ, "application"),
    "modules:application-records": page(READ, "application"),
    "modules:application-areas": page(READ, "application"),
    "modules:application-cases": page(READ, "application"),
    "modules:application-tile": page(READ, "application_tile"),
    "api:application-list": api(ALL),
    "api:application-detail": api(READ, "application"),
    "api:application-areas": api(READ, "application"),
    "modules:refs": page(post((READS, 200), body=searched), "reference"),
    "modules:place": page(get((READS, 200), query="?lon=116.3&lat=39.9")),
    "modules:addresses": page(get((READS, 200), query="?q=东街")),
    "modules:list": page(READ | post((READS, 302), body=searched), "module"),
    "modules:new": page(WRITTEN | writes(422, named), "module"),
    "modules:draft": page(writes(302, named), "module"),
    "modules:draft-drop": page(writes(302, nothing), "module_draft"),
    "modules:computed": page(post((READS, 200), body=nothing), "module"),
    "modules:files": page(writes(400, nothing), "module"),
    "modules:map": page(READ, "module"),
    "modules:points": page(READ, "module"),
    "modules:tile": page(READ, "module_tile"),
    "modules:figures": page(READ, "module"),
    "modules:tables": page(WRITTEN | writes(400, nothing), "module"),
    "modules:table-form": page(WRITTEN, "module"),
    "modules:table": page(
        get((SENT, 200), (WRITES, 404), (READS, 403)), "module_table"
    ),
    "modules:table-take": page(
        post((SENT, 409), (WRITES, 404), (READS, 403), body=nothing), "module_table"
    ),
    "modules:table-cancel": page(
        post((SENT, 302), (WRITES, 404), (READS, 403), body=nothing), "module_table"
    ),
    "modules:table-refused": page(get((WRITES, 404), (READS, 403)), "module_table"),
    "modules:about": page(READ, "module"),
    "modules:definition": page(READ, "module"),
    "modules:carry": page(
        get((HEAD, 200), (READS, 403)) | post((HEAD, 302), (READS, 403), body=nothing),
        "module",
    ),
    "modules:record": page(SEEN, "record"),
    "modules:record-act": page(
        post((LOOKS, 302), (SEES, 403), body=look_on_page), "record"
    ),
    "modules:record-edit": page(
        get((AMENDS, 200), (SEES, 403)) | amends(422, emptied), "record"
    ),
    "modules:record-reveal": page(
        post((OPENS, 302), (SEES, 403), body=purpose), "record"
    ),
    "modules:record-print": page(SEEN, "record"),
    "modules:record-file": page(get(), "record_file"),
    "modules:open-case": page(get((REPORTS, 302), (SEES, 403)), "record"),
    "api:module-list": api(ALL),
    "api:module-detail": api(READ, "api_module"),
    "api:module-openapi": api(READ, "api_module"),
    "api:record-list": api(READ | writes(400, empty_one), "api_records"),
    "api:record-find": api(post((READS, 200), body=sought), "api_records"),
    "api:record-detail": api(SEEN, "api_record"),
    "api:record-acts": api(post((LOOKS, 200), (SEES, 403), body=look), "api_record"),
    "api:record-amend": api(amends(400, emptied), "api_record"),
    "api:record-reveal": api(
        post((OPENS, 200), (SEES, 403), body=purpose), "api_record"
    ),
    "api:record-geojson": api(READ, "api_records"),
}
