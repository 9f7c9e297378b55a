"""The page of one task of a conference, and its acts."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.matters.dossier import TaskDossier
from cases.matters.forms import MoveForm
from cases.models import MatterTask
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import notices
from workflow.act_views import ActView
from workflow.acting import subject_for_act
from workflow.forms import act_id_of
from workflow.models import Event


def seen_task(request: AuthedRequest, uuid: UUID) -> MatterTask:
    """The task with what its page shows, or 404."""
    rows = MatterTask.objects.visible_to(request.user).listed()
    return get_object_or_404(rows, uuid=uuid)


@login_required
@require_GET
@never_cache
def task(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Its page; a script asks again for what changed in it."""
    last = Event.objects.last_id()
    found = seen_task(request, uuid)
    notices.read_about(request.user, MatterTask.KIND, uuid)
    dossier = TaskDossier(found, request.user, verb=request.GET.get("move", ""))
    if wants_fragment(request):
        return _fragment(request, dossier)
    context = {"dossier": dossier, "last_event": last}
    return render(request, "cases/matters/task.html", context)


class TaskAct(ActView):
    form_class = MoveForm
    page = "cases/matters/task.html"

    def find(self) -> MatterTask:
        act_id = act_id_of(self.request.POST)
        rows = MatterTask.objects.listed()
        found: MatterTask = subject_for_act(
            rows, self.kwargs["uuid"], act_id, self.request.user
        )
        return found

    def dossier(self) -> TaskDossier:
        return TaskDossier(
            seen_task(self.request, self.kwargs["uuid"]), self.request.user
        )

    def fragment(
        self, dossier: TaskDossier, *, status: int = 200, **said: Any
    ) -> HttpResponse:
        return _fragment(self.request, dossier, status=status, **said)


act_on = TaskAct.as_view()


def _fragment(
    request: HttpRequest, dossier: TaskDossier, *, status: int = 200, **context: Any
) -> HttpResponse:
    context["dossier"] = dossier
    return render(request, "cases/matters/_task.html", context, status=status)
