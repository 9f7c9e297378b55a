"""Hard matters: the street's, of whom a conference invites, and nobody else's."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.cases.conferring import work_on
from tests.permissions.rows.rules import CHANGES_RULES, READ
from tests.permissions.table import (
    ALL,
    DESK,
    DISTRICT,
    GRID,
    HOST,
    OTHER_UNITS,
    Row,
    Sides,
    api,
    both,
    get,
    page,
    post,
)

OUTSIDER = frozenset({"outsider"})
WORKER = frozenset({"community_worker"})
CENTRE = frozenset({"supervisor", "leader"})
USES = both(DESK | HOST | OTHER_UNITS | CENTRE | OUTSIDER | WORKER)
RAISES = both(DESK | OUTSIDER | WORKER | CENTRE)
CALLS = both(DESK | OUTSIDER | WORKER | {"leader"})
# The conference of each street invites the sanitation and the gardens.
INVITED = HOST | {"other_handler"}
SEES: Sides = {
    "own": DESK | GRID | WORKER | INVITED | DISTRICT,
    "foreign": OUTSIDER | {"outsider_worker"} | INVITED | DISTRICT,
}
# A conference and its tasks are the calling street's, not its communities'.
SEES_CONFERENCE: Sides = {
    "own": DESK | INVITED | DISTRICT,
    "foreign": OUTSIDER | INVITED | DISTRICT,
}
# The sanitation leads.
SEES_TASK: Sides = {
    "own": DESK | HOST | DISTRICT,
    "foreign": OUTSIDER | HOST | DISTRICT,
}
SIGNS: Sides = both(HOST)
ANSWERS: Sides = both(INVITED)
ADDS: Sides = {
    "own": DESK | WORKER | CENTRE,
    "foreign": OUTSIDER | CENTRE,
}


def told(world: Any, side: str) -> dict[str, Any]:
    return {
        **{"title": "围墙权属", "sort": "ownership", "note": "多次协调无果"},
        **{"address": "甲街1号", "uuid": world.fresh()},
        "street": "110109001",
    }


def raised(world: Any, side: str) -> dict[str, Any]:
    evidence = told(world, side)
    street = evidence.pop("street")
    return {"uuid": evidence.pop("uuid"), "street": street, "evidence": evidence}


def called(world: Any, side: str) -> dict[str, Any]:
    """Over a matter that cannot be on the agenda: it is looked at who may first."""
    begins = timezone.now() + timedelta(days=1)
    return {
        "uuid": world.fresh(),
        "evidence": {
            **{"title": "会商", "begins_at": begins.isoformat(), "venue": "会议室"},
            **{"chair": "主任", "invited": ["sanitation"]},
            "agenda": [str(work_on(world.cases[side]).uuid)],
        },
    }


def called_on_page(world: Any, side: str) -> dict[str, Any]:
    return {"uuid": world.fresh(), "title": "会商"}


def sign(world: Any, side: str) -> dict[str, Any]:
    return {"verb": "sign", "act_id": world.fresh()}


def sign_on_page(world: Any, side: str) -> dict[str, Any]:
    return {**sign(world, side), "after_event": 1}


def answer(world: Any, side: str) -> dict[str, Any]:
    evidence = {"reason": "attends"}
    return {"verb": "answer", "act_id": world.fresh(), "evidence": evidence}


def answer_on_page(world: Any, side: str) -> dict[str, Any]:
    given = {"verb": "answer", "act_id": world.fresh(), "reason": "attends"}
    return {**given, "after_event": 1}


def add(world: Any, side: str) -> dict[str, Any]:
    """A case that nobody sees: 400 to whoever may add one."""
    evidence = {"cases": ["0"]}
    return {"verb": "add_cases", "act_id": world.fresh(), "evidence": evidence}


def add_on_page(world: Any, side: str) -> dict[str, Any]:
    given = {"verb": "add_cases", "act_id": world.fresh(), "cases": "0"}
    return {**given, "after_event": work_on(world.cases[side]).events_count}


def join(world: Any, side: str) -> dict[str, Any]:
    return {"matter": world.fresh(), "act_id": world.fresh()}


def sort(world: Any, side: str) -> dict[str, Any]:
    return {"code": "fire", "title": "消防", "order": "9"}


def file(world: Any, side: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("matters.json", b'{"sorts": []}')}


EDITS = get((CHANGES_RULES, 200)) | post((CHANGES_RULES, 302), body=sort)

ROWS: dict[str, Row] = {
    "matters:list": page(get((USES, 200), rest=403)),
    "matters:figures": page(get((USES, 200), rest=403)),
    "matters:conferences": page(get((USES, 200), rest=403)),
    "matters:new": page(
        get((RAISES, 200), rest=403) | post((RAISES, 302), rest=403, body=told)
    ),
    # What the matter to join is, is looked for after who may.
    "matters:join": page(
        get((RAISES, 200), rest=403) | post((RAISES, 404), rest=403, body=join)
    ),
    "matters:call": page(
        get((CALLS, 200), rest=403) | post((CALLS, 422), rest=403, body=called_on_page)
    ),
    "matters:matter": page(get((SEES, 200)), "matter"),
    "matters:matter-act": page(
        post((ADDS, 400), (SEES, 403), body=add_on_page), "matter"
    ),
    "matters:conference": page(get((SEES_CONFERENCE, 200)), "conference"),
    "matters:minutes": page(get((SEES_CONFERENCE, 200)), "conference"),
    "matters:conference-act": page(
        post((ANSWERS, 302), (SEES_CONFERENCE, 403), body=answer_on_page), "conference"
    ),
    "matters:task": page(get((SEES_TASK, 200)), "matter_task"),
    "matters:task-act": page(
        post((SIGNS, 302), (SEES_TASK, 403), body=sign_on_page), "matter_task"
    ),
    "matters:rules": page(READ),
    "matters:rules-file": page(READ),
    "matters:rule-new": page(EDITS),
    "matters:rules-take": page(post((CHANGES_RULES, 302), body=file)),
    "matters:rule": page(EDITS, "matter_sort"),
    "api:matter-list": api(ALL | post((RAISES, 201), rest=403, body=raised)),
    "api:matter-geojson": api(ALL),
    "api:matter-detail": api(get((SEES, 200)), "matter"),
    "api:matter-acts": api(post((ADDS, 400), (SEES, 403), body=add), "matter"),
    "api:conference-list": api(ALL | post((CALLS, 400), rest=403, body=called)),
    "api:conference-detail": api(get((SEES_CONFERENCE, 200)), "conference"),
    "api:conference-acts": api(
        post((ANSWERS, 200), (SEES_CONFERENCE, 403), body=answer), "conference"
    ),
    "api:matter-task-list": api(ALL),
    "api:matter-task-detail": api(get((SEES_TASK, 200)), "matter_task"),
    "api:matter-task-acts": api(
        post((SIGNS, 200), (SEES_TASK, 403), body=sign), "matter_task"
    ),
}
