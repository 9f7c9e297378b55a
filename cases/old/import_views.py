"""Bringing an old system's cases in: sent, looked through, mapped, taken, withdrawn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Unit
from cases.models import OldImport, OldSystem, OldWord
from cases.old import running
from cases.old.columns import COLUMNS
from cases.old.forms import AnswerForm, OldFileForm, WithdrawForm
from cases.old.permissions import can_import_old
from cases.tables import carrying
from cases.tables.pages import refused_answer, run_context
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers.imports import systems
from workflow.models import Category

LATEST = 30
SHOWN = 100  # words that wait to be mapped


def _check(request: AuthedRequest) -> None:
    if not can_import_old(request.user):
        raise NotAllowed


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def imports(request: AuthedRequest) -> HttpResponse:
    """Send an export, and see those that were sent."""
    _check(request)
    form = OldFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _send(request, form)
        except BadInput as error:
            form.add_error("file", error.text)
    context = {
        "form": form,
        "runs": OldImport.objects.select_related("system", "by")[:LATEST],
        "columns": COLUMNS,
        "systems": list(systems.choices()),
        "changes": changes_of(OldSystem, OldWord),
        "most_rows": f"{running.MOST_ROWS:,}",
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "cases/old/imports.html", context, status=status)


def _send(request: AuthedRequest, form: OldFileForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    with recorded(request.user, address=request.path):
        system = form.system_asked()
    run = running.send(
        request.user, system, file.name, file, crs=form.cleaned_data["crs"]
    )
    return redirect("old:import", run.uuid)


def _run(request: AuthedRequest, uuid: UUID) -> OldImport:
    _check(request)
    rows = OldImport.objects.select_related("system", "by", "withdrawn_by")
    return get_object_or_404(rows, uuid=uuid)


@login_required
@require_GET
@never_cache
def run(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What each row would do, or did; what is not mapped; the coordinates."""
    return _page(request, _run(request, uuid))


def _page(
    request: AuthedRequest, row: OldImport, form: AnswerForm | None = None
) -> HttpResponse:
    context = {**run_context(row), **_open_words(row), "is_own": True, "form": form}
    whole = "cases/old/run.html"
    name = "cases/old/_run.html" if wants_fragment(request) else whole
    return render(request, name, context, status=400 if form else 200)


def _open_words(row: OldImport) -> dict[str, Any]:
    """What waits to be mapped, and what it may be mapped to."""
    if not row.may_be_taken:
        return {}
    unmapped = row.report.get("unmapped", {})
    known = row.report.get("columns", {})
    return {
        "unmapped": {name: found[:SHOWN] for name, found in unmapped.items()},
        "classes": Category.objects.choosable().order_by("kind", "code"),
        "units": Unit.objects.order_by("code"),
        "systems": list(systems.choices()),
        "columns": [(one, known.get(one.title, "")) for one in COLUMNS],
    }


@login_required
@require_POST
def answer(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Look again, told what the file does not say; remembered of its system."""
    row = _run(request, uuid)
    form = AnswerForm(row, request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    sent = form.cleaned_data
    with recorded(request.user, address=request.path):
        for word in sent["words"]:
            OldWord.objects.update_or_create(
                system=row.system,
                sort=word.sort,
                word=word.word,
                defaults={"category": word.category, "unit": word.unit},
            )
        running.look_again(row, request.user, crs=sent["crs"], columns=sent["columns"])
    return redirect("old:import", row.uuid)


@login_required
@require_POST
def take(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _run(request, uuid)
    running.take(row, request.user)
    return redirect("old:import", row.uuid)


@login_required
@require_POST
def cancel(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _run(request, uuid)
    carrying.cancel(row)
    return redirect("old:import", row.uuid)


@login_required
@require_POST
def withdraw(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The whole import, with a reason; nothing of it is deleted."""
    row, form = _run(request, uuid), WithdrawForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say why it is withdrawn."))
    running.withdraw(row, request.user, form.cleaned_data["why"])
    messages.success(request, _("The import is withdrawn: its cases count no more."))
    return redirect("old:import", row.uuid)


@login_required
@require_GET
@never_cache
def refused(request: AuthedRequest, uuid: UUID) -> HttpResponseBase:
    """The refused rows with their reasons; personal columns were left out of them."""
    return refused_answer(_run(request, uuid))
