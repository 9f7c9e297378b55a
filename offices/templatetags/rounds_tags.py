"""Whose pages the own cells are among."""

from django import template

from accounts.models import User
from offices.parts import goes_round

register = template.Library()


@register.filter
def has_rounds(user: User) -> bool:
    return user.is_authenticated and goes_round(user)
