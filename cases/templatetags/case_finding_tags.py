"""What lists of cases say of being narrowed and exported."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

from accounts.models import User
from accounts.roles import SEES_UNIT
from cases.finding import narrowing
from cases.finding.exporting import LIST
from cases.lists import REVIEW_PART, UNIT_PART, Filters
from cases.old.lists import SHARED

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
def old_address(filters: Filters) -> str:
    """The same search among the cases of old systems, as far as they know it."""
    said = {name: filters.asked(name) for name in SHARED if filters.asked(name)}
    if filters.asked("dates") == narrowing.CLOSED:
        said = {name: said[name] for name in said if name not in ("from", "to")}
    return f"{reverse('old:list')}?{urlencode(said)}"


@register.filter
def export_address(filters: Filters) -> str:
    """Where a file of this list is asked for."""
    said = {"register": "cases"}
    if filters.within or filters.of_units:
        said[LIST] = REVIEW_PART if filters.within else UNIT_PART
    rest = filters.address().lstrip("?")
    return f"{reverse('workflow:export-new')}?{urlencode(said)}&{rest}"
