"""Who builds modules, for menus and links."""

from django import template

from accounts.models import User
from offices.builder.access import builds, may_build, modules_of
from offices.models import Module

register = template.Library()


@register.filter
def builds_modules(user: User) -> bool:
    return user.is_authenticated and may_build(user)


@register.filter
def is_changed_by(module: Module, user: User) -> bool:
    """Whether he designs the module's next version."""
    return builds(user) and modules_of(user).filter(pk=module.pk).exists()
