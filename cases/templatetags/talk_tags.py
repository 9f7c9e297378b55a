"""Instructions: on the page of a case, and who has a list of them."""

from typing import Any

from django import template

from cases.models import Case, Instruction
from cases.talk.instructions import uses_instructions
from workflow.lights import add_last_limits

register = template.Library()


@register.inclusion_tag("cases/talk/_of_case.html")
def instructions_of(case: Case, user: Any) -> dict[str, Any]:
    """Those on the case that the reader sees."""
    rows = list(
        Instruction.objects.visible_to(user).filter(case=case).listed().order_by("-pk")
    )
    add_last_limits(Instruction.KIND, rows)
    return {"instructions": rows}


@register.filter
def has_instructions(user: Any) -> bool:
    """No query: the posts are known."""
    return bool(user.is_authenticated) and uses_instructions(user)
