"""Who builds modules: a street's administrator his street's, the district's all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse

from accounts.models import Membership, Unit, User
from accounts.roles import STEWARDS, Role
from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest
from offices.models import Design, Module

View = Callable[..., HttpResponse]
# At a street or one of its offices; of the district the chief data officer too.
STREETS = frozenset({Role.OFFICE_HEAD, Role.STEWARD, Role.SYSTEM})
DISTRICTS = STEWARDS | {Role.SYSTEM}


def _street_of(post: Membership) -> Unit | None:
    """The street whose modules this post builds."""
    unit = post.unit
    if post.role not in STREETS:
        return None
    if unit.kind == Unit.Kind.STREET:
        return unit
    above = unit.parent if unit.kind == Unit.Kind.OFFICE else None
    return above if above and above.kind == Unit.Kind.STREET else None


def is_of_district(user: User) -> bool:
    """Whether he builds for the whole district, and sees every street's."""
    return any(
        post.unit.kind == Unit.Kind.DISTRICT and post.role in DISTRICTS
        for post in user.posts
    )


def streets_of(user: User) -> list[Unit]:
    """The streets for which he builds by a post there."""
    found = {unit.pk: unit for post in user.posts if (unit := _street_of(post))}
    return list(found.values())


def builds(user: User) -> bool:
    return is_of_district(user) or bool(streets_of(user))


def may_build(user: User) -> bool:
    """As `builds`, for menus: as far as his posts say, without a query."""
    places = (Unit.Kind.STREET, Unit.Kind.OFFICE)
    return is_of_district(user) or any(
        post.unit.kind in places and post.role in STREETS for post in user.posts
    )


def _on(user: User, prefix: str) -> Q:
    if is_of_district(user):
        return Q()
    return Q(**{f"{prefix}street__in": [unit.pk for unit in streets_of(user)]})


def designs_of(user: User) -> QuerySet[Design]:
    """The drafts that he may work on."""
    return Design.objects.whole().filter(_on(user, ""), version__state="draft")


def modules_of(user: User) -> QuerySet[Module]:
    """The modules that he may change, end and withdraw."""
    rows = Module.objects.filter(_on(user, ""))
    return rows.select_related("application", "published", "street")


def offices_of(street: Unit | None) -> list[Unit]:
    """Who may own a street's module: its offices, or the street where it has none."""
    if street is None:
        return []
    found = list(
        Unit.objects.filter(parent=street, kind=Unit.Kind.OFFICE).order_by("code")
    )
    return found or [street]


def own_office(user: User, street: Unit) -> Unit:
    """The office that he leads, else the first of the street."""
    offices = offices_of(street)
    held = {post.unit_id for post in user.posts}
    return next((unit for unit in offices if unit.pk in held), offices[0])


def builder_view(view: View) -> View:
    """A page of the builder: 404 to whoever builds nothing."""

    @login_required
    @wraps(view)
    def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not builds(request.user):
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded
