"""Hard matters driven along their processes as people would."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from cases.matters.raising import call_conference, raise_matter
from cases.models import Case, Conference, Matter, MatterTask
from tests.cases.whistling import street_leader
from tests.sites import package
from workflow.engine import act
from workflow.models import Event

INVITED = ["gardens", "sanitation"]
DECISION: dict[str, Any] = {
    "decision": "由环卫牵头拆除",
    "lead": "sanitation",
    "assisting": ["gardens"],
    "limit": "5",
    "done_when": "围墙拆除并恢复路面",
}


def told(**more: Any) -> dict[str, Any]:
    """What a new matter is told."""
    return {
        "title": "甲1街1号院围墙权属",
        "sort": "ownership",
        "place": list(package.inside(1, 1, 1)),
        "address": "甲1街1号院",
        "concerned": ["gardens"],
        "note": "产权单位已注销，多次协调无果",
        **more,
    }


def raised(by: User, **more: Any) -> Matter:
    return fresh(raise_matter(by=by, uuid=uuid4(), evidence=told(**more))[0])


def entered(by: User | None = None, **more: Any) -> Matter:
    """One that the street's leader entered himself."""
    return raised(by or street_leader(), **more)


def agenda_of(*matters: Matter, **more: Any) -> dict[str, Any]:
    """What a new conference is told."""
    return {
        "title": "围墙权属会商",
        "begins_at": (timezone.now() + timedelta(days=1)).isoformat(),
        "venue": "街道三层会议室",
        "chair": "演示主任",
        "invited": INVITED,
        "agenda": [str(matter.uuid) for matter in matters],
        **more,
    }


def called(by: User, *matters: Matter, **more: Any) -> Conference:
    evidence = agenda_of(*matters, **more)
    return fresh(call_conference(by=by, uuid=uuid4(), evidence=evidence)[0])


def decided(by: User, **more: Any) -> Matter:
    """One that a conference decided: sanitation leads, gardens assist."""
    matter = entered()
    conference = called(by, matter)
    do(conference, "hold", by)
    do(matter, "decide", by, **{**DECISION, **more})
    return fresh(matter)


def task_of(matter: Matter, code: str = "sanitation") -> MatterTask:
    return MatterTask.objects.listed().get(matter=matter, unit__code=code)


def fresh(subject: Any) -> Any:
    return type(subject).objects.get(pk=subject.pk)


def do(subject: Any, verb: str, by: User, at: Any = None, **given: Any) -> Event:
    return act(
        fresh(subject), verb, by=by, act_id=uuid4(), evidence=given, happened_at=at
    )


def finish(task: MatterTask, by: User, checker: User) -> None:
    """Signed for, reported as done, and found so."""
    do(task, "sign", by)
    do(task, "report_done", by, note="已拆除")
    do(task, "accept", checker)


def work_on(case: Case) -> Matter:
    """A decided matter of the case's street, made when first asked for.

    Another one stands on the agenda of a conference to come.
    """
    if found := Matter.objects.filter(cases=case).first():
        return found
    number = int(case.street.code[-3:])
    by = User.objects.get(username="desk" if number == 1 else "outsider")
    more = {"place": list(package.inside(number, 1, 1)), "cases": [case.number]}
    leader = street_leader(number)
    wanted, waiting = raised(by, **more), raised(leader, **{**more, "cases": []})
    do(wanted, "take_in", leader)
    conference = called(by, wanted)
    do(conference, "hold", by)
    do(wanted, "decide", by, **DECISION)
    called(by, waiting)
    return fresh(wanted)


def conference_on(case: Case) -> Conference:
    """The one to come, of the same street."""
    work_on(case)
    return Conference.objects.get(host=case.street, held_at=None)
