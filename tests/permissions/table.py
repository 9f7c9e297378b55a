"""What every endpoint answers to whom.

A row stands for one name of the URL configuration. Each of its methods lists groups
with their status, the first that holds a person counts; ``rest`` is for the others.
Methods that a row does not name must answer 405. A row ``of`` something is asked
twice: of the own side (street 1, or what everybody may know) and the foreign one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

STRANGER = "stranger"
DESK = frozenset({"acceptor", "filer", "dispatcher", "desk"})
GRID = frozenset({"grid_worker", "other_worker"})
HOST = frozenset({"handler", "clerk", "unit_reviewer"})
OTHER_UNITS = frozenset({"other_handler", "team_handler"})
DISTRICT = frozenset({"supervisor", "inspector", "leader"})
STEWARDS = frozenset({"steward", "chief_data_officer"})
ADMINISTRATORS = frozenset({"system", "security", "audit"})
OFFICE = frozenset({"office_clerk", "office_head"})
OUTSIDERS = frozenset({"outsider", "outsider_worker"})
PEOPLE = (
    DESK
    | GRID
    | HOST
    | OTHER_UNITS
    | DISTRICT
    | STEWARDS
    | ADMINISTRATORS
    | OUTSIDERS
    | OFFICE
    | {"community_worker", "volunteer", "nobody"}
)

# By side: who sees the case of street 1 (its host is the sanitation department), and
# who the one of street 2, not yet dispatched.
Sides = dict[str, frozenset[str]]
SEES: Sides = {
    "own": DESK | GRID | {"community_worker"} | HOST | DISTRICT,
    "foreign": OUTSIDERS | DISTRICT,
}
REPORTED: Sides = {
    "own": frozenset({"grid_worker"}),
    "foreign": frozenset({"outsider_worker"}),
}
SIGNS: Sides = {"own": frozenset({"handler", "clerk"}), "foreign": frozenset()}
KNOWS_LAYER: Sides = {"own": PEOPLE, "foreign": STEWARDS}
EVERYBODY: Sides = {"own": PEOPLE, "foreign": PEOPLE}


def both(people: frozenset[str]) -> Sides:
    return {"own": people, "foreign": people}


REPORTERS = both(
    GRID | {"outsider_worker", "inspector", "community_worker", "volunteer"}
)
USES_DESK = both(DESK | {"outsider"})
REGISTERS = both(DESK - {"dispatcher"} | {"outsider"})
REVIEWS = both(frozenset({"supervisor", "leader"}))
HAS_TASKS = both(
    HOST | OTHER_UNITS | GRID | {"outsider_worker", "inspector", "community_worker"}
)
SEES_TASKS = {side: SEES[side] & HAS_TASKS[side] for side in SEES}
UPLOADS = both(PEOPLE - STEWARDS - ADMINISTRATORS - {"nobody"})
IMPORTS = both(STEWARDS)
# Of the correction on each side: whose it is, and the provider is the district.
CORRECTS = both(PEOPLE - ADMINISTRATORS - OFFICE - {"leader", "nobody"})
SEES_CORRECTION = {side: REPORTED[side] | DISTRICT | STEWARDS for side in REPORTED}

Answers = tuple[tuple[Sides, int], ...]
# (world, side) -> what is sent
Body = Callable[[Any, str], Any]


@dataclass(frozen=True)
class Says:
    """What a method answers; 404 to whoever is in no group."""

    groups: Answers
    rest: int = 404
    body: Body | None = None
    query: str = ""

    def status(self, side: str, name: str) -> int:
        for sides, status in self.groups:
            if name in sides[side]:
                return status
        return self.rest


@dataclass(frozen=True)
class Row:
    of: str = ""
    stranger: int = 302  # to signing in
    methods: dict[str, Says] = field(default_factory=dict)
    # What a method answers that is not named above; None: whatever it says.
    others: int | None = 405


def get(
    *groups: tuple[Sides, int], rest: int = 404, query: str = ""
) -> dict[str, Says]:
    return {"GET": Says(groups, rest, query=query)}


def post(*groups: tuple[Sides, int], rest: int = 404, body: Body) -> dict[str, Says]:
    return {"POST": Says(groups, rest, body)}


def page(methods: dict[str, Says], of: str = "", **more: Any) -> Row:
    return Row(of, methods=methods, **more)


def api(methods: dict[str, Says], of: str = "") -> Row:
    return Row(of, 403, methods)


ALL = get((EVERYBODY, 200))
SEEN = get((SEES, 200))
LAYER = get((KNOWS_LAYER, 200))
RULES = get((IMPORTS, 200), rest=403)


def sign(world: Any, side: str) -> dict[str, Any]:
    return {"verb": "sign", "act_id": world.fresh()}


def act_of_page(world: Any, side: str) -> dict[str, Any]:
    return {**sign(world, side), "after_event": world.cases[side].events_count}


def report(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "category": "event/06010", "place": world.place}


def report_of_page(world: Any, side: str) -> dict[str, Any]:
    lon, lat = world.place
    place = f"{lon},{lat}"
    return {"uuid": world.fresh(), "category": world.category, "place": place}


def photo(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "file": world.picture()}


def act_id(world: Any, side: str) -> dict[str, Any]:
    return {"act_id": world.fresh()}


def withdrawal(world: Any, side: str) -> dict[str, Any]:
    reason = {"reason": "wrong_data"}
    return {"verb": "withdraw", "act_id": world.fresh(), "evidence": reason}


def withdrawal_of_page(world: Any, side: str) -> dict[str, Any]:
    return {
        "verb": "withdraw",
        "act_id": world.fresh(),
        "after_event": world.version(side).events_count,
        "reason": "wrong_data",
    }


def layer_file(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "file": world.layer_file()}


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def edits(status: int) -> Answers:
    """For who may change the layer; others who see it are refused."""
    return (IMPORTS, status), (KNOWS_LAYER, 403)


EDITED = get(*edits(200))


def mark(world: Any, side: str) -> dict[str, Any]:
    evidence = {
        "feature": {"layer": "planning", "key": "XC-00"},
        "spot": world.place,
        "reason": "values",
    }
    return {"uuid": world.fresh(), "evidence": evidence}


def mark_of_page(world: Any, side: str) -> dict[str, Any]:
    lon, lat = world.place
    about = {"layer": "planning", "key": "XC-00", "version": 1}
    return {**about, "uuid": world.fresh(), "spot": f"{lon},{lat}", "reason": "values"}


def accept(world: Any, side: str) -> dict[str, Any]:
    return {"verb": "accept", "act_id": world.fresh(), "after_event": 1}


def reason(world: Any, side: str) -> dict[str, Any]:
    return {"reason": "可以"}


def wrong(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "side": "right", "wrong": "values"}


def rules_file(world: Any, side: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("rules.json", b"[]")}


TABLE: dict[str, Row] = {
    # Signing in and out; allauth's views answer every method in some way.
    "home": page(get(rest=302), others=None),
    "account_login": page(get(rest=302), stranger=200, others=None),
    "account_logout": page(get((EVERYBODY, 200)), others=None),
    "account_change_password": page(get((EVERYBODY, 200)), others=None),
    "set_language": page(get(rest=302), others=None),
    # Photos.
    "workflow:upload": page(post((UPLOADS, 200), rest=403, body=photo), stranger=401),
    "workflow:file": page(SEEN, "photo"),
    "workflow:thumb": page(SEEN, "photo"),
    # The map and the catalogue.
    "layers:map": page(ALL),
    "layers:style": page(ALL),
    "layers:here": page(get((EVERYBODY, 200), query="?lon=116.3&lat=39.9&zoom=18")),
    "layers:search": page(get((EVERYBODY, 200), query="?q=110109")),
    "layers:tile": page(LAYER, "tile", stranger=403),
    "layers:tilejson": page(LAYER, "tilejson"),
    "layers:draft_tile": page(get((IMPORTS, 200)), "draft_tile", stranger=403),
    "layers:data": page(ALL),
    "layers:overdue": page(ALL),
    # An empty form is for who may send it: it is told what is missing.
    "layers:layer_new": page(
        get((IMPORTS, 200), rest=403) | post((IMPORTS, 400), rest=403, body=nothing)
    ),
    "layers:layer_edit": page(EDITED | post(*edits(400), body=nothing), "layer"),
    "layers:layer_style": page(EDITED | post(*edits(400), body=nothing), "layer"),
    "layers:style_preview": page(post(*edits(200), body=nothing), "layer"),
    "layers:style_tile": page(EDITED, "layer_tile"),
    "layers:layer": page(LAYER, "layer"),
    "layers:feature": page(LAYER, "feature"),
    "layers:import": page(
        get((IMPORTS, 200), (KNOWS_LAYER, 403))
        | post((IMPORTS, 302), (KNOWS_LAYER, 403), body=layer_file),
        "layer",
    ),
    "layers:run": page(get((IMPORTS, 200)), "run"),
    # The run of the site's own file ended well: allowed, but too late.
    "layers:import_answer": page(post((IMPORTS, 409), body=report), "run"),
    "layers:import_cancel": page(post((IMPORTS, 409), body=report), "run"),
    # None of its rows was refused.
    "layers:refused_file": page(get(), "run"),
    "layers:refused": page(get((IMPORTS, 200)), "run"),
    # A version: who may read the layer reads what was published of it.
    "layers:version": page(LAYER, "version"),
    "layers:version_rows": page(LAYER, "version"),
    "layers:version_places": page(LAYER, "version"),
    "layers:version_act": page(
        post((IMPORTS, 302), (KNOWS_LAYER, 403), body=withdrawal_of_page), "version"
    ),
    # Nothing overtook it, and it is what is published: allowed, but to no effect.
    "layers:version_again": page(
        post((IMPORTS, 409), (KNOWS_LAYER, 403), body=act_id), "version"
    ),
    "layers:version_restore": page(
        post((IMPORTS, 302), (KNOWS_LAYER, 403), body=act_id), "version"
    ),
    # Corrections.
    "layers:corrections-own": page(ALL),
    "layers:corrections": page(ALL),
    "layers:correction-new": page(
        get((CORRECTS, 200), rest=403)
        | post((CORRECTS, 302), rest=403, body=mark_of_page)
    ),
    "layers:correction": page(get((SEES_CORRECTION, 200)), "correction"),
    "layers:correction-card": page(get((REPORTED, 200)), "correction"),
    "layers:correction-act": page(
        post((IMPORTS, 302), (SEES_CORRECTION, 403), body=accept), "correction"
    ),
    # Conflicts between layers; the rules are the stewards'.
    "layers:conflicts": page(ALL),
    "layers:conflict": page(LAYER, "conflict"),
    "layers:conflict_accept": page(
        post((IMPORTS, 302), (KNOWS_LAYER, 403), body=reason), "conflict"
    ),
    # Nothing was decided yet.
    "layers:conflict_reopen": page(
        post((IMPORTS, 409), (KNOWS_LAYER, 403), body=nothing), "conflict"
    ),
    "layers:conflict_send": page(
        post((IMPORTS, 302), (KNOWS_LAYER, 403), body=wrong), "conflict"
    ),
    "layers:conflict_rules": page(RULES),
    "layers:conflict_rules_file": page(RULES),
    "layers:conflict_rules_take": page(post((IMPORTS, 302), rest=403, body=rules_file)),
    "layers:conflict_rule_new": page(
        RULES | post((IMPORTS, 400), rest=403, body=nothing)
    ),
    "layers:conflict_rule": page(
        RULES | post((IMPORTS, 400), rest=403, body=nothing), "rule"
    ),
    "layers:conflict_rule_run": page(
        post((IMPORTS, 302), rest=403, body=nothing), "rule"
    ),
    "layers:conflict_run": page(RULES, "conflict_run"),
    "layers:conflict_run_cancel": page(
        post((IMPORTS, 302), rest=403, body=nothing), "conflict_run"
    ),
    # The desk, the tasks, the phone.
    "cases:desk": page(get((USES_DESK, 200), rest=403)),
    "cases:review": page(get((REVIEWS, 200), rest=403)),
    "cases:tasks": page(get((HAS_TASKS, 200), rest=403)),
    "cases:task": page(
        get((SIGNS, 200), (SEES_TASKS, 204), (HAS_TASKS, 404), rest=403), "case"
    ),
    "cases:report": page(
        get((REPORTERS, 200), rest=403)
        | post((REPORTERS, 302), rest=403, body=report_of_page)
    ),
    "cases:report-place": page(
        get((REPORTERS, 200), rest=403, query="?lon=116.3005&lat=39.9035")
    ),
    "cases:report-addresses": page(get((REPORTERS, 200), rest=403, query="?q=甲")),
    "cases:reported": page(get((REPORTED, 200)), "case"),
    "cases:my": page(ALL),
    "cases:my-report": page(get((REPORTED, 200)), "case"),
    # One case.
    "cases:case": page(SEEN, "case"),
    "cases:pane": page(SEEN, "case"),
    "cases:row": page(get((SEES, 200), query="?view=all"), "case"),
    "cases:conditions": page(SEEN, "case"),
    "cases:act": page(post((SIGNS, 302), (SEES, 403), body=act_of_page), "case"),
    # The API.
    "api:me": api(ALL),
    "api:schema": api(ALL),
    "api:docs": page(ALL),
    "api:nowhere": Row(stranger=403, methods=get(), others=404),
    # The desk says where it heard of it.
    "api:case-list": api(
        ALL | post((REPORTERS, 201), (REGISTERS, 400), rest=403, body=report)
    ),
    "api:case-geojson": api(ALL),
    "api:case-detail": api(SEEN, "case"),
    "api:case-events": api(SEEN, "case"),
    "api:case-moves": api(SEEN, "case"),
    "api:case-acts": api(post((SIGNS, 200), (SEES, 403), body=sign), "case"),
    "api:attachment-list": api(post((UPLOADS, 200), rest=403, body=photo)),
    "api:attachment-detail": api(SEEN, "photo"),
    "api:layer-list": api(ALL),
    "api:layer-detail": api(LAYER, "layer"),
    "api:layer-features": api(LAYER, "layer"),
    "api:layer-feature": api(LAYER, "feature"),
    "api:layer-feature-history": api(LAYER, "feature"),
    "api:layer-versions": api(LAYER, "layer"),
    "api:layer-imports": api(
        post((IMPORTS, 201), (KNOWS_LAYER, 403), body=layer_file), "layer"
    ),
    "api:import-detail": api(get((IMPORTS, 200)), "import"),
    "api:version-list": api(ALL),
    "api:version-detail": api(LAYER, "version_alone"),
    "api:version-differences": api(LAYER, "version_alone"),
    "api:version-moves": api(LAYER, "version_alone"),
    "api:version-acts": api(
        post((IMPORTS, 200), (KNOWS_LAYER, 403), body=withdrawal), "version_alone"
    ),
    "api:correction-list": api(ALL | post((CORRECTS, 201), rest=403, body=mark)),
    "api:correction-detail": api(get((SEES_CORRECTION, 200)), "correction"),
    "api:correction-acts": api(
        post((IMPORTS, 200), (SEES_CORRECTION, 403), body=accept), "correction"
    ),
    "api:conflict-list": api(ALL),
    "api:conflict-detail": api(LAYER, "conflict"),
    "api:cell-list": api(ALL),
    "api:cell-detail": api(ALL, "cell"),
    "api:unit-list": api(ALL),
    "api:unit-detail": api(ALL, "unit"),
    "api:category-list": api(ALL),
    "api:category-detail": api(ALL, "category"),
}
