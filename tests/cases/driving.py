"""Driving a case along the street process, as its people would."""

from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from cases.intake import report
from cases.models import Case
from workflow.engine import act
from workflow.models import Attachment, Category, Condition

# (state reached, verb, by whom of street 1, by whom of street 2)
STEPS = [
    ("filed", "file", "filer", "outsider"),
    ("dispatched", "dispatch", "dispatcher", "outsider"),
    ("handling", "sign", "clerk", "clerk"),
    ("disposed", "dispose", "handler", "handler"),
    ("checked", "pass", "other_worker", "outsider_worker"),
    ("closed", "close", "filer", "outsider"),
    ("confirmed", "confirm", "supervisor", "supervisor"),
]
FIRST_OF_PHASE = {
    "collect": "reported",
    "dispatch": "filed",
    "resolve": "dispatched",
    "verify": "disposed",
    "done": "closed",
}


def photo_of(user: User) -> UUID:
    """A row as an upload leaves it; the file itself is not written."""
    uuid = uuid4()
    Attachment.objects.create(
        uuid=uuid,
        uploaded_by=user,
        sha256=uuid.hex * 2,
        original_sha256=uuid.hex * 2,
        media_type="image/jpeg",
        size=1,
    )
    return uuid


def litter() -> Category:
    return Category.objects.get(code="06010", kind="event")


def evidence_for(verb: str, user: User) -> dict[str, Any]:
    """What the street process asks for at each step."""
    if verb == "file":
        return {"condition": Condition.objects.get(category=litter()).pk}
    if verb == "dispatch":
        return {"unit": "sanitation"}
    if verb == "dispose":
        return {"photos": [str(photo_of(user))]}
    return {}


def drive(
    people: dict[str, User],
    reporter: str,
    uuid: UUID,
    phase: str,
    state: str,
    evidence: dict[str, Any],
) -> Case:
    """Report as ``reporter``, then take each step until the state is reached."""
    evidence.setdefault("category", litter().pk)
    case, _event = report(by=people[reporter], uuid=uuid, evidence=evidence)
    wanted = state or FIRST_OF_PHASE[phase]
    if wanted == "reported":
        return case
    column = 2 if case.street.code.endswith("1") else 3
    for step in STEPS:
        user = people[step[column]]
        act(
            case, step[1], by=user, act_id=uuid4(), evidence=evidence_for(step[1], user)
        )
        if step[0] == wanted:
            break
    return Case.objects.get(pk=case.pk)
