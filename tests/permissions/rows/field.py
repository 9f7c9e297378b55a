"""The phone's pages as an app, and photos by parts."""

from typing import Any

from tests.permissions.table import (
    ALL,
    EVERYBODY,
    REPORTED,
    UPLOADS,
    Row,
    Says,
    api,
    get,
    page,
    post,
)

PUBLIC = get((EVERYBODY, 200))


def announced(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "length": 1000}


ROWS: dict[str, Row] = {
    # Names of files and of pages; nothing of anybody.
    "field:worker": Row(stranger=200, methods=PUBLIC),
    "field:manifest": Row(stranger=200, methods=PUBLIC),
    "field:offline": Row(stranger=200, methods=PUBLIC),
    "field:me": Row(stranger=401, methods=ALL),
    "field:page": page(ALL),
    "field:map": page(ALL),
    "field:pages": page(ALL),
    "api:parts": api(post((UPLOADS, 201), rest=403, body=announced)),
    # Of one that is whole: its sender's alone. Nobody has begun another.
    "api:part": api(
        {
            "GET": Says(((REPORTED, 200),)),
            "PUT": Says(((REPORTED, 200),)),
            "DELETE": Says(((EVERYBODY, 204),)),
        },
        "photo",
    ),
}
