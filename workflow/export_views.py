"""导出: asked for, decided on, listed, fetched."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from accounts.roles import SUPERVISES
from govmap.lib.errors import BadInput, DomainError, NotFound
from govmap.lib.pages import AuthedRequest
from govmap.lib.paging import LARGEST_ID
from workflow import exporting
from workflow.export_files import file_name, path_of
from workflow.export_forms import AskForm
from workflow.exporting import MayNotExport, Register, Right, register_for, right_of
from workflow.models import Export, ExportDownload
from workflow.models.export import KEEPS_RECORD

PAGE = 50
OWN, DECIDE, RECORD = "own", "decide", "record"
DOWNLOADS = 20


def reads_record(user: User) -> bool:
    """Supervisors that of their units, who keeps the system all of it."""
    return user.has_role(*SUPERVISES, *KEEPS_RECORD)


def rows_of(user: User, view: str) -> QuerySet[Export]:
    """One's own, those to decide on, or the record. Raises NotFound (404)."""
    if view == DECIDE:
        return exporting.to_decide(user)
    if view == RECORD:
        if not reads_record(user):
            raise NotFound
        return Export.objects.visible_to(user).order_by("-pk")
    return Export.objects.filter(by=user).order_by("-pk")


@login_required
@require_safe
@never_cache
def exports(request: AuthedRequest) -> HttpResponse:
    """``?view=own``, ``decide`` or ``record``; ``after`` a row's id the next page."""
    view = request.GET.get("view", OWN)
    rows = rows_of(request.user, view)
    after = request.GET.get("after", "")
    if view != DECIDE and after.isascii() and after.isdigit():
        rows = rows.filter(pk__lt=min(int(after), LARGEST_ID))
    rows = rows.select_related("by", "unit", "decided_by")
    page = list(rows.annotate(fetched=Count("downloads"))[: PAGE + 1])
    shown, more = page[:PAGE], len(page) > PAGE
    context = {
        "view": view,
        "rows": [(row, _title(row)) for row in shown],
        "more": shown[-1].pk if more else None,
        "waits": any(row.stand == Export.Stand.MAKING for row in shown),
        "to_decide": exporting.to_decide(request.user).count(),
        "reads_record": reads_record(request.user),
        "now": timezone.now(),
    }
    return render(request, "workflow/exports.html", context)


def _title(row: Export) -> str:
    register = exporting.known(row.register)
    return str(register.title) if register else row.register


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def export_new(request: AuthedRequest) -> HttpResponse:
    """Choose columns and say what for; the list is named by the query string."""
    register = register_for(request.user, request.GET.get("register", ""))
    right = right_of(request.user, register.name)
    if right is None:
        raise MayNotExport
    query = _query(request.GET)
    if request.method != "POST":
        asked = AskForm(register, right, query=query)
        return _ask_page(request, register, right, asked, query)
    form = AskForm(register, right, request.POST, query=query)
    if not form.is_valid():
        return _ask_page(request, register, right, form, query, status=400)
    try:
        sent = {"columns": (), **form.cleaned_data}
        row = exporting.ask(request.user, register, query=query, **sent)
    except BadInput as error:
        form.add_error(None, error.text)
        return _ask_page(request, register, right, form, query, status=400)
    said = _("The file is being made: it will stand here soon.")
    if row.needs_approval:
        said = _("Asked for. Somebody else decides; you are told.")
    messages.success(request, said)
    return redirect("workflow:exports")


def _query(params: QueryDict) -> str:
    rest = params.copy()
    rest.pop("register", None)
    return rest.urlencode()


def _ask_page(
    request: AuthedRequest,
    register: Register,
    right: Right,
    form: AskForm,
    query: str,
    *,
    status: int = 200,
) -> HttpResponse:
    taken = exporting.taken_today(request.user, register)
    context: dict[str, Any] = {
        "form": form,
        "register": register,
        "rule": right.rule,
        "left": max(right.rule.rows_a_day - taken, 0),
    }
    try:
        kept = register.clean(query)
        found = register.found(request.user, kept)
        context["count"] = found[: right.rule.rows + 1].count()
        context["words"] = register.words(request.user, kept)
        context["page"] = register.page(kept)
    except NotFound:
        raise  # nobody learns here that it exists
    except DomainError as error:
        context["trouble"] = error.text
        status = 400
    return render(request, "workflow/export_new.html", context, status=status)


def shown_export(user: User, uuid: UUID) -> Export:
    """The export with what its page shows, for whom it is. Raises NotFound (404)."""
    rows = Export.objects.select_related("by", "decided_by", "unit__parent__parent")
    row = rows.filter(uuid=uuid).first()
    if row is None or not exporting.is_shown_to(row, user):
        raise NotFound
    return row


@login_required
@require_safe
@never_cache
def export(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What was asked for, what became of it, and who fetched it."""
    return _page(request, shown_export(request.user, uuid))


def _page(request: AuthedRequest, row: Export, **more: Any) -> HttpResponse:
    register = exporting.known(row.register)
    titles = []
    if register:
        found = [register.column(name) for name in row.columns]
        titles = [str(column.title) for column in found if column]
    undecided = row.stand == Export.Stand.ASKED
    context = {
        "export": row,
        "title": _title(row),
        "columns": titles or row.columns,
        "downloads": row.downloads.select_related("by").order_by("-pk")[:DOWNLOADS],
        "may_decide": undecided and exporting.may_decide(row, request.user),
        "may_fetch": row.by_id == request.user.pk and row.is_kept_at(timezone.now()),
        **more,
    }
    status = 400 if "error" in more else 200
    return render(request, "workflow/export.html", context, status=status)


@login_required
@require_POST
@never_cache
def export_decide(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """``agrees`` yes or no, with a ``reason`` where it is no."""
    row = shown_export(request.user, uuid)
    agrees = request.POST.get("agrees") == "yes"
    reason = request.POST.get("reason", "")
    try:
        exporting.decide(row, request.user, agrees=agrees, reason=reason)
    except exporting.NoReason as error:
        return _page(request, row, error=error.text)
    said = _("Refused; whoever asked is told why.")
    if agrees:
        said = _("Approved: the file is being made.")
    messages.success(request, said)
    return redirect("workflow:export", uuid)


@login_required
@require_safe
@never_cache
def export_file(request: AuthedRequest, uuid: UUID) -> HttpResponseBase:
    """The file, for whoever asked for it alone; each time is on record."""
    address = request.META.get("REMOTE_ADDR", "")
    return fetch(request.user, uuid, address)


def fetch(user: User, uuid: UUID, address: str) -> HttpResponseBase:
    """The answer with the file. Raises NotFound (404)."""
    row = Export.objects.filter(uuid=uuid, by=user).first()
    if row is None or not row.is_kept_at(timezone.now()):
        raise NotFound
    path = path_of(row)
    if not path.exists():
        raise NotFound
    ExportDownload.objects.create(export=row, by=user, address=address[:60])
    answer = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=file_name(row),
        content_type="application/octet-stream",
    )
    answer["Cache-Control"] = "no-store"
    return answer
