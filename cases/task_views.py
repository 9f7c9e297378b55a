"""我的待办: what waits for somebody, and the form of the next step in place."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.roles import DISPOSES
from cases.matters.lists import tasks_of as tasks_of_units
from cases.models import Case, MatterTask
from cases.own_tasks import tasks_of
from cases.permissions import can_have_tasks
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest
from workflow.models import Event


@login_required
@require_GET
@never_cache
def tasks(request: AuthedRequest) -> HttpResponse:
    """All of them, as cards."""
    if not can_have_tasks(request.user):
        raise NotAllowed
    # Before the list is read: what happens in between is then told twice, never missed.
    last = Event.objects.last_id()
    found, more = tasks_of(request.user)
    conferred = conferred_to(request.user)
    context = {
        **{"tasks": found, "more": more, "conferred": conferred},
        "count": len(found) + len(conferred),
        **{"last_event": last, "words": _words()},
    }
    return render(request, "cases/tasks.html", context)


def conferred_to(user: User) -> list[MatterTask]:
    """The open tasks from conferences of the units for which the person disposes."""
    return tasks_of_units(user) if user.has_role(*DISPOSES) else []


@login_required
@require_GET
@never_cache
def task(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The card of one case; 204 where nothing of it waits for this person now."""
    if not can_have_tasks(request.user):
        raise NotAllowed
    get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)
    found, _more = tasks_of(request.user, only=uuid)
    if not found:
        return HttpResponse(status=204)
    return render(request, "cases/_task.html", {"task": found[0]})


def _words() -> dict[str, str]:
    return {
        "metres": _("%(metres)s m away"),
        "kilometres": _("%(kilometres)s km away"),
        "arrived": _("A new task has come in."),
        "left": _("A task was taken off your list: it has moved on."),
        "offline": _("The network does not answer. Nothing was changed; try again."),
        "no_place": _("The phone does not tell its place, so nothing has a distance."),
        "no_map": _("The map cannot be shown now. The list stays as it is."),
    }
