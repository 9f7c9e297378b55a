"""建议 at the desk: the panel of what is proposed, and the one act that does it all."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.case_views import case_fragment, seen_case
from cases.dossier import Dossier, whole
from cases.models import Case
from cases.permissions import can_use_desk
from cases.quick.carrying import carry_out
from cases.quick.proposal import Proposal, propose
from govmap.lib.errors import BadInput, Conflict, NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.models import Event


class ProposalForm(forms.Form):
    """What the actor saw when he agreed."""

    act_id = forms.UUIDField()
    after_event = forms.IntegerField(min_value=1)
    condition = forms.IntegerField(required=False, min_value=1)
    unit = forms.CharField(required=False, max_length=40)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def proposal(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """GET: what is proposed. POST: all its steps at once, then the case as it is."""
    if not can_use_desk(request.user):
        raise NotAllowed
    if request.method == "POST":
        return _carry_out(request, uuid)
    rows = whole(Case.objects.visible_to(request.user), request.user)
    case = get_object_or_404(rows, uuid=uuid)
    context = {
        "proposal": propose(case, request.user),
        "case": case,
        "act_id": uuid4(),
        "part": request.GET.get("as", ""),
    }
    template = "cases/quick/_panel.html"
    if not wants_fragment(request):
        template = "cases/quick/proposal.html"
    return render(request, template, context)


def _carry_out(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    sent = ProposalForm(request.POST)
    seen = Case.objects.visible_to(request.user).with_source()
    case = get_object_or_404(seen, uuid=uuid)
    if not sent.is_valid():
        raise BadInput
    told = sent.cleaned_data
    try:
        _events, made = carry_out(
            case,
            request.user,
            act_id=told["act_id"],
            after_event=told["after_event"],
            condition=told["condition"],
            unit=told["unit"],
        )
    except (BadInput, Conflict) as error:
        return _shown(request, uuid, status=error.status, note=error.text)
    return _done(request, uuid, said_of(made))


def said_of(made: Proposal) -> str:
    if not made.steps or made.unit is None:
        return _("Done already.")
    return _("%(moves)s: %(unit)s") % {"moves": made.words, "unit": made.unit}


def _done(request: AuthedRequest, uuid: UUID, said: str) -> HttpResponse:
    if wants_fragment(request):
        try:
            return _shown(request, uuid, said=said)
        except Http404:
            return render(request, "cases/_gone.html", {"said": said})
    messages.success(request, said)
    wanted = request.POST.get("next", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts)
    return redirect(wanted if is_ours else "cases:desk")


def _shown(
    request: AuthedRequest, uuid: UUID, *, status: int = 200, **said: Any
) -> HttpResponse:
    """The case as it now is, with the ordinary form."""
    dossier = Dossier(seen_case(request, uuid), request.user)
    if wants_fragment(request):
        part = request.POST.get("as", "")
        return case_fragment(request, dossier, part, status=status, **said)
    context = {"dossier": dossier, "last_event": Event.objects.last_id(), **said}
    return render(request, "cases/case.html", context, status=status)
