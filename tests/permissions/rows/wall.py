"""The wall: who looks, and who arranges it."""

from typing import Any

from tests.permissions.table import DESK, Row, Says, api, both, get, page

LOOKS = both(DESK | {"outsider", "supervisor", "leader"})
ARRANGES = both(DESK | {"outsider"})
WALL = get((LOOKS, 200), rest=403)


def no_scene(world: Any, side: str) -> dict[str, Any]:
    return {"version": 0, "scenes": []}


ROWS: dict[str, Row] = {
    "wall:wall": page(WALL),
    "wall:panels": page(WALL),
    "api:wall": api(WALL),
    "api:wall-layout": api(
        {
            **WALL,
            # What is sent is wrong: it is looked at first, then who sent it.
            "PUT": Says(((LOOKS, 400),), 403, no_scene),
            "DELETE": Says(((ARRANGES, 200),), 403),
        }
    ),
}
