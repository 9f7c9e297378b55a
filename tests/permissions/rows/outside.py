"""Outside layers: who sees them, who keeps them."""

from tests.permissions.table import (
    ALL,
    EVERYBODY,
    STEWARDS,
    Row,
    api,
    both,
    get,
    nothing,
    page,
    post,
)

KEEPS = both(STEWARDS | {"system"})

ROWS: dict[str, Row] = {
    "layers:outside": page(ALL),
    # An empty form is told what is missing.
    "layers:outside_new": page(
        get((KEEPS, 200), rest=403) | post((KEEPS, 400), rest=403, body=nothing)
    ),
    "layers:outside_edit": page(
        get((KEEPS, 200), (EVERYBODY, 403))
        | post((KEEPS, 400), (EVERYBODY, 403), body=nothing),
        "outside",
    ),
    "layers:outside_use": page(
        post((KEEPS, 302), (EVERYBODY, 403), body=nothing), "outside"
    ),
    # No zoom of its source: an empty picture, whoever it is for.
    "layers:outside_tile": page(ALL, "outside_tile", stranger=403),
    "api:outside-layer-list": api(ALL | post((KEEPS, 400), rest=403, body=nothing)),
    "api:outside-layer-detail": api(
        ALL | {"PATCH": post((KEEPS, 400), (EVERYBODY, 403), body=nothing)["POST"]},
        "outside",
    ),
    "api:outside-layer-try": api(
        post((KEEPS, 200), (EVERYBODY, 403), body=nothing), "outside"
    ),
}
