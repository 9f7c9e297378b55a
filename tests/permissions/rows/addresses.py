"""The register of addresses, and tables whose rows are placed by it."""

from tests.permissions.table import EVERYBODY, Row, api, get

ROWS: dict[str, Row] = {
    "api:address-list": api(get((EVERYBODY, 200), query="?q=甲1街")),
    # Of no address that there is.
    "api:address-detail": api(get((EVERYBODY, 200)), "address"),
    "api:address-at": api(get((EVERYBODY, 200), query="?lon=116.3&lat=39.9")),
}
