"""Who keeps the sources, who sends a list, and who sees what became of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse

from accounts.models import User
from accounts.roles import DISPOSES, STEWARDS, Role
from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest
from offices.models import ComparisonRound, ComparisonSource, ComparisonTask
from offices.models.ground import Entry, ground_of
from offices.registers.permissions import uses_registers
from offices.registers.reading import gives_task

View = Callable[..., HttpResponse]


def keeps_sources(user: User) -> bool:
    """Whoever keeps the data in order, and the system administrator."""
    return user.has_role(Role.SYSTEM, *STEWARDS)


def units_of(user: User) -> set[int]:
    return {post.unit_id for post in user.posts}


def sources_for(user: User) -> QuerySet[ComparisonSource]:
    """Those that a person knows of: his unit's own, those that are about his ground,
    and all for who keeps them."""
    rows = ComparisonSource.objects.select_related("owner", "street")
    if keeps_sources(user):
        return rows
    own = Q(owner__in=units_of(user))
    ground = ground_of(user)
    if ground.streets:
        own |= Q(street__in=ground.streets) | Q(street=None)
    return rows.filter(own)


def rounds_for(user: User) -> QuerySet[ComparisonRound]:
    rows = ComparisonRound.objects.select_related("source__owner", "by")
    return rows.filter(source__in=sources_for(user))


def can_send(user: User, source: ComparisonSource) -> bool:
    """The owner of the list, and who keeps data; nobody where it is out of use."""
    if source.retired:
        return False
    return user.has_role(*STEWARDS) or source.owner_id in units_of(user)


def can_see_rounds(user: User) -> bool:
    """Whoever has to do with a list; a department also before it has one."""
    if keeps_sources(user) or user.has_role(*DISPOSES):
        return True
    return sources_for(user).exists()


def can_see_results(user: User, source: ComparisonSource) -> bool:
    """Of a list its owner, and who keeps data: names and answers are in them."""
    return user.has_role(*STEWARDS) or source.owner_id in units_of(user)


@gives_task
def is_asked_about(row: Entry) -> bool:
    """A difference of a list about this entry waits for an answer."""
    return ComparisonTask.objects.waiting().filter(subject=row.uuid).exists()


def task_view(view: View) -> View:
    """A page of tasks: 404 to whoever keeps no register."""
    return _guarded(view, uses_registers)


def round_view(view: View) -> View:
    """A page of arrivals: 404 to whoever has to do with no list."""
    return _guarded(view, can_see_rounds)


def _guarded(view: View, may: Callable[[User], bool]) -> View:
    @login_required
    @wraps(view)
    def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user):
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded
