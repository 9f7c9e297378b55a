"""The pages and the data of the processes."""

from typing import Any

from tests.permissions.rows.rules import CHANGES_RULES, READ, READS_RULES
from tests.permissions.table import ALL, Row, api, get, page, post


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def as_it_is(world: Any, side: str) -> dict[str, Any]:
    return {"what": "use"}


# An empty form is for who may send it: it is told what is missing.
TAKES = get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 400), body=nothing)
USES = post((CHANGES_RULES, 302), body=as_it_is)
GIVES = get((READS_RULES, 200), rest=403)
ADDS = post((CHANGES_RULES, 400), rest=403, body=nothing)

ROWS: dict[str, Row] = {
    "workflow:processes": page(READ),
    "workflow:process": page(READ, "process_version"),
    "workflow:process_file": page(READ, "process_version"),
    "workflow:process_take": page(TAKES),
    "workflow:process_use": page(USES, "process_version"),
    "api:process-list": api(ALL | ADDS),
    "api:process-detail": api(ALL, "process"),
    "api:process-export": api(GIVES, "process"),
}
