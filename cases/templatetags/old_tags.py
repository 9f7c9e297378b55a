"""What pages draw of old systems' cases."""

from typing import Any

from django import template

from accounts.models import User
from accounts.roles import Role
from cases.models import Case
from cases.old.columns import TITLES

register = template.Library()


@register.filter
def keeps_old(user: User) -> bool:
    """Who has few pages of his own; others come to old cases by searching."""
    return user.has_role(Role.SYSTEM)


@register.simple_tag
def old_title(name: str) -> str:
    """A column by the title that such exports give it."""
    return TITLES.get(name, name)


@register.inclusion_tag("cases/old/_of_case.html")
def old_cases_near(case: Case) -> dict[str, Any]:
    """Earlier cases at the place of a new one: asked for when it is opened."""
    return {"case": case}
