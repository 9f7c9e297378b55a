"""Sources, tags, classes from a file, the crosswalk, stand-ins found, drafts."""

from typing import Any

from tests.permissions.rows.classes import EDITS, FORM, nothing
from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    EVERYBODY,
    REPORTERS,
    Row,
    Says,
    api,
    page,
    post,
)

NEW = READ | post((CHANGES_RULES, 400), body=nothing)


def retired(world: Any, side: str) -> dict[str, Any]:
    return {"retired": True}


RETIRES = READ | {"PATCH": Says(((CHANGES_RULES, 200),), body=retired)}
DONE = post((CHANGES_RULES, 302), body=nothing)


def draft(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "note": "路口有垃圾"}


ROWS: dict[str, Row] = {
    "cases:words": page(READ),
    "cases:word_new": page(EDITS, "words"),
    "cases:word": page(EDITS, "word"),
    "cases:word_retire": page(DONE, "word"),
    "cases:words_file": page(READ, "words"),
    "cases:words_take": page(EDITS, "words"),
    "cases:stand_in_find": page(FORM),
    "workflow:classes_take": page(EDITS),
    "workflow:crosswalk": page(READ),
    "workflow:crosswalk_add": page(post((CHANGES_RULES, 400), body=nothing)),
    "workflow:crosswalk_file": page(READ),
    "workflow:crosswalk_take": page(EDITS),
    "workflow:crosswalk_remove": page(post((CHANGES_RULES, 404), body=nothing), "pair"),
    "api:source-list": api(NEW),
    "api:source-detail": api(RETIRES, "source"),
    "api:tag-list": api(NEW),
    "api:tag-detail": api(RETIRES, "tag"),
    "api:table-word-list": api(NEW),
    "api:table-word-detail": api(RETIRES, "table_word"),
    "api:crosswalk-list": api(NEW),
    "api:crosswalk-detail": api({"DELETE": post(body=nothing)["POST"]}, "pair"),
    "cases:draft-keep": page(post((REPORTERS, 302), rest=403, body=draft)),
    "cases:draft-discard": page(post((EVERYBODY, 302), body=nothing), "draft"),
}
