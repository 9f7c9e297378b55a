"""A module's entries from a spreadsheet: sent, looked through, taken."""

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.tables import carrying
from cases.tables.pages import refused_answer, run_context
from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest, wants_fragment
from govmap.lib.sheets import csv_answer
from offices.models.module import Module
from offices.models.record_trace import RecordTable
from offices.modules.making import definition_now
from offices.modules.rights import WRITE
from offices.modules.tables import columns_of, send, take
from offices.modules.views import seen_module

LATEST = 20


class TableForm(forms.Form):
    file = forms.FileField(label=_("File"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tables(request: AuthedRequest, code: str) -> HttpResponse:
    """Send a table, and see those that one sent."""
    module = seen_module(request.user, code, WRITE)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = send(request.user, module, file.name, file)
            return redirect("modules:table", code=code, uuid=run.uuid)
        except BadInput as error:
            form.add_error("file", error.text)
    context = {
        "module": module,
        "form": form,
        "columns": columns_of(definition_now(module)),
        "runs": _own(request, module),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "offices/modules/tables.html", context, status=status)


@login_required
@require_GET
def blank(request: AuthedRequest, code: str) -> HttpResponse:
    """An empty table with the titles that are known."""
    module = seen_module(request.user, code, WRITE)
    titles = [column.title for column in columns_of(definition_now(module))]
    return csv_answer(module.code, titles, [])


def _own(request: AuthedRequest, module: Module) -> list[RecordTable]:
    rows = RecordTable.objects.filter(module=module, by=request.user)
    return list(rows.order_by("-pk")[:LATEST])


def _run(request: AuthedRequest, code: str, uuid: UUID) -> RecordTable:
    """One's own, of a module that one writes; else 404."""
    module = seen_module(request.user, code, WRITE)
    rows = RecordTable.objects.filter(module=module, by=request.user)
    return get_object_or_404(rows.select_related("module__application"), uuid=uuid)


@login_required
@require_GET
@never_cache
def table(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """What each row would do, or did."""
    run = _run(request, code, uuid)
    context = {**run_context(run), "module": run.module, "is_own": True}
    name = "_table" if wants_fragment(request) else "table"
    return render(request, f"offices/modules/{name}.html", context)


@login_required
@require_POST
@never_cache
def table_take(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    take(_run(request, code, uuid), request.user)
    return redirect("modules:table", code=code, uuid=uuid)


@login_required
@require_POST
@never_cache
def table_cancel(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    carrying.cancel(_run(request, code, uuid))
    return redirect("modules:table", code=code, uuid=uuid)


@login_required
@require_GET
@never_cache
def refused(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponseBase:
    """The rows that were not taken, each with the reason."""
    return refused_answer(_run(request, code, uuid))
