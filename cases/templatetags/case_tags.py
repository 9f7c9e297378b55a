"""How a case is said in few words."""

from django import template

from cases.desk.own_views import said_of
from cases.models import Case

register = template.Library()


@register.filter
def short_place(case: Case) -> str:
    """The address without what every row would repeat: city, district and street."""
    before, street, rest = case.address.partition(case.street.name)
    return (rest if street else before).strip()


@register.filter
def short_community(case: Case) -> str:
    """The community without the word for its committee, which says nothing here."""
    name = str(case.community or "")
    return name.removesuffix("居委会")


@register.filter
def due_stamp(case: Case) -> str:
    """When its running limit is due, for a script that puts its row in order."""
    limit = getattr(case, "clock", None)
    return limit.due_at.isoformat() if limit and limit.met_at is None else ""


@register.filter
def unread_said(count: int | str) -> str:
    """As the tab of the unread says it; nothing where nobody counted."""
    return said_of(int(count)) if count else ""


@register.filter
def is_picked(case: Case, picked: list[str]) -> bool:
    """Whether the address says that its row is chosen."""
    return str(case.uuid) in picked
