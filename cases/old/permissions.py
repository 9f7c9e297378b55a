"""Who brings old cases in, and who reads them."""

from accounts.models import Unit, User
from accounts.roles import SEES_UNIT, Role


def can_import_old(user: User) -> bool:
    """Who keeps the system, and the district's supervision, whose record it is."""
    return user.has_role(Role.SYSTEM) or any(
        post.role == Role.SUPERVISOR and post.unit.kind == Unit.Kind.DISTRICT
        for post in user.posts
    )


def can_search_old(user: User) -> bool:
    """Whoever works with cases; which of them, `OldCase.objects.visible_to` says."""
    return user.has_role(*SEES_UNIT) or can_import_old(user)
