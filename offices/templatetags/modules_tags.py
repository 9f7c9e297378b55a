"""What pages of modules draw."""

from collections.abc import Mapping
from typing import Any

from django import template

from accounts.models import User
from offices.modules.rights import works_in_offices

register = template.Library()


@register.filter
def at(rows: Mapping[str, Any], key: str) -> Any:
    """What stands under a key."""
    return rows.get(key)


@register.filter
def uses_offices(user: User) -> bool:
    return user.is_authenticated and works_in_offices(user)
