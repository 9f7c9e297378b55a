"""The knowledge base: what is meant for the street of the side, kept by its desk."""

from typing import Any

from tests.permissions.rows.duty import (
    KEEPS,
    OUTSIDER,
    SOME,
    STAFF_READS,
    STRANGERS,
    nothing,
)
from tests.permissions.table import (
    DESK,
    DISTRICT,
    GRID,
    OFFICE,
    SEES,
    Row,
    Says,
    Sides,
    api,
    get,
    page,
    post,
)

READS: Sides = {
    "own": DESK | GRID | OFFICE | DISTRICT | {"community_worker", "system"},
    "foreign": OUTSIDER | DISTRICT | {"outsider_worker", "system"},
}


def draft(world: Any, side: str) -> dict[str, Any]:
    return {"title": "口径", "text": "先核实", "valid_from": "2026-01-01"}


def kept(status: int, body: Any = nothing) -> dict[str, Says]:
    return post((KEEPS, status), (READS, 403), (STRANGERS, 403), body=body)


READ = get((READS, 200), (STRANGERS, 403))
EDIT = get((KEEPS, 200), (READS, 403), (STRANGERS, 403))

ROWS: dict[str, Row] = {
    "knowledge:list": page(STAFF_READS),
    "knowledge:new": page(
        get((SOME, 200), rest=403) | post((SOME, 400), rest=403, body=nothing)
    ),
    "knowledge:article": page(READ, "article"),
    "knowledge:edit": page(EDIT | kept(302, draft), "article"),
    # It has no draft.
    "knowledge:publish": page(kept(409), "article"),
    "knowledge:withdraw": page(kept(302), "article"),
    # Without a file.
    "knowledge:file-add": page(kept(400), "article"),
    "knowledge:file": page(READ, "article_file"),
    "knowledge:file-remove": page(kept(302), "article_file"),
    # Who may see the case and works here.
    "cases:knowledge": page(get((SEES, 200)), "case"),
    "api:article-list": api(STAFF_READS | post((SOME, 400), rest=403, body=nothing)),
    "api:article-detail": api(READ, "article"),
    "api:article-draft": api(
        EDIT
        | {"PUT": Says(((KEEPS, 200), (READS, 403), (STRANGERS, 403)), body=draft)},
        "article",
    ),
    "api:article-publish": api(kept(409), "article"),
    "api:article-withdraw": api(kept(200), "article"),
}
