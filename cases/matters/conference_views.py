"""The pages of conferences: what is ahead, a new one, one of them, its minutes."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.matters.agendas import waiting
from cases.matters.dossier import ConferenceDossier
from cases.matters.forms import CallForm, MoveForm
from cases.matters.lists import list_conferences
from cases.matters.permissions import can_use_matters
from cases.matters.raising import call_conference, conference_of, may_call, opening
from cases.matters.views import cases_named
from cases.models import Conference, ConferenceQuerySet, Matter, MatterCase
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest
from workflow.act_views import ActView, OneSubject, SubjectView
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
    """A new conference, over the matters or cases that the address names, or others.

    A case that belongs to a matter already is spoken of with that matter.
    """

    done = "cases/matters/_called.html"

    def form(self, data: Any = None, files: Any = None) -> CallForm:
        user = self.request.user
        draft = conference_of(user)
        move = opening(draft, user)
        seen = Matter.objects.visible_to(user)
        matters = waiting(seen, draft.host)
        asked = set(self.request.GET.getlist("matter"))
        named = cases_named(self.request)
        links = MatterCase.objects.filter(case__in=named, matter__ended_at=None)
        taken = dict(links.values_list("case", "matter"))
        chosen = [
            row for row in matters if str(row.uuid) in asked or row.pk in taken.values()
        ]
        cases = [case for case in named if case.pk not in taken]
        form = CallForm(draft, move, data, matters=matters, chosen=chosen, cases=cases)
        waits = {row.pk for row in matters}
        busy = {case for case, matter in taken.items() if matter not in waits}
        form.elsewhere = [case for case in named if case.pk in busy]
        return form

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """Sent again it is what was made: what it speaks of waits no more."""
        made = self._made_before()
        return redirect(self.address(made)) if made else super().post(request, **named)

    def _made_before(self) -> UUID | None:
        try:
            uuid = UUID(self.request.POST.get("uuid", ""))
        except ValueError:
            return None
        return uuid if self.own().filter(uuid=uuid).exists() else None

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


class OneConference(OneSubject):
    model, dossier_class = Conference, ConferenceDossier
    page, part = "cases/matters/conference.html", "cases/matters/_conference.html"


class ConferencePage(OneConference, SubjectView):
    pass


class MinutesPage(OneConference):
    """会议纪要, for paper: who was there, what was decided of each matter."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        context = {"dossier": self.dossier()}
        return render(request, "cases/matters/minutes.html", context)


class ConferenceAct(OneConference, ActView):
    form_class = MoveForm
    many_at_once = True


conference, minutes = ConferencePage.as_view(), MinutesPage.as_view()
act_on = ConferenceAct.as_view()
