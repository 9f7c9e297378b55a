"""The way to the one box, in the frame of every page."""

from typing import Any

from django import template

from accounts.models import User
from offices.finding.groups import sees_cases
from offices.modules.rights import works_in_offices
from offices.registers.permissions import uses_registers

register = template.Library()


def finds_things(user: User) -> bool:
    """Whether the box is his, as far as his posts say: no query."""
    return user.is_authenticated and (
        uses_registers(user) or sees_cases(user) or works_in_offices(user)
    )


@register.inclusion_tag("offices/finding/_box.html", takes_context=True)
def find_box(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing on a page that no request made, such as that of an error."""
    request = context.get("request")
    user = getattr(request, "user", None)
    match = getattr(request, "resolver_match", None)
    return {
        "finds": user is not None and finds_things(user),
        "here": match is not None and match.view_name == "finding:page",
    }
