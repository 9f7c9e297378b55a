"""`/ogc/` for programs, and the keys by which they read."""

from typing import Any

from tests.permissions.table import (
    ALL,
    EVERYBODY,
    LAYER,
    Row,
    api,
    get,
    nothing,
    page,
    post,
)


def key(world: Any, side: str) -> dict[str, Any]:
    return {"name": "QGIS", "days": 30}


NONE = get()  # nobody has a key of another's

ROWS: dict[str, Row] = {
    "ogc:landing": page(ALL, stranger=401),
    "ogc:conformance": page(ALL, stranger=401),
    "ogc:api": page(ALL, stranger=401),
    "ogc:collections": page(ALL, stranger=401),
    "ogc:collection": page(LAYER, "layer", stranger=401),
    "ogc:queryables": page(LAYER, "layer", stranger=401),
    "ogc:items": page(LAYER, "layer", stranger=401),
    "ogc:item": page(LAYER, "feature", stranger=401),
    "layers:programs": page(ALL | post((EVERYBODY, 200), body=key)),
    "layers:program_revoke": page(post(body=nothing), "nobodys_key"),
    "api:program-token-list": api(ALL | post((EVERYBODY, 201), body=key)),
    "api:program-token-detail": api(
        NONE | {"DELETE": post(body=nothing)["POST"]}, "nobodys_key"
    ),
}
