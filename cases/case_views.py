"""The page of a case, its fragments, and the one address that acts are sent to."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.acting import case_for_act
from cases.desk import row_cache
from cases.dossier import Dossier, whole
from cases.forms import MoveForm, conditions_for
from cases.lists import add_clocks, add_marks, filters_as, with_row
from cases.models import Case
from cases.urgent import came_in, is_urgent
from govmap.lib.pages import AuthedRequest
from workflow import notices, seeing
from workflow.act_views import ActView
from workflow.forms import MoveForm as BaseForm
from workflow.forms import act_id_of

# How the fragment of a case is drawn, by the name that a page asks with.
PARTS = {
    "": "cases/_case.html",
    "review": "cases/_review_case.html",
    "task": "cases/_task_open.html",
}


def seen_case(request: AuthedRequest, uuid: UUID) -> Case:
    """The case with what its page shows, or 404."""
    cases = whole(Case.objects.visible_to(request.user), request.user)
    return get_object_or_404(cases, uuid=uuid)


def opened(request: AuthedRequest, uuid: UUID) -> Case:
    """As `seen_case`; what the reader was told of it is read now."""
    case = seen_case(request, uuid)
    if getattr(case, "is_told", False):
        notices.read_about(request.user, Case.KIND, case.uuid)
    seeing.see(case, request.user)
    return case


def dossier_of(request: AuthedRequest, case: Case) -> Dossier:
    return Dossier(
        case,
        request.user,
        verb=request.GET.get("move", ""),
        query=request.GET.get("class", "").strip(),
    )


@login_required
@require_GET
@never_cache
def case(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    dossier = dossier_of(request, opened(request, uuid))
    last = dossier.case.last_event  # type: ignore[attr-defined]
    context = {"dossier": dossier, "last_event": last or 0}
    return render(request, "cases/case.html", context)


@login_required
@require_GET
@never_cache
def pane(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The case as a piece of another page; ``as`` names how it is drawn."""
    dossier = dossier_of(request, opened(request, uuid))
    return case_fragment(request, dossier, request.GET.get("as", ""))


@login_required
@require_GET
@never_cache
def row(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The case's row in the list of this address; 204 where it is none of its.

    ``X-Urgent`` says that it is an urgent one which has just come to this person.
    """
    part = request.GET.get("as", "")
    filters = filters_as(part, request.GET, request.user)
    try:
        key = row_cache.key_of(uuid, filters, part)
    except Case.DoesNotExist as error:
        raise Http404 from error
    if key is None:
        return _told_row(request, uuid)
    kept = row_cache.drawn(key, lambda: _said(_told_row(request, uuid)))
    return HttpResponse(kept.html, status=kept.status)


def _said(answer: HttpResponse) -> tuple[int, bytes]:
    return answer.status_code, answer.content


def _told_row(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    case = seen_case(request, uuid)
    answer = _row(request, case)
    if is_urgent(case) and came_in(case, request.user):
        answer["X-Urgent"] = "1"
    return answer


def _row(request: AuthedRequest, case: Case) -> HttpResponse:
    filters = filters_as(request.GET.get("as", ""), request.GET, request.user)
    found = filters.apply(Case.objects.filter(pk=case.pk))
    row = with_row(found, filters).first()
    if row is None:
        return HttpResponse(status=204)
    add_clocks([row])
    add_marks([row], filters)
    return render(request, "cases/_case_row.html", {"case": row, "filters": filters})


@login_required
@require_GET
def conditions(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The filing conditions of the classes that ``class`` names, to choose from."""
    case = seen_case(request, uuid)
    found = conditions_for(case, request.GET.get("class", "").strip())
    return render(request, "cases/fields/_condition_options.html", {"options": found})


class CaseAct(ActView):
    form_class = MoveForm
    page = "cases/case.html"

    def find(self) -> Case:
        act_id = act_id_of(self.request.POST)
        return case_for_act(self.kwargs["uuid"], act_id, self.request.user)

    def dossier(self) -> Dossier:
        return Dossier(seen_case(self.request, self.kwargs["uuid"]), self.request.user)

    def fragment(
        self, dossier: Dossier, *, status: int = 200, **said: Any
    ) -> HttpResponse:
        part = self.request.POST.get("as", "")
        return case_fragment(self.request, dossier, part, status=status, **said)

    def renewed(self, word: str) -> HttpResponse:
        try:
            return super().renewed(word)
        except Http404:
            return render(self.request, "cases/_gone.html", {"said": word})

    def back(self, form: BaseForm) -> str:
        """Where a form without scripts wants to go on; never to another site."""
        wanted = self.request.POST.get("next", "")
        hosts = {self.request.get_host()}
        is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts)
        return wanted if is_ours else form.page_url


act_on = CaseAct.as_view()


def case_fragment(
    request: AuthedRequest,
    dossier: Dossier,
    part: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """The case as a piece of the page that ``part`` names."""
    template = PARTS.get(part, PARTS[""])
    context |= {"dossier": dossier, "part": part}
    return render(request, template, context, status=status)
