"""Who reads rosters and numbers, who keeps a unit's, and who hands over."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from accounts.models import Unit, User
from accounts.roles import DESK, DISPOSES, OFFICES, SUPERVISES, Role
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest

View = Callable[..., HttpResponse]
# Who keeps what his unit says of itself: its roster, its numbers, its articles.
KEEPS = frozenset(
    {
        Role.FILER,
        Role.LEADER,
        Role.UNIT_CLERK,
        Role.UNIT_REVIEWER,
        Role.OFFICE_HEAD,
        Role.SUPERVISOR,
    }
)
# Whose work is a desk that is handed over from shift to shift.
HANDS_OVER = DESK | DISPOSES | OFFICES | SUPERVISES


def can_read(user: User) -> bool:
    """Whoever has a post; a volunteer is a neighbour and knows the public numbers."""
    return bool(user.roles - {Role.VOLUNTEER})


def staff_view(view: View) -> View:
    """A page for whoever works here; 403 to others."""

    @login_required
    @wraps(view)
    def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_read(request.user):
            raise NotAllowed
        return view(request, *args, **kwargs)

    return guarded


def keeps_all(user: User) -> bool:
    return user.has_role(Role.SYSTEM)


def led_units(user: User) -> dict[int, Unit]:
    """The units whose keeper the person is by a post there; no query."""
    return {post.unit_id: post.unit for post in user.posts if post.role in KEEPS}


def can_keep(user: User, unit: Unit) -> bool:
    """One of his own, or a community or an office of a street that he keeps."""
    led = led_units(user)
    if keeps_all(user) or unit.pk in led:
        return True
    above = led.get(unit.parent_id or 0)
    return above is not None and above.kind == Unit.Kind.STREET


def units_kept(user: User) -> list[Unit]:
    """All of them, the own ones first."""
    rows = Unit.objects.order_by("code")
    if keeps_all(user):
        return list(rows)
    led = led_units(user)
    streets = [pk for pk, unit in led.items() if unit.kind == Unit.Kind.STREET]
    below = rows.filter(parent__in=streets).exclude(pk__in=led) if streets else ()
    return [*sorted(led.values(), key=lambda unit: unit.code), *below]


def units_handed(user: User) -> list[Unit]:
    """The units whose shifts this person may hand over or take over; no query."""
    rows = {post.unit_id: post.unit for post in user.posts if post.role in HANDS_OVER}
    return sorted(rows.values(), key=lambda unit: unit.code)


def can_hand_over(user: User, unit_id: int) -> bool:
    return any(
        post.unit_id == unit_id and post.role in HANDS_OVER for post in user.posts
    )
