"""What templates ask about the wall."""

from django import template

from accounts.models import User
from cases.wall.permissions import can_look

register = template.Library()


@register.filter
def looks_at_wall(user: User) -> bool:
    return user.is_authenticated and can_look(user)
