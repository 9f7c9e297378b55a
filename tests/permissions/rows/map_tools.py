"""The tools of the one map: what is asked goes through the layers one sees; what is
kept is one's own."""

from typing import Any

from layers.finding.area import write_area
from tests.layers.sketching import SHAPE
from tests.permissions.table import (
    ALL,
    EVERYBODY,
    Row,
    Says,
    api,
    both,
    get,
    page,
    post,
)

AT = f"?kind=spot&shape={write_area([(116.3, 39.9)])}&metres=5"
ITS_OWNER = both(frozenset({"desk"}))
ERASED = {"DELETE": Says(((ITS_OWNER, 204),))}
ASKED = get((EVERYBODY, 200), query=AT)


def view(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "title": "演练", "address": "#16/39.9/116.3"}


def sketch(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "title": "演练", "shapes": [SHAPE]}


ROWS: dict[str, Row] = {
    "layers:print": page(ALL),
    "layers:map_query": page(ASKED),
    "layers:map_views": page(ALL),
    "layers:map_sketches": page(ALL),
    "api:map-query-list": api(ASKED),
    "api:map-view-list": api(ALL | post((EVERYBODY, 201), body=view)),
    "api:map-view-detail": api(ERASED, "map_view"),
    "api:sketch-list": api(ALL | post((EVERYBODY, 201), body=sketch)),
    "api:sketch-detail": api(get((ITS_OWNER, 200)) | ERASED, "sketch"),
}
