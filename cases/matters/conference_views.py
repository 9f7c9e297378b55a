"""The pages of conferences: what is ahead, a new one, one of them, its minutes."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.matters.agendas import waiting
from cases.matters.dossier import ConferenceDossier
from cases.matters.forms import CallForm, MoveForm
from cases.matters.lists import list_conferences
from cases.matters.permissions import can_use_matters
from cases.matters.raising import call_conference, conference_of, may_call, opening
from cases.models import Conference, ConferenceQuerySet, Matter
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import notices
from workflow.act_views import ActView
from workflow.acting import subject_for_act
from workflow.engine import act
from workflow.forms import MoveForm as BaseForm
from workflow.forms import act_id_of
from workflow.models import Event
from workflow.sending import SendingView


@login_required
@require_GET
@never_cache
def conferences(request: AuthedRequest) -> HttpResponse:
    if not can_use_matters(request.user):
        raise NotAllowed
    seen = Conference.objects.visible_to(request.user)
    context = {
        "list": list_conferences(seen, request.GET.get("after", "")),
        "may_call": may_call(request.user),
    }
    return render(request, "cases/matters/conferences.html", context)


class Call(SendingView):
    """A new conference, over the matters that the address names or others."""

    done = "cases/matters/_called.html"

    def form(self, data: Any = None, files: Any = None) -> CallForm:
        user = self.request.user
        draft = conference_of(user)
        move = opening(draft, user)
        seen = Matter.objects.visible_to(user)
        matters = waiting(seen, draft.host)
        asked = set(self.request.GET.getlist("matter"))
        chosen = [row for row in matters if str(row.uuid) in asked]
        return CallForm(draft, move, data, matters=matters, chosen=chosen)

    def page(self, form: CallForm, status: int = 200) -> HttpResponse:
        return render(
            self.request, "cases/matters/call.html", {"form": form}, status=status
        )

    def make(self, form: CallForm) -> Conference:
        conference, _event = call_conference(
            by=self.request.user,
            uuid=form.cleaned_data["uuid"],
            evidence=form.evidence(),
        )
        return conference

    def own(self) -> ConferenceQuerySet:
        user = self.request.user
        return Conference.objects.visible_to(user).filter(caller=user)

    def context(self, form: CallForm, made: Conference) -> dict[str, Any]:
        return {"conference": made}

    def address(self, uuid: UUID) -> str:
        return reverse("matters:conference", args=[uuid])


call = Call.as_view()


def seen_conference(request: AuthedRequest, uuid: UUID) -> Conference:
    """The conference with what its page shows, or 404."""
    rows = Conference.objects.visible_to(request.user).listed()
    return get_object_or_404(rows, uuid=uuid)


@login_required
@require_GET
@never_cache
def conference(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Its page; a script asks again for what changed in it."""
    last = Event.objects.last_id()
    found = seen_conference(request, uuid)
    notices.read_about(request.user, Conference.KIND, uuid)
    verb = request.GET.get("move", "")
    dossier = ConferenceDossier(found, request.user, verb=verb)
    if wants_fragment(request):
        return _fragment(request, dossier)
    context = {"dossier": dossier, "last_event": last}
    return render(request, "cases/matters/conference.html", context)


@login_required
@require_GET
@never_cache
def minutes(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """会议纪要, for paper: who was there, what was decided of each matter."""
    dossier = ConferenceDossier(seen_conference(request, uuid), request.user)
    return render(request, "cases/matters/minutes.html", {"dossier": dossier})


class ConferenceAct(ActView):
    form_class = MoveForm
    page = "cases/matters/conference.html"

    def find(self) -> Conference:
        rows = Conference.objects.select_related("host", "host__parent")
        act_id = act_id_of(self.request.POST)
        found: Conference = subject_for_act(
            rows, self.kwargs["uuid"], act_id, self.request.user
        )
        return found

    def dossier(self) -> ConferenceDossier:
        found = seen_conference(self.request, self.kwargs["uuid"])
        return ConferenceDossier(found, self.request.user)

    def fragment(
        self, dossier: ConferenceDossier, *, status: int = 200, **said: Any
    ) -> HttpResponse:
        return _fragment(self.request, dossier, status=status, **said)

    def do(self, form: BaseForm) -> Any:
        """Several units answer in the same minute: none of them is sent back."""
        said = form.said(self.request.user)
        if form.move.stays:
            said.pop("after_event")
        return act(form.subject, form.move.verb, by=self.request.user, **said)


act_on = ConferenceAct.as_view()


def _fragment(
    request: HttpRequest,
    dossier: ConferenceDossier,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context["dossier"] = dossier
    return render(request, "cases/matters/_conference.html", context, status=status)
