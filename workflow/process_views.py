"""The pages of the processes: what there is, how each runs, and a new version."""

import json
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import BadInput, NotFound
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from workflow import process_taking
from workflow.drafts import Draft
from workflow.models import Process
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.process_changes import differences
from workflow.process_data import draft_of
from workflow.process_diagram import diagram_of
from workflow.process_words import limits_told, moves_told, pauses_told
from workflow.subjects import SUBJECTS

USES = {
    "use": process_taking.put_in_use,
    "retire": process_taking.put_out_of_use,
    "default": process_taking.make_default,
}


@require_safe
@rules_view
def processes(request: AuthedRequest) -> HttpResponse:
    """Every version of every process, and how many subjects run on it."""
    rows = list(Process.objects.order_by("kind", "-is_default", "code", "-version"))
    counts = _counts()
    last = Process.objects.filter(in_use=True).order_by("code", "-version")
    newest = set(last.distinct("code").values_list("pk", flat=True))
    context = {
        "rows": [(row, counts.get(row.pk, 0), row.pk in newest) for row in rows],
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Process),
    }
    return render(request, "workflow/process_list.html", context)


def _counts() -> dict[int, int]:
    """How many subjects run on each process."""
    found: dict[int, int] = {}
    for model in SUBJECTS.values():
        rows = model._default_manager.order_by().values_list("process")
        found |= dict(rows.annotate(count=Count("pk")))
    return found


@require_safe
@rules_view
def process(request: AuthedRequest, code: str, version: int) -> HttpResponse:
    """One version: its diagram, its moves, and what the one before had otherwise."""
    row = _process(code, version)
    versions = Process.objects.filter(code=code).order_by("-version")
    before = versions.filter(version__lt=version).first()
    context = {
        "process": row,
        "versions": versions,
        "count": SUBJECTS[row.kind]._default_manager.filter(process=row).count(),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Process, row_id=row.pk),
        **_told(draft_of(row), before),
    }
    return render(request, "workflow/process.html", context)


def _told(draft: Draft, before: Process | None) -> dict[str, Any]:
    """What a page says of a process, also before it is taken."""
    return {
        "draft": draft,
        "diagram": diagram_of(draft),
        "moves": moves_told(draft),
        "limits": limits_told(draft),
        "pauses": pauses_told(draft),
        "before": before,
        "differences": differences(draft_of(before), draft) if before else [],
    }


def _process(code: str, version: int) -> Process:
    # Whoever asks for a number that no version can have asks for none.
    found = version < 2**31 and Process.objects.filter(code=code, version=version)
    row = found.first() if found else None
    if row is None:
        raise NotFound
    return row


@require_safe
@rules_view
def process_file(request: AuthedRequest, code: str, version: int) -> HttpResponse:
    """The process as a file, which another site takes as it is."""
    row = _process(code, version)
    answer = HttpResponse(draft_of(row).text, "application/json")
    name = process_taking.file_name(row)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def process_take(request: AuthedRequest) -> HttpResponse:
    """A new version: looked at with its diagram first, then taken."""
    if request.method != "POST":
        return render(request, "workflow/process_take.html", {"text": ""})
    text = _sent(request)
    looked = process_taking.look(text)
    context: dict[str, Any] = {"text": text, "problems": looked.problems}
    if looked.problems or looked.draft is None:
        return render(request, "workflow/process_take.html", context, status=400)
    if "keep" not in request.POST:
        context |= _told(looked.draft, looked.before)
        return render(request, "workflow/process_take.html", context)
    row = process_taking.take(
        json.loads(text),
        by=request.user,
        in_use="in_use" in request.POST,
        default="default" in request.POST,
        address=request.META.get("REMOTE_ADDR", ""),
    )
    messages.success(request, _("%(title)s was taken.") % {"title": row})
    return redirect("workflow:process", row.code, row.version)


def _sent(request: AuthedRequest) -> str:
    """The text of the file, or what was looked at before. Raises BadInput."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return request.POST.get("text", "")
    if file.size and file.size > process_taking.MOST_BYTES:
        raise BadInput(_("The file is too big for a process."))
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(_("The file is not UTF-8.")) from error


@require_POST
@rules_change
def process_use(request: AuthedRequest, code: str, version: int) -> HttpResponse:
    """Put a version in use or out of it, or make it the usual one."""
    row = _process(code, version)
    change = USES.get(request.POST.get("what", ""))
    if change is None:
        raise BadInput(_("Choose what to do with this version."))
    change(row, by=request.user, address=request.META.get("REMOTE_ADDR", ""))
    return redirect("workflow:process", row.code, row.version)
