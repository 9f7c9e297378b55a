"""Who reads and who keeps the registers, where his posts have ground."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from accounts.roles import STEWARDS, Role
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from offices.models import Merging
from offices.models.ground import KEEPS, ground_of

View = Callable[..., HttpResponse]


class NotYourGround(NotAllowed):
    """This entry lies on another's ground. Tell the community that looks after it."""

    message = gettext_noop(
        "This entry lies on another's ground. Tell the community that looks after it."
    )


def uses_registers(user: User) -> bool:
    """Whether any of his posts has ground; 404 to everybody else."""
    return not ground_of(user).is_none


def can_keep(user: User, row: Any) -> bool:
    """Change an entry: on one's own ground. Seeing it may come from elsewhere."""
    return ground_of(user).holds(row)


def only_keeps_data(user: User) -> bool:
    """Whether he sees the registers as a data steward and in no other post."""
    others = KEEPS - STEWARDS
    return not any(
        post.unit.kind == Unit.Kind.OFFICE
        or (post.role in others and post.unit.kind != Unit.Kind.DISTRICT)
        for post in user.posts
    )


def check_keeps(user: User, row: Any) -> None:
    """Raises NotYourGround (403)."""
    if not can_keep(user, row):
        raise NotYourGround


def can_decide(user: User, merging: Merging) -> bool:
    """Somebody else than who asked, where the entries lie.

    Of two streets only who sees both: a steward of the district.
    """
    if merging.asked_by_id == user.pk or merging.granted is not None:
        return False
    ground = ground_of(user)
    return ground.whole or (
        merging.street_id is not None and merging.street_id in ground.streets
    )


def audits(user: User) -> bool:
    """Who looks at who looked (三员): the audit administrator."""
    return user.has_role(Role.AUDIT)


def register_view(view: View) -> View:
    """A page of the registers: 404 to whoever has no ground."""

    @login_required
    @wraps(view)
    def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not uses_registers(request.user):
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded
