"""The page of a case, its fragments, and the one address that acts are sent to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.acting import case_for_act
from cases.dossier import Dossier, whole
from cases.forms import MoveForm, conditions_for
from cases.lists import Filters, add_clocks
from cases.models import Case
from govmap.lib.errors import BadInput, Conflict
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.attachments import store
from workflow.engine import act, may_act_at_all
from workflow.forms import act_id_of, move_meant
from workflow.models import Event, Phase, Transition

# How the fragment of a case is drawn, by the name that a page asks with.
PARTS = {
    "": "cases/_case.html",
    "review": "cases/_review_case.html",
    "task": "cases/_task_open.html",
}


def seen_case(request: AuthedRequest, uuid: UUID) -> Case:
    """The case with what its page shows, or 404."""
    cases = whole(Case.objects.visible_to(request.user))
    return get_object_or_404(cases, uuid=uuid)


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
    # Before the case is read: what happens in between is told twice, never missed.
    last = Event.objects.last_id()
    dossier = dossier_of(request, seen_case(request, uuid))
    context = {"dossier": dossier, "last_event": last}
    return render(request, "cases/case.html", context)


@login_required
@require_GET
@never_cache
def pane(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The case as a piece of another page; ``as`` names how it is drawn."""
    dossier = dossier_of(request, seen_case(request, uuid))
    return _fragment(request, dossier, request.GET.get("as", ""))


@login_required
@require_GET
@never_cache
def row(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The case's row in the list of this address; 204 where it is none of its."""
    case = seen_case(request, uuid)
    within = Phase.DONE if request.GET.get("as") == "review" else None
    filters = Filters(request.GET, request.user, within=within)
    if not filters.apply(Case.objects.filter(pk=case.pk)).exists():
        return HttpResponse(status=204)
    add_clocks([case])
    return render(request, "cases/_case_row.html", {"case": case, "filters": filters})


@login_required
@require_GET
def conditions(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The filing conditions of the classes that ``class`` names, to choose from."""
    case = seen_case(request, uuid)
    found = conditions_for(case, request.GET.get("class", "").strip())
    return render(request, "cases/fields/_condition_options.html", {"options": found})


@login_required
@require_POST
def act_on(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Do a move. A script gets the case as it now is, a browser is sent back to it.

    Refused evidence (400) and a move that came too late (409) show the case as it now
    is, with what was typed.
    """
    case, verb = _case_of_act(request, uuid), request.POST.get("verb", "")
    form = MoveForm(case, move_meant(case, verb), request.POST, request.FILES)
    if not form.is_valid():
        may_act_at_all(case, verb, request.user)  # not allowed comes before not good
        return _refused(request, uuid, form, status=400)
    try:
        _do(request, case, form)
    except BadInput as error:
        form.refused(error.text)
        return _refused(request, uuid, form, status=error.status)
    except Conflict as error:
        return _refused(request, uuid, form, status=error.status, note=error.text)
    return _done(request, uuid, form.move)


def _case_of_act(request: AuthedRequest, uuid: UUID) -> Case:
    return case_for_act(uuid, act_id_of(request.POST), request.user)


def _do(request: AuthedRequest, case: Case, form: MoveForm) -> None:
    sent = form.cleaned_data
    photos = list(sent["photos"].uuids) if form.has_photos else []
    for file in sent["photos"].files if form.has_photos else ():
        # The same file of the same act has the same name, so sending twice is once.
        name = uuid5(sent["act_id"], f"{len(photos)}/{file.name}/{file.size}")
        photos.append(str(store(request.user, name, file).uuid))
    act(
        case,
        form.move.verb,
        by=request.user,
        act_id=sent["act_id"],
        after_event=sent["after_event"],
        evidence=form.evidence(photos),
    )


def _done(request: AuthedRequest, uuid: UUID, move: Transition) -> HttpResponse:
    said = _("Done: %(move)s") % {"move": move.label}
    back = _next(request)
    if not wants_fragment(request):
        messages.success(request, said)
        return redirect(back) if back else redirect("cases:case", uuid)
    try:
        dossier = Dossier(seen_case(request, uuid), request.user)
    except Http404:
        return render(request, "cases/_gone.html", {"said": said})
    return _fragment(request, dossier, request.POST.get("as", ""), said=said)


def _refused(
    request: AuthedRequest,
    uuid: UUID,
    form: MoveForm,
    *,
    status: int,
    note: str = "",
) -> HttpResponse:
    """The case as it now is, with the form as it was sent where it can still be."""
    case = seen_case(request, uuid)
    dossier = Dossier(case, request.user)
    if note:
        form = form.again(case)
    dossier.put(form)
    lost = "" if dossier.open_form is form else form.typed
    context: dict[str, Any] = {"note": note, "lost": lost, "status": status}
    if wants_fragment(request):
        return _fragment(request, dossier, request.POST.get("as", ""), **context)
    return render(
        request,
        "cases/case.html",
        {"dossier": dossier, "last_event": Event.objects.last_id(), **context},
        status=status,
    )


def _fragment(
    request: AuthedRequest,
    dossier: Dossier,
    part: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    template = PARTS.get(part, PARTS[""])
    context |= {"dossier": dossier, "part": part}
    return render(request, template, context, status=status)


def _next(request: HttpRequest) -> str:
    """Where a form without scripts wants to go on; never to another site."""
    wanted = request.POST.get("next", "")
    allowed: Callable[..., bool] = url_has_allowed_host_and_scheme
    return wanted if allowed(wanted, allowed_hosts={request.get_host()}) else ""
