"""Who builds modules, for menus."""

from django import template

from accounts.models import User
from offices.builder.access import builds

register = template.Library()


@register.filter
def builds_modules(user: User) -> bool:
    return user.is_authenticated and builds(user)


@register.filter
def get(rows: dict[str, str], name: str) -> str:
    """What stands under a name; nothing where there is none."""
    return rows.get(name, "") if rows else ""
