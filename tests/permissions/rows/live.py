"""The event log by a cursor, and the cases on the one map: scoped, so open to all.

The stream itself is no page of Django's.
"""

from tests.permissions.table import ALL, EVERYBODY, Row, api, get, page

HERE = get((EVERYBODY, 200), query="?bbox=116.3,39.9,116.31,39.91")

ROWS: dict[str, Row] = {
    "workflow:live_since": page(ALL, stranger=401),
    "live_map:cases": page(ALL, "map_tile", stranger=403),
    "live_map:cells": page(ALL, "map_tile", stranger=403),
    "live_map:here": page(HERE),
    "live_map:day": page(ALL),
    "api:case-day": api(ALL),
}
