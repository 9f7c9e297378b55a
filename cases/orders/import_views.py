"""Sending a file of orders or of call-backs: looked through first, then taken.

Both are done by a job; its page asks again while it lasts.
"""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.models import OrderSheet
from cases.orders import running
from cases.orders.columns import CALL_BACKS, COLUMNS
from cases.orders.forms import SheetForm
from cases.orders.permissions import can_import, is_centre
from cases.orders.taking import MOST_ROWS
from cases.tables.pages import refused_answer, run_context
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest, wants_fragment

LATEST = 20


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def sheets(request: AuthedRequest) -> HttpResponse:
    """Send a file, and see the last ones."""
    if not can_import(request.user):
        raise NotAllowed
    form = SheetForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                return _look(request, form)
            except BadInput as error:
                form.add_error("file", error.text)
    context = {
        "form": form,
        "sheets": OrderSheet.objects.filter(by=request.user).order_by("-pk")[:LATEST],
        "columns": COLUMNS,
        "callback_columns": CALL_BACKS,
        "most_rows": f"{MOST_ROWS:,}",
        "this_month": f"{timezone.localdate():%Y-%m}",
    }
    return render(request, "cases/orders/import.html", context, status=status)


def _look(request: AuthedRequest, form: SheetForm) -> HttpResponse:
    sent = form.cleaned_data
    sheet = running.send(
        request.user,
        sent["file"].name,
        sent["file"],
        what=sent["what"],
        month=sent["month"],
    )
    return redirect("orders:sheet", sheet.uuid)


def _own(request: AuthedRequest, uuid: UUID) -> OrderSheet:
    """Somebody's own file; the centre sees what became of every one."""
    rows = OrderSheet.objects.select_related("by")
    row = get_object_or_404(rows, uuid=uuid)
    if row.by_id != request.user.pk and not is_centre(request.user):
        raise NotFound
    return row


@login_required
@require_GET
@never_cache
def sheet(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What each row would do, or what became of it; the refused ones first."""
    row = _own(request, uuid)
    context = {"is_own": row.by_id == request.user.pk, **run_context(row)}
    whole = "cases/orders/sheet.html"
    name = "cases/orders/_sheet.html" if wants_fragment(request) else whole
    return render(request, name, context)


@login_required
@require_POST
def take_sheet(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = running.take(_own(request, uuid), request.user)
    return redirect("orders:sheet", row.uuid)


@login_required
@require_POST
def cancel_sheet(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _own(request, uuid)
    running.cancel(row, request.user)
    return redirect("orders:sheet", row.uuid)


@login_required
@require_GET
@never_cache
def refused(request: AuthedRequest, uuid: UUID) -> HttpResponseBase:
    """The refused rows as they came, each with the reason, to be put right."""
    row = _own(request, uuid)
    if row.by_id != request.user.pk:
        raise NotFound
    return refused_answer(row)
