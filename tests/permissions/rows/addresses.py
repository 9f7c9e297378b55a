"""The register of addresses, and tables whose rows are placed by it."""

from tests.permissions.rows.registers import nothing
from tests.permissions.table import (
    DESK,
    DISTRICT,
    EVERYBODY,
    HOST,
    OFFICE,
    OTHER_UNITS,
    STEWARDS,
    Row,
    Says,
    Sides,
    api,
    both,
    get,
    page,
    post,
)


def sent(sides: Sides, status: int) -> dict[str, Says]:
    return post((sides, status), body=nothing)


# Whose work tables are; who walks the streets has none.
PLACES = both(
    DESK
    | HOST
    | OTHER_UNITS
    | OFFICE
    | STEWARDS
    | (DISTRICT - {"inspector"})
    | {"outsider"}
)
# Whoever sent a table, and nobody else.
SENDER: Sides = {"own": frozenset({"desk"}), "foreign": frozenset({"outsider"})}
TABLE = "placed_table"
ROWS: dict[str, Row] = {
    "api:address-list": api(get((EVERYBODY, 200), query="?q=甲1街")),
    "api:address-detail": api(get((EVERYBODY, 200)), "address"),
    "api:address-at": api(get((EVERYBODY, 200), query="?lon=116.3&lat=39.9")),
    "geocoding:tables": page(get((PLACES, 200)) | sent(PLACES, 400)),
    "geocoding:table": page(get((SENDER, 200)), TABLE),
    # It is only tried out yet: no row of it is placed.
    "geocoding:answer": page(sent(SENDER, 302), TABLE),
    "geocoding:take": page(sent(SENDER, 302), TABLE),
    "geocoding:cancel": page(sent(SENDER, 302), TABLE),
    "geocoding:remove": page(sent(SENDER, 302), TABLE),
    "geocoding:choose": page(sent(SENDER, 400), TABLE),
    "geocoding:points": page(get((SENDER, 200)), TABLE),
    "geocoding:file": page(get(), "placed_file"),
    "api:geocoding-list": api(get((PLACES, 200)) | sent(PLACES, 400)),
    "api:geocoding-detail": api(get((SENDER, 200)), TABLE),
    "api:geocoding-answer": api(sent(SENDER, 400), TABLE),
    "api:geocoding-take": api(sent(SENDER, 200), TABLE),
    "api:geocoding-cancel": api(sent(SENDER, 200), TABLE),
    "api:geocoding-rows": api(get((SENDER, 200)), TABLE),
    "api:geocoding-choose": api(sent(SENDER, 400), TABLE),
    "api:geocoding-file": api(get(), "placed_file"),
}
