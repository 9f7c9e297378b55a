"""Channels and rules of notices, and what a person keeps of his own."""

from typing import Any

from tests.permissions.rows.classes import EDITS, nothing
from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    ALL,
    DESK,
    EVERYBODY,
    Row,
    Says,
    api,
    both,
    get,
    page,
    post,
)

DONE = post((CHANGES_RULES, 302), body=nothing)
LOG = get((CHANGES_RULES, 200))


def code(world: Any, side: str) -> dict[str, Any]:
    return {"code": "000000"}


ROWS: dict[str, Row] = {
    "workflow:channels": page(READ),
    "workflow:channels_file": page(READ),
    "workflow:channels_take": page(post((CHANGES_RULES, 400), body=nothing)),
    "workflow:channel_new": page(EDITS),
    "workflow:channel": page(EDITS, "channel"),
    "workflow:channel_use": page(DONE, "channel"),
    "workflow:channel_try": page(post((CHANGES_RULES, 200), body=nothing), "channel"),
    "workflow:notice_rule_new": page(EDITS),
    "workflow:notice_rule": page(EDITS, "notice_rule"),
    "workflow:notice_rule_use": page(DONE, "notice_rule"),
    "workflow:notice_rule_remove": page(DONE, "notice_rule"),
    "workflow:deliveries": page(LOG),
    "workflow:delivery": page(LOG, "delivery"),
    "workflow:delivery_retry": page(DONE, "delivery"),
    "workflow:own-channels": page(ALL),
    "workflow:own-choices": page(post((EVERYBODY, 302), body=nothing)),
    # No channel is in use there, so no code can be sent, and none is right.
    "workflow:own-address": page(post((EVERYBODY, 400), body=nothing), "way"),
    "workflow:own-address-confirm": page(post((EVERYBODY, 400), body=code), "way"),
    "workflow:own-address-remove": page(post((EVERYBODY, 302), body=nothing), "way"),
    "workflow:own-push": page(
        post((EVERYBODY, 400), body=nothing)
        | {"DELETE": post((EVERYBODY, 400), body=nothing)["POST"]}
    ),
    "workflow:leaves": page(ALL | post((EVERYBODY, 400), body=nothing)),
    "workflow:leave-end": page(post(body=nothing), "leave"),
}
API = READ | post((CHANGES_RULES, 400), body=nothing)
KEEPS = READ | {"PATCH": Says(((CHANGES_RULES, 200),), body=nothing)}
AWAY = both(DESK | {"outsider", "supervisor", "leader", "clerk", "system"})

ROWS |= {
    "api:channel-list": api(API),
    "api:channel-detail": api(KEEPS, "channel"),
    "api:channel-use": api(post((CHANGES_RULES, 400), body=nothing), "channel"),
    "api:channel-try": api(post((CHANGES_RULES, 200), body=nothing), "channel"),
    "api:notice-rule-list": api(API),
    "api:notice-rule-detail": api(
        KEEPS | {"DELETE": Says(((CHANGES_RULES, 204),))}, "notice_rule"
    ),
    "api:delivery-list": api(LOG),
    "api:delivery-detail": api(LOG, "delivery"),
    "api:delivery-retry": api(post((CHANGES_RULES, 204), body=nothing), "delivery"),
    "api:notice-address-list": api(ALL),
    "api:notice-address-detail": api(
        {
            "PUT": Says(((EVERYBODY, 400),), body=nothing),
            "DELETE": Says(((EVERYBODY, 204),)),
        },
        "way",
    ),
    "api:notice-address-confirm": api(post((EVERYBODY, 400), body=code), "way"),
    "api:notice-choices": api(ALL | {"PUT": Says(((EVERYBODY, 400),), body=nothing)}),
    "api:push-subscriptions": api(
        {name: Says(((EVERYBODY, 400),), body=nothing) for name in ("POST", "DELETE")}
    ),
    "api:leave-list": api(ALL | post((EVERYBODY, 400), body=nothing)),
    "api:leave-detail": api({"DELETE": Says(())}, "leave"),
    "api:leave-away": api(get((AWAY, 200))),
}
