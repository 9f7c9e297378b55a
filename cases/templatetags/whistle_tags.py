"""What pages draw of whistles."""

from typing import Any

from django import template

from accounts.models import User
from accounts.roles import Role
from cases.models import Case, Whistle
from cases.whistles.lists import dress
from cases.whistles.permissions import USES, can_use_whistles, ground_of

register = template.Library()


@register.filter
def uses_whistles(user: User) -> bool:
    return can_use_whistles(user)


@register.filter
def blows_or_comes(user: User) -> bool:
    """Whose own work whistles are: a grid worker is led to one by its place."""
    return user.has_role(*USES - {Role.GRID_WORKER})


@register.inclusion_tag("cases/whistles/_of_case.html")
def whistles_of(case: Case, user: User) -> dict[str, Any]:
    """The whistles of a case that the reader sees, and whether he may blow one."""
    if not can_use_whistles(user):
        return {"whistles": [], "may_blow": False}
    found: list[Whistle] = []
    if getattr(case, "has_whistles", True):
        rows = Whistle.objects.visible_to(user).listed().filter(case=case)
        found = list(rows.order_by("-pk")[:5])
        dress(found)
    # Whether the process lets him is asked where he does it: no query for a button.
    may = ground_of(user)[0] is not None
    return {"whistles": found, "case": case, "may_blow": may}
