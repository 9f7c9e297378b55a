"""我的待办: what waits for somebody, and the form of the next step in place.

Cases come from `cases.own_tasks`, everything else from the kinds of `cases.to_go`.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.roles import DISPOSES
from cases.matters.lists import tasks_of as tasks_of_units
from cases.models import Case, MatterTask
from cases.own_tasks import Task, in_one_list, tasks_of
from cases.permissions import can_have_tasks
from cases.to_go import Waiting, waiting_for
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
    others, rest = waiting_for(request.user)
    conferred = conferred_to(request.user)
    context = {
        **{"tasks": found, "more": more, "conferred": conferred},
        **{"cards": in_one_list(found, others, request.user), "rest": rest},
        "kinds": _kinds(found, others),
        "count": len(found) + len(others) + len(conferred),
        **{"last_event": last, "words": _words()},
    }
    return render(request, "cases/tasks.html", context)


def _kinds(found: list[Task], others: list[Waiting]) -> list[dict[str, Any]]:
    """What the list holds of each kind, to look at one kind alone."""
    counts = Counter(one.kind.code for one in others)
    titles = {one.kind.code: one.kind.title for one in others}
    rows = [{"code": "case", "title": _("Cases"), "count": len(found)}] if found else []
    rows += [
        {"code": code, "title": title, "count": counts[code]}
        for code, title in titles.items()
    ]
    return rows if len(rows) > 1 else []


@login_required
@require_GET
@never_cache
def others(request: AuthedRequest) -> HttpResponse:
    """The cards of everything but cases, for a page that heard of news of them."""
    if not can_have_tasks(request.user):
        raise NotAllowed
    context = {"cards": waiting_for(request.user)[0]}
    return render(request, "cases/_task_others.html", context)


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
        "metres": _("%(direction)s, %(metres)s m"),
        "kilometres": _("%(direction)s, %(kilometres)s km"),
        "here": _("at this spot"),
        **_directions(),
        "arrived": _("A new task has come in."),
        "left": _("A task was taken off your list: it has moved on."),
        "offline": _("The network does not answer. Nothing was changed; try again."),
        "no_place": _(
            "The phone does not tell its place, so the list stays sorted by time."
        ),
        "no_map": _("The map cannot be shown now. The list stays as it is."),
    }


def _directions() -> dict[str, str]:
    """The eight winds, clockwise from the north, as a route hint says them."""
    return {
        "n": pgettext("direction", "north"),
        "ne": pgettext("direction", "north-east"),
        "e": pgettext("direction", "east"),
        "se": pgettext("direction", "south-east"),
        "s": pgettext("direction", "south"),
        "sw": pgettext("direction", "south-west"),
        "w": pgettext("direction", "west"),
        "nw": pgettext("direction", "north-west"),
    }
