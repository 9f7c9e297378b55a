"""A file comes in: looked through first, then taken, and what was refused goes back."""

import base64
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from cases.models import OrderSheet
from cases.orders import callbacks, taking
from cases.orders.columns import CALL_BACKS, COLUMNS
from cases.orders.forms import SheetForm
from cases.orders.judging import BAD, CHANGED, NEW
from cases.orders.permissions import can_import, is_centre
from cases.orders.sheet import MOST_BYTES, MOST_ROWS, Cell, as_csv
from cases.orders.views import as_file
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest

SHOWN = 500  # rows of a report on a page
LATEST = 20


def look_through(
    by: User, name: str, data: bytes, *, what: str, month: object = None
) -> OrderSheet:
    """Either sort of file. Raises NotAllowed (403) and the errors of sheets (400)."""
    if not can_import(by):
        raise NotAllowed
    if what == OrderSheet.What.CALL_BACKS:
        usual = callbacks.first_of(timezone.localdate())
        return callbacks.look_through(by, name, data, month=month or usual)  # type: ignore[arg-type]
    return taking.look_through(by, name, data)


def take(sheet: OrderSheet, by: User) -> OrderSheet:
    """Raises NotAllowed (403), Conflict (409) where it was taken."""
    if not can_import(by) or sheet.by_id != by.pk:
        raise NotAllowed
    if sheet.what == OrderSheet.What.CALL_BACKS:
        return callbacks.take(sheet, by)
    return taking.take(sheet, by)


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
        "most_rows": MOST_ROWS,
        "this_month": f"{timezone.localdate():%Y-%m}",
    }
    return render(request, "cases/orders/import.html", context, status=status)


def _look(request: AuthedRequest, form: SheetForm) -> HttpResponse:
    sent = form.cleaned_data
    file = sent["file"]
    sheet = look_through(
        request.user,
        file.name,
        file.read(MOST_BYTES + 1),
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
    report = sorted(row.lines, key=lambda line: (line[2] != BAD, line[0]))
    counts = row.counts
    context = {
        "sheet": row,
        "lines": report[:SHOWN],
        "left_out": max(0, len(report) - SHOWN),
        "counts": counts,
        "to_take": counts.get(NEW, 0) + counts.get(CHANGED, 0),
        "is_own": row.by_id == request.user.pk,
    }
    return render(request, "cases/orders/sheet.html", context)


@login_required
@require_POST
def take_sheet(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = take(_own(request, uuid), request.user)
    return redirect("orders:sheet", row.uuid)


@login_required
@require_GET
@never_cache
def refused(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The refused rows as they came, each with the reason, to be put right."""
    row = _own(request, uuid)
    if row.by_id != request.user.pk:
        raise NotFound
    data = base64.b64decode(row.content.open()) if row.taken_at else b""
    return as_file(data or _reasons(row), f"refused-{row.uuid}.csv")


def _reasons(row: OrderSheet) -> bytes:
    """Before it is taken: only the lines and the reasons."""
    header = ["工单编号", "行", "原因"]
    lines = [
        [Cell(number), Cell(str(line)), Cell(reason)]
        for line, number, outcome, reason in row.lines
        if outcome == BAD
    ]
    return as_csv(header, lines)
