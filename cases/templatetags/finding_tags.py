"""What lists of cases say of being narrowed and exported."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from accounts.models import User
from accounts.roles import SEES_UNIT
from cases.finding import narrowing
from cases.finding.exporting import LIST, REVIEW
from cases.lists import Filters
from workflow.models import Phase

register = template.Library()

# Those that the form of every list has a field for.
HAS_FIELD = {"q", "area"}


@register.filter
def kept_filters(filters: Filters) -> list[tuple[str, str]]:
    """Filters that are on but have no field here: they stay on."""
    return [
        (name, filters.asked(name))
        for name in narrowing.NAMES
        if name not in HAS_FIELD and filters.asked(name)
    ]


@register.filter
def find_problem(filters: Filters) -> str:
    """What of the address cannot be read, in a sentence; empty where all can."""
    return narrowing.problem_with(filters.values, filters.user)


@register.filter
def searches_cases(user: User) -> bool:
    """Whether the page of searching is the person's."""
    return user.is_authenticated and user.has_role(*SEES_UNIT)


@register.filter
def export_address(filters: Filters) -> str:
    """Where a file of this list is asked for."""
    said = {"register": "cases"}
    if filters.within == Phase.DONE:
        said[LIST] = REVIEW
    rest = filters.address().lstrip("?")
    return f"{reverse('workflow:export-new')}?{urlencode(said)}&{rest}"
