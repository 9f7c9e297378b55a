"""Who works on a case: one host 主办, and others that help it 协办."""

from typing import cast

from django.utils.translation import gettext_lazy as _

from cases.models import Assignment, Case
from cases.models.assignment import AssignmentQuerySet
from workflow.effects import Doing, effect
from workflow.scope import concern, release

Part = Assignment.Part


@effect("assign_host", words=_("names the host department"))
def assign_host(doing: Doing) -> None:
    """One unit becomes the host and sees the case from now on."""
    unit = doing.given.values["unit"]
    _end(doing, _running(doing).filter(unit=unit))
    _assign(doing, unit.pk, Part.HOST)


@effect("assign_assistants", words=_("names assisting departments"))
def assign_assistants(doing: Doing) -> None:
    """Each of the units gets a part of its own; one that works already keeps its."""
    busy = set(_running(doing).values_list("unit_id", flat=True))
    for unit in doing.given.values.get("units", ()):
        if unit.pk not in busy:
            _assign(doing, unit.pk, Part.ASSIST)


@effect("sign_host", words=_("the host has signed"))
def sign_host(doing: Doing) -> None:
    _running(doing).hosts().update(signed_at=doing.moment)
    _case(doing).forget_parts()


@effect("finish_host", words=_("the host has fed back"))
def finish_host(doing: Doing) -> None:
    """The host fed back, and with that the helping ends; it stays the host."""
    _running(doing).hosts().update(done_at=doing.moment)
    _end(doing, _running(doing).assistants())


@effect("sign_assist", words=_("the assisting department has signed"))
def sign_assist(doing: Doing) -> None:
    """The actor's unit signs for its part."""
    _own_part(doing).filter(signed_at=None).update(signed_at=doing.moment)
    _case(doing).forget_parts()


@effect("finish_assist", words=_("the assisting department has fed back"))
def finish_assist(doing: Doing) -> None:
    """The actor's unit reports what it did; it still sees how the case goes on."""
    _own_part(doing).filter(signed_at=None).update(signed_at=doing.moment)
    _own_part(doing).update(done_at=doing.moment)
    _case(doing).forget_parts()


@effect("withdraw_host", words=_("takes it from the departments"))
def withdraw_host(doing: Doing) -> None:
    """The case goes back to the desk, and the units see it no longer."""
    _end(doing, _running(doing))
    for part in Part.values:
        release(_case(doing), why=part)


@effect("end_host", words=_("ends the departments' parts"))
def end_host(doing: Doing) -> None:
    """The units' parts are over; they still see what became of their work."""
    _end(doing, _running(doing))


def _case(doing: Doing) -> Case:
    return cast(Case, doing.row)


def _running(doing: Doing) -> AssignmentQuerySet:
    return Assignment.objects.filter(case=_case(doing)).running()


def _own_part(doing: Doing) -> AssignmentQuerySet:
    return _running(doing).assistants().filter(unit=doing.post.unit_id)


def _assign(doing: Doing, unit_id: int, part: Assignment.Part) -> None:
    case = _case(doing)
    Assignment.objects.create(
        case=case, unit_id=unit_id, part=part, assigned_at=doing.moment
    )
    concern(case, why=part, units=[unit_id])
    case.forget_parts()


def _end(doing: Doing, parts: AssignmentQuerySet) -> None:
    parts.update(ended_at=doing.moment)
    _case(doing).forget_parts()
