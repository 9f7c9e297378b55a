"""The review: samples, their figures, typical cases, the rules; figures of persons."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.permissions.rows.rules import CHANGES_RULES, READ, READS_RULES
from tests.permissions.table import (
    ALL,
    PEOPLE,
    REVIEWS,
    Row,
    Says,
    api,
    both,
    get,
    page,
    post,
)

ON_DUTY = both(PEOPLE - {"nobody"})
SUPERVISOR = both(frozenset({"supervisor"}))


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


def rules(world: Any, side: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("sampling.json", b'{"rules": []}')}


def days(world: Any, side: str) -> dict[str, Any]:
    return {"first": "2026-01-01", "last": "2026-01-31"}


def closing(world: Any, side: str) -> dict[str, Any]:
    return {"close_now": "yes"}


def order(world: Any, side: str) -> dict[str, Any]:
    return {"order": 3}


ORDERED = {"PATCH": Says(((CHANGES_RULES, 200),), body=order)}
TRIED = get((READS_RULES, 200), query="?first=2026-01-01&last=2026-01-31")

ROWS: dict[str, Row] = {
    # The district's supervisor and leader see every case.
    "reviewing:pane": page(get((REVIEWS, 200), rest=403), "case"),
    # The sample is the supervisor's; for a leader there is nothing of it.
    "reviewing:row": page(get((SUPERVISOR, 200), (REVIEWS, 204), rest=403), "case"),
    "reviewing:take": page(post((SUPERVISOR, 302), rest=403, body=nothing)),
    # It is the other one's to put back, never another's.
    "reviewing:put-back": page(post((SUPERVISOR, 302), body=nothing), "sample"),
    "reviewing:figures": page(get((REVIEWS, 200), rest=403)),
    "reviewing:figure-cases": page(get((REVIEWS, 200), rest=403)),
    "reviewing:examples": page(get((ON_DUTY, 200), rest=403)),
    "reviewing:example": page(get((ON_DUTY, 200), rest=403), "example"),
    # The example has no photos; whoever is not on duty learns not even that.
    "reviewing:example-photo": page(get((ON_DUTY, 404), rest=403), "example_photo"),
    "reviewing:example-thumb": page(get((ON_DUTY, 404), rest=403), "example_photo"),
    "reviewing:rules": page(READ),
    "reviewing:rules-file": page(READ),
    "reviewing:rules-take": page(post((CHANGES_RULES, 302), body=rules)),
    "reviewing:rule-new": page(
        get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 400), body=nothing)
    ),
    "reviewing:rule": page(
        get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 400), body=nothing),
        "sampling_rule",
    ),
    "reviewing:rule-try": page(READ, "sampling_rule"),
    "reviewing:rule-draw": page(
        post((SUPERVISOR, 302), rest=403, body=days), "sampling_rule"
    ),
    "api:sampling-rule-list": api(READ | post((CHANGES_RULES, 400), body=nothing)),
    "api:sampling-rule-detail": api(READ | ORDERED, "sampling_rule"),
    "api:sampling-rule-trial": api(TRIED, "sampling_rule"),
    "api:sampling-rule-draw": api(
        post((SUPERVISOR, 201), rest=403, body=days), "sampling_rule"
    ),
    "api:sample-list": api(get((REVIEWS, 200), rest=403)),
    "api:sample-detail": api(
        get((SUPERVISOR, 200), (REVIEWS, 404), rest=403), "sample"
    ),
    "api:sample-take": api(
        post((SUPERVISOR, 409), (REVIEWS, 403), rest=403, body=nothing), "sample"
    ),
    "api:sample-put-back": api(
        post((SUPERVISOR, 200), (REVIEWS, 404), rest=403, body=nothing), "sample"
    ),
    "api:example-list": api(get((ON_DUTY, 200), rest=403)),
    "api:example-detail": api(get((ON_DUTY, 200), rest=403), "example"),
    "api:review-figures": api(get((REVIEWS, 200), rest=403)),
    # Figures of persons are off: everybody is told so, and nothing else.
    "evaluation:persons": page(ALL),
    "evaluation:person-cases": page(get()),
    "evaluation:persons-switch": page(post((CHANGES_RULES, 302), body=closing)),
    "api:person-figures": api(ALL),
}
