"""The work list of conflicts, one conflict, and what is decided about it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.roles import STEWARDS
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers.conflicts import deciding, jobs
from layers.conflicts.dossier import context_of
from layers.conflicts.forms import ReasonForm, SendForm, fresh
from layers.conflicts.lists import Filters, list_conflicts
from layers.models import Conflict
from layers.permissions import can_settle

OF_CONFLICT = (
    *("rule__left__provider", "rule__right__provider", "street", "decided_by"),
    "correction__state",
)


@require_safe
@login_required
def conflict_list(request: AuthedRequest) -> HttpResponse:
    filters = Filters(request.GET, request.user)
    context = {
        "list": list_conflicts(filters),
        "is_steward": request.user.has_role(*STEWARDS),
    }
    only_rows = wants_fragment(request)
    template = "layers/_conflict_rows.html" if only_rows else "layers/conflicts.html"
    return render(request, template, context)


@require_safe
@login_required
def conflict_page(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The conflict; a script gets it without the page around it."""
    conflict = _conflict(request.user, uuid)
    only_it = wants_fragment(request)
    template = "layers/_conflict.html" if only_it else "layers/conflict.html"
    return _answer(request, conflict, template)


def _answer(
    request: AuthedRequest,
    conflict: Conflict,
    template: str,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = context_of(conflict, request.user)
    context |= {"error": error, "uuid": fresh()}
    return render(request, template, context, status=status)


def _conflict(user: User, uuid: UUID) -> Conflict:
    rows = Conflict.objects.visible_to(user).select_related(*OF_CONFLICT)
    return get_object_or_404(rows, uuid=uuid)


def _mine(request: AuthedRequest, uuid: UUID) -> Conflict:
    conflict = _conflict(request.user, uuid)
    if not can_settle(request.user, conflict.rule):
        raise NotAllowed
    return conflict


@require_POST
@login_required
def accept(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """List it as an exception, with a reason."""
    conflict = _mine(request, uuid)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        deciding.accept_exception(conflict, by=request.user, reason=reason)
    except deciding.NoReason as error:
        page = "layers/conflict.html"
        return _answer(request, conflict, page, error=error.text, status=400)
    return _again(conflict)


@require_POST
@login_required
def reopen(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    conflict = _mine(request, uuid)
    deciding.open_again(conflict, by=request.user)
    return _again(conflict)


@require_POST
@login_required
def send(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Make it a correction for the provider of one of its layers."""
    conflict = _mine(request, uuid)
    form = SendForm(request.POST)
    if not form.is_valid():
        raise BadInput
    said = form.cleaned_data
    deciding.send_as_correction(
        conflict,
        by=request.user,
        text=said["text"] or _told(conflict),
        side=said["side"],
        reason=said["wrong"],
        uuid=said["uuid"],
    )
    return _again(conflict)


def _told(conflict: Conflict) -> str:
    """What the provider reads where nobody wrote anything."""
    said = {"rule": conflict.rule.title, "pair": str(conflict)}
    return _("%(rule)s: %(pair)s") % said


def _again(conflict: Conflict) -> HttpResponse:
    jobs.show_conflicts_soon(conflict.rule)
    return redirect("layers:conflict", uuid=conflict.uuid)
