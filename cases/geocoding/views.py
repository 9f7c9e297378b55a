"""Tables placed by their addresses: sent, tried out, placed, corrected, taken away."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from cases.geocoding import results, running
from cases.geocoding.columns import FIELDS
from cases.geocoding.permissions import check
from cases.models import GeocodeDownload, GeocodedRow, GeocodeRun, SentTable
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.pages import AuthedRequest, wants_fragment

LATEST = 30
PAGE = 20  # rows


def own_runs(user: User) -> Any:
    """One's own: another's file is another's. Raises NotFound (404)."""
    check(user)
    return GeocodeRun.objects.filter(by=user).select_related("by")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def tables(request: AuthedRequest) -> HttpResponse:
    """Send a table, and see those that one sent."""
    runs, error = own_runs(request.user), ""
    if request.method == "POST":
        try:
            file: Any = request.FILES.get("file")
            if file is None:
                raise BadInput(_("Choose a file: Excel or CSV."))
            run = running.send(request.user, str(file.name), file)
            return redirect("geocoding:table", run.uuid)
        except BadInput as refused:
            error = refused.text
    context = {
        "runs": runs[:LATEST],
        "error": error,
        "most_rows": f"{running.MOST_ROWS:,}",
        "fields": FIELDS,
    }
    status = 400 if error else 200
    return render(request, "cases/geocoding/tables.html", context, status=status)


def _run(request: AuthedRequest, uuid: UUID) -> GeocodeRun:
    found: GeocodeRun = get_object_or_404(own_runs(request.user), uuid=uuid)
    return found


@require_safe
@never_cache
@login_required
def table(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How far it is; which column is which; the rows with what they were matched to."""
    run = _run(request, uuid)
    name = "_run" if wants_fragment(request) else "table"
    context = {**_about(run), **_rows(request, run)}
    return render(request, f"cases/geocoding/{name}.html", context)


def _about(run: GeocodeRun) -> dict[str, Any]:
    columns = run.report.get("columns", {})
    labels = dict(GeocodedRow.Outcome.choices)
    lines = [
        {
            **dict(zip(("line", "said", "outcome", "what"), line, strict=True)),
            "label": labels[line[2]],
        }
        for line in run.lines
    ]
    return {
        "run": run,
        "tried": run.report.get("tried", 0),
        "lines": lines,
        "titles": run.report.get("titles", []),
        "lacking": run.report.get("lacking", False),
        "fields": [
            {"name": name, "title": title, "chosen": columns.get(name, "")}
            for name, title, _words, _unit in FIELDS
        ],
        "outcomes": [
            {"code": code, "label": label, "rows": run.counts.get(code, 0)}
            for code, label in GeocodedRow.Outcome.choices
        ],
        "forms": results.FORMS,
    }


def _rows(request: AuthedRequest, run: GeocodeRun) -> dict[str, Any]:
    """Of a placed table the rows of one outcome, or all, a page of them."""
    if run.status != SentTable.Status.DONE:
        return {}
    outcome = request.GET.get("outcome", "")
    rows = GeocodedRow.objects.filter(run=run)
    if outcome in GeocodedRow.Outcome.values:
        rows = rows.filter(outcome=outcome)
    else:
        outcome = ""
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return {"page": page, "outcome": outcome}


@require_POST
@login_required
def answer(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Try out with these columns."""
    run = _run(request, uuid)
    sent = {name: request.POST.get(f"column-{name}", "") for name, *_rest in FIELDS}
    running.look_again(run, sent)
    return redirect("geocoding:table", run.uuid)


@require_POST
@login_required
def take(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    run = _run(request, uuid)
    running.begin(run)
    return redirect("geocoding:table", run.uuid)


@require_POST
@login_required
def cancel(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    run = _run(request, uuid)
    running.cancel(run)
    return redirect("geocoding:table", run.uuid)


@require_POST
@login_required
def remove(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    running.remove(_run(request, uuid))
    return redirect("geocoding:tables")


@require_POST
@login_required
def choose(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A candidate by hand, other words to look for, or back to what it was."""
    run, line = _run(request, uuid), _line(request)
    if "undo" in request.POST:
        running.undo(run, line)
    elif text := request.POST.get("text", "").strip()[:100]:
        running.say_again(run, line, text)
    else:
        running.choose(run, line, request.POST.get("code", "")[:40])
    kept = {name: request.POST.get(name, "") for name in ("outcome", "page")}
    query = urlencode({name: value for name, value in kept.items() if value})
    address = reverse("geocoding:table", args=[run.uuid])
    return redirect(f"{address}?{query}#row-{line}")


def _line(request: AuthedRequest) -> int:
    raw = request.POST.get("line", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 8):
        raise BadInput
    return int(raw)


@require_safe
@never_cache
@login_required
def points(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The placed rows as GeoJSON, for the map of the page."""
    return JsonResponse(results.points(_run(request, uuid)))


@require_safe
@never_cache
@login_required
def file(request: AuthedRequest, uuid: UUID, form: str) -> Any:
    """The whole as a file; who took it is on record."""
    return answer_file(_run(request, uuid), form, request.user)


def answer_file(run: GeocodeRun, form: str, by: User) -> FileResponse:
    """Raises NotFound (404) where there is no such form, or nothing is placed."""
    if form not in results.FORMS or run.status != SentTable.Status.DONE:
        raise NotFound
    GeocodeDownload.objects.create(
        run=run.uuid, name=run.name, by=by, form=form, rows=run.rows_read
    )
    ending = "csv" if form == "gbk" else form
    said = FileResponse(
        results.file_of(run, form),
        as_attachment=True,
        filename=f"{run.name.rpartition('.')[0] or run.name}-{_('placed')}.{ending}",
        content_type=results.TYPES[form],
    )
    said["Cache-Control"] = "no-store"
    return said
