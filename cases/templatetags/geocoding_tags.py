"""Who finds the way to tables placed by their addresses."""

from django import template

from accounts.models import User
from cases.geocoding.permissions import GEOCODES

register = template.Library()


@register.filter
def places_tables(user: User) -> bool:
    """By his posts; whether he sees the register, the page itself says."""
    return user.has_role(*GEOCODES)
