"""A layer with its versions, imports and reports."""

import csv
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers import importing, tasks
from layers.data_forms import ImportForm, ToldForm
from layers.importers import reasons
from layers.models import ImportRun, Layer
from layers.permissions import can_import

SHOWN_REFUSALS = 100
SHOWN_RUNS = 8
SHOWN_VERSIONS = 30


@require_safe
@login_required
def layer_page(request: AuthedRequest, code: str) -> HttpResponse:
    return _layer_page(request, _layer(request.user, code), ImportForm())


def _layer(user: User, code: str) -> Layer:
    layers = Layer.objects.visible_to(user).select_related(
        "provider", "steward", "published"
    )
    return get_object_or_404(layers, code=code)


def _layer_page(
    request: AuthedRequest, layer: Layer, form: ImportForm, status: int = 200
) -> HttpResponse:
    may_import = can_import(request.user, layer)
    runs = ImportRun.objects.visible_to(request.user).filter(layer=layer)
    versions = layer.versions.select_related("made_by")
    context = {
        "layer": layer,
        "versions": versions[:SHOWN_VERSIONS],
        "runs": runs.select_related("by")[:SHOWN_RUNS] if may_import else [],
        "form": form if may_import else None,
    }
    return render(request, "layers/data_layer.html", context, status=status)


@require_POST
@login_required
def upload(request: AuthedRequest, code: str) -> HttpResponse:
    """Takes a file; the same form sent twice makes one import."""
    layer = _layer(request.user, code)
    if not can_import(request.user, layer):
        raise NotAllowed
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _layer_page(request, layer, form, status=400)
    file = form.cleaned_data["file"]
    run = importing.begin(
        layer, file, name=file.name, by=request.user, **_told(form), then=_queue
    )
    return redirect("layers:run", code=code, uuid=run.uuid)


def _told(form: ToldForm) -> dict[str, Any]:
    return {"uuid": form.cleaned_data["uuid"], "options": form.told}


def _queue(run: ImportRun) -> None:
    tasks.import_file.defer(run=run.pk)


def _run(user: User, code: str, uuid: UUID) -> ImportRun:
    layers = Layer.objects.visible_to(user)
    runs = ImportRun.objects.visible_to(user).filter(layer__in=layers)
    runs = runs.select_related("layer", "version", "by")
    return get_object_or_404(runs, layer__code=code, uuid=uuid)


@require_safe
@login_required
def run_page(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """An import: its progress while it lasts (a script asks again), then its report."""
    run = _run(request.user, code, uuid)
    template = "layers/_run.html" if wants_fragment(request) else "layers/run.html"
    return render(request, template, _run_context(run))


def _run_context(run: ImportRun, form: ToldForm | None = None) -> dict[str, Any]:
    report = run.report
    trouble = report.get("trouble")
    refusals = report.get("refusals", [])[:SHOWN_REFUSALS]
    return {
        "run": run,
        "layer": run.layer,
        "trouble": trouble and reasons.of_file(trouble["code"], trouble["details"]),
        "can_tell": bool(trouble) and trouble["code"] in importing.ASKABLE,
        "candidates": trouble["details"].get("candidates", []) if trouble else [],
        "reasons": [
            (reasons.of_reason(code), count)
            for code, count in report.get("reasons", {}).items()
        ],
        "refusals": [(row, reasons.of_row(row)) for row in refusals],
        "form": form or ToldForm(initial=run.options),
    }


@require_POST
@login_required
def try_again(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """The file of a failed import once more, with what it does not say itself."""
    run = _run(request.user, code, uuid)
    form = ToldForm(request.POST)
    if not form.is_valid():
        return render(request, "layers/run.html", _run_context(run, form), status=400)
    new = importing.again(run, by=request.user, **_told(form), then=_queue)
    return redirect("layers:run", code=code, uuid=new.uuid)


@require_safe
@login_required
def refused_rows(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """The refused rows as CSV; with the mark by which Excel and WPS know UTF-8."""
    run = _run(request.user, code, uuid)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"{run.layer.code}-refused.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow([_("Row"), run.layer.key, _("Reason")])
    for row in run.report.get("refusals", []):
        writer.writerow([row["row"], _plain(row["key"]), _plain(reasons.of_row(row))])
    return response


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
