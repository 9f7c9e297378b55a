"""A file on its way in, as pages: sent, asked about, watched, cancelled, reported."""

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers.imports import answering, comparing, intake, jobs, reasons, refusals
from layers.imports.forms import AnswerForm, ImportForm
from layers.imports.questions import Question
from layers.models import ImportRun, Layer
from layers.permissions import can_import
from layers.versions.views import act_id_asked, writable_version

SHOWN_ROWS = 100
SHOWN_RUNS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: AuthedRequest, code: str) -> HttpResponse:
    """A layer's imports, and the form for one more."""
    layer = _layer(request.user, code)
    if not can_import(request.user, layer):
        raise NotAllowed
    if request.method == "POST":
        return _upload(request, layer)
    return _imports_page(request, layer, ImportForm())


def _layer(user: User, code: str) -> Layer:
    layers = Layer.objects.visible_to(user).select_related("provider")
    return get_object_or_404(layers, code=code)


def _imports_page(
    request: AuthedRequest, layer: Layer, form: ImportForm, status: int = 200
) -> HttpResponse:
    runs = ImportRun.objects.visible_to(request.user).filter(layer=layer)
    runs = runs.select_related("by", "version")[:SHOWN_RUNS]
    context = {"layer": layer, "form": form, "runs": runs}
    return render(request, "layers/imports.html", context, status=status)


def _upload(request: AuthedRequest, layer: Layer) -> HttpResponse:
    """Takes a file; the same form sent twice makes one import."""
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _imports_page(request, layer, form, status=400)
    file, name = form.upload()
    with file:
        run = intake.begin(
            layer,
            file,
            name=name,
            uuid=form.cleaned_data["uuid"],
            by=request.user,
            options=form.told,
            then=_queue,
        )
    return redirect("layers:run", code=layer.code, uuid=run.uuid)


def _queue(run: ImportRun) -> None:
    jobs.import_file.defer(run=run.pk)


def _run(user: User, code: str, uuid: UUID) -> ImportRun:
    layers = Layer.objects.visible_to(user)
    runs = ImportRun.objects.visible_to(user).filter(layer__in=layers)
    runs = runs.select_related("layer__provider", "version", "by")
    return get_object_or_404(runs, layer__code=code, uuid=uuid)


@require_safe
@login_required
def run_page(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """An import: its progress while it lasts (a script asks again), then its report."""
    run = _run(request.user, code, uuid)
    template = "layers/_run.html" if wants_fragment(request) else "layers/run.html"
    return render(request, template, _context(run))


def _context(run: ImportRun, form: AnswerForm | None = None) -> dict[str, Any]:
    report = run.report
    trouble = report.get("trouble")
    context = {
        "run": run,
        "layer": run.layer,
        "trouble": trouble and reasons.of_file(trouble["code"], trouble["details"]),
        "waits": not run.has_ended or report.get("refused_file") == refusals.PENDING,
        "making_refused_file": report.get("refused_file") == refusals.PENDING,
        "reasons": [
            (reasons.of_reason(code), count)
            for code, count in report.get("reasons", {}).items()
        ],
        "notes": [
            reasons.of_note(code, count)
            for code, count in (report.get("notes") or {}).items()
        ],
        "refusals": [
            (row, reasons.of_row(row))
            for row in report.get("refusals", [])[:SHOWN_ROWS]
        ],
        "repairs": [
            (row, reasons.of_repair(row["what"]))
            for row in (report.get("repairs") or [])[:SHOWN_ROWS]
        ],
    }
    if run.status == ImportRun.Status.ASKING:
        question = Question(run)
        form = form or AnswerForm(options=run.options, columns=question.columns)
        context |= {"question": question, "form": form}
    return context


@require_POST
@login_required
def answer(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """Carries on with the file, told what it does not say itself."""
    run = _run(request.user, code, uuid)
    form = AnswerForm(request.POST, options=run.options, columns=Question(run).columns)
    if run.status == ImportRun.Status.ASKING and not form.is_valid():
        context = _context(run, form)
        return render(request, "layers/run.html", context, status=400)
    told = form.told if form.is_valid() else {}
    answering.answer(run, told, then=_queue)
    return redirect("layers:run", code=code, uuid=run.uuid)


@require_POST
@login_required
def cancel(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    run = _run(request.user, code, uuid)
    answering.cancel(run)
    text = _("%(name)s is cancelled. Nothing of it is kept.")
    messages.success(request, text % {"name": run.source_name})
    return redirect("layers:layer", code=code)


@require_safe
@login_required
def refused_rows(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """The reasons as CSV; with the mark by which Excel and WPS know UTF-8."""
    run = _run(request.user, code, uuid)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"{run.layer.code}-reasons.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow([_("Row"), run.layer.key, _("Reason")])
    for row in run.report.get("refusals", []):
        writer.writerow([row["row"], _plain(row["key"]), _plain(reasons.of_row(row))])
    return response


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


@require_safe
@login_required
def refused_file(request: AuthedRequest, code: str, uuid: UUID) -> FileResponse:
    """The refused rows themselves, to be corrected and sent again."""
    run = _run(request.user, code, uuid)
    suffix, path = run.report.get("refused_file"), refusals.path_of(run)
    if suffix not in refusals.SUFFIXES or not path.is_file():
        raise NotFound
    name = f"{run.layer.code}-refused{suffix}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_POST
@login_required
def compare_again(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """A draft's kept file once more, against what is published now; the draft ends."""
    version = writable_version(request, code, uuid)
    run = comparing.again(version, by=request.user, uuid=act_id_asked(request))
    return redirect("layers:run", code=code, uuid=run.uuid)
