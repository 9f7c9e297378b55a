"""What pages draw of old systems' cases."""

from typing import Any

from django import template

from cases.models import Case
from cases.old.columns import TITLES
from cases.old.permissions import can_import_old

register = template.Library()

register.filter("imports_old", can_import_old)


@register.simple_tag
def old_title(name: str) -> str:
    """A column by the title that such exports give it."""
    return TITLES.get(name, name)


@register.inclusion_tag("cases/old/_of_case.html")
def old_cases_near(case: Case) -> dict[str, Any]:
    """Earlier cases at the place of a new one: asked for when it is opened."""
    return {"case": case}
