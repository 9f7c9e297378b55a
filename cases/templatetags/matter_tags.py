"""What other pages draw of hard matters and of the tasks of conferences."""

from typing import Any
from uuid import uuid4

from django import template

from accounts.models import User
from cases.matters.agendas import ENTERS, move_with
from cases.matters.dossier import MatterDossier
from cases.matters.permissions import can_use_matters
from cases.matters.raising import may_call, may_raise
from cases.models import Case, Matter
from workflow.models import Phase

register = template.Library()


@register.filter
def uses_matters(user: User) -> bool:
    return user.is_authenticated and can_use_matters(user)


@register.simple_tag
def fresh_uuid() -> str:
    """The name of an act that a form sends."""
    return str(uuid4())


@register.inclusion_tag("cases/matters/_of_case.html")
def matters_of(case: Case, user: User) -> dict[str, Any]:
    """The matters that the case belongs to, each with its conferences and what was
    decided, and whether one may be raised of it or a conference called over it.

    No query where the case was fetched with the knowledge that it is in none.
    """
    if not can_use_matters(user):
        return {"matters": [], "may_raise": False, "may_call": False}
    found: list[Matter] = []
    if getattr(case, "is_in_matter", True):
        rows = Matter.objects.visible_to(user).listed().filter(cases=case)
        found = list(rows.order_by("-pk")[:5])
    # Of one matter the case is in at a time: it is spoken of with that.
    busy = any(not row.ended_at and not move_with(row, ENTERS) for row in found)
    return {
        "matters": [MatterDossier(row, user) for row in found],
        "case": case,
        "may_raise": may_raise(user),
        "may_call": case.state.phase != Phase.DONE and not busy and may_call(user),
    }
