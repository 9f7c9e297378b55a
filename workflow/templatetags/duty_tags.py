"""Who has the pages about duty."""

from typing import Any

from django import template

from workflow.roster.permissions import can_read, units_handed

register = template.Library()


@register.filter
def has_address_book(user: Any) -> bool:
    """No query: the posts are known."""
    return bool(user.is_authenticated) and can_read(user)


@register.filter
def hands_over(user: Any) -> bool:
    return bool(user.is_authenticated) and bool(units_handed(user))
