"""The event log by a cursor; the stream itself is no page of Django's."""

from tests.permissions.table import ALL, Row, page

ROWS: dict[str, Row] = {
    "workflow:live_since": page(ALL, stranger=401),
}
