"""The register of addresses, and tables whose rows are placed by it."""

from tests.permissions.rows.registers import nothing
from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    EVERYBODY,
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


# In the walk only stewards see the register. Who else places tables, where he sees
# it, tests/cases/test_geocoding.py asks.
KNOWS = both(STEWARDS)
# Whoever sent a table, and nobody else.
SENDER: Sides = {
    "own": frozenset({"steward"}),
    "foreign": frozenset({"chief_data_officer"}),
}
TABLE = "placed_table"
ROWS: dict[str, Row] = {
    "api:address-list": api(get((KNOWS, 200), query="?q=甲1街")),
    "api:address-detail": api(get((KNOWS, 200)), "address"),
    "api:address-at": api(get((EVERYBODY, 200), query="?lon=116.3&lat=39.9")),
    "addresses:aliases": page(READ),
    "addresses:alias-new": page(get((CHANGES_RULES, 200)) | sent(CHANGES_RULES, 400)),
    "addresses:alias": page(
        get((CHANGES_RULES, 200)) | sent(CHANGES_RULES, 400), "address_alias"
    ),
    "api:address-alias-list": api(READ | sent(CHANGES_RULES, 400)),
    "api:address-alias-detail": api(
        READ | {"PATCH": Says(((CHANGES_RULES, 200),), body=nothing)}, "address_alias"
    ),
    "geocoding:tables": page(get((KNOWS, 200)) | sent(KNOWS, 400)),
    "geocoding:table": page(get((SENDER, 200)), TABLE),
    # It is only tried out yet: no row of it is placed.
    "geocoding:answer": page(sent(SENDER, 302), TABLE),
    "geocoding:take": page(sent(SENDER, 302), TABLE),
    "geocoding:cancel": page(sent(SENDER, 302), TABLE),
    "geocoding:remove": page(sent(SENDER, 302), TABLE),
    "geocoding:choose": page(sent(SENDER, 400), TABLE),
    "geocoding:points": page(get((SENDER, 200)), TABLE),
    "geocoding:file": page(get(), "placed_file"),
    "api:geocoding-list": api(get((KNOWS, 200)) | sent(KNOWS, 400)),
    "api:geocoding-detail": api(get((SENDER, 200)), TABLE),
    "api:geocoding-answer": api(sent(SENDER, 400), TABLE),
    "api:geocoding-take": api(sent(SENDER, 200), TABLE),
    "api:geocoding-cancel": api(sent(SENDER, 200), TABLE),
    "api:geocoding-rows": api(get((SENDER, 200)), TABLE),
    "api:geocoding-choose": api(sent(SENDER, 400), TABLE),
    "api:geocoding-file": api(get(), "placed_file"),
}
