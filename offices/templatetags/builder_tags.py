"""Who builds modules, for menus."""

from django import template

from accounts.models import User
from offices.builder.access import may_build

register = template.Library()


@register.filter
def builds_modules(user: User) -> bool:
    return user.is_authenticated and may_build(user)
