"""Who reads and who changes a site's rules."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from accounts.models import User
from accounts.roles import DESK, SUPERVISES, Role
from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest

View = Callable[..., HttpResponse]


def can_read_rules(user: User) -> bool:
    """Whoever works by them: the desk, who supervises it, and who keeps them."""
    return user.has_role(Role.SYSTEM, *DESK, *SUPERVISES)


def can_change_rules(user: User) -> bool:
    return user.has_role(Role.SYSTEM)


def rules_view(view: View) -> View:
    """A page of the rules: 404 to whoever may not read them."""
    return _guarded(view, can_read_rules)


def rules_change(view: View) -> View:
    """What changes the rules: 404 to whoever may not change them."""
    return _guarded(view, can_change_rules)


def _guarded(view: View, may: Callable[[User], bool]) -> View:
    @login_required
    @wraps(view)
    def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user):
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded
