"""Asking in a template what somebody works as."""

from django import template

from accounts import roles
from accounts.models import User

register = template.Library()


@register.filter
def works_as(user: User, group: str) -> bool:
    """Whether the person holds a role of the named group of `accounts.roles`."""
    return user.is_authenticated and user.has_role(*getattr(roles, group))


@register.filter
def is_grid_worker(user: User) -> bool:
    return user.is_authenticated and user.has_role(
        roles.Role.GRID_WORKER, roles.Role.INSPECTOR
    )
