"""Old systems' cases, and the words of incoming tables."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    ADMINISTRATORS,
    ALL,
    PEOPLE,
    SEES,
    STEWARDS,
    Row,
    api,
    both,
    get,
    page,
    post,
)

BRINGS = both(frozenset({"supervisor", "system"}))
LOOKS_UP = both(
    PEOPLE - STEWARDS - (ADMINISTRATORS - {"system"}) - {"nobody", "volunteer"}
)


def _says(**sent: Any) -> Any:
    return lambda world, side: sent


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def table(world: Any, side: str) -> dict[str, Any]:
    text = "table,sort,word,means\nold,column,案件号码,number\n"
    return {"file": SimpleUploadedFile("tables.csv", text.encode())}


WORD = _says(table="old", sort="column", word="案件号码", means="任务号")
ROWS: dict[str, Row] = {
    "old:list": page(get((LOOKS_UP, 200), rest=403)),
    "old:case": page(get((SEES, 200)), "old_case"),
    "old:near": page(get((SEES, 200)), "case"),
    "old:imports": page(
        get((BRINGS, 200), rest=403) | post((BRINGS, 400), rest=403, body=nothing)
    ),
    "old:import": page(get((BRINGS, 200), rest=403), "old_import"),
    "old:answer": page(post((BRINGS, 409), rest=403, body=nothing), "old_import"),
    "old:take": page(post((BRINGS, 409), rest=403, body=nothing), "old_import"),
    "old:cancel": page(post((BRINGS, 409), rest=403, body=nothing), "old_import"),
    "old:withdraw": page(
        post((BRINGS, 302), rest=403, body=_says(why="重复")), "old_import"
    ),
    "old:refused": page(get((BRINGS, 404), rest=403), "old_import"),
    "tables:words": page(READ),
    "tables:words-file": page(READ),
    "tables:word-new": page(post((CHANGES_RULES, 302), body=WORD)),
    "tables:words-take": page(
        get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 200), body=table)
    ),
    "tables:word-retire": page(post((CHANGES_RULES, 302), body=nothing), "table_word"),
    "api:old-case-list": api(ALL),
    "api:old-case-detail": api(get((SEES, 200)), "old_case"),
    "api:old-import-list": api(
        get((BRINGS, 200), rest=403) | post((BRINGS, 400), rest=403, body=nothing)
    ),
    "api:old-import-detail": api(get((BRINGS, 200), rest=403), "old_import"),
    "api:old-import-take": api(
        post((BRINGS, 409), rest=403, body=nothing), "old_import"
    ),
    "api:old-import-cancel": api(
        post((BRINGS, 409), rest=403, body=nothing), "old_import"
    ),
    "api:old-import-withdraw": api(
        post((BRINGS, 200), rest=403, body=_says(why="重复")), "old_import"
    ),
}
