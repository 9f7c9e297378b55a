"""Who has a list of what came to his unit."""

from django import template

from accounts.models import User
from cases.permissions import can_use_unit_list

register = template.Library()


@register.filter
def lists_of_unit(user: User) -> bool:
    return user.is_authenticated and can_use_unit_list(user)
