"""Papers of a day, printed together as one file."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.models import PaperBatch, PaperTemplate, PrintedPaper
from workflow.papers import files, jobs, printing
from workflow.papers.about import KINDS, Found
from workflow.papers.permissions import is_offered, post_for


def templates_for(user: User) -> list[PaperTemplate]:
    """Those that this person may print together."""
    rows = PaperTemplate.objects.current().filter(many=True)
    return [row for row in rows if row.roles & user.roles]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def many(request: AuthedRequest) -> HttpResponse:
    """What a paper of the day is due for; those that have one are not chosen."""
    rows = templates_for(request.user)
    if not rows:
        raise NotAllowed
    asked = request.POST if request.method == "POST" else request.GET
    code = asked.get("template", "")
    template = next((row for row in rows if row.code == code), rows[0])
    day = _day(asked.get("day", ""))
    found = _due(template, request.user, day)
    if request.method == "POST":
        return _print(request, template, found)
    context = {
        "templates": rows,
        "template": template,
        "day": day,
        "rows": _with_printed(template, found),
        "batches": _batches(request.user),
    }
    return render(request, "workflow/papers/many.html", context)


def _day(text: str) -> date:
    try:
        return min(date.fromisoformat(text), timezone.localdate())
    except ValueError:
        return timezone.localdate()


def _due(template: PaperTemplate, user: User, day: date) -> list[Found]:
    things = KINDS[template.about].of_day(user, day)
    return [
        one
        for one in things
        if post_for(template, one, user) and is_offered(template, one)
    ]


def _with_printed(template: PaperTemplate, found: list[Found]) -> list[dict[str, Any]]:
    papers = PrintedPaper.objects.filter(
        code=template.code,
        kind=template.about,
        key__in=[one.key for one in found],
        voided_at=None,
    )
    numbers = dict(papers.order_by("pk").values_list("key", "number"))
    return [{"found": one, "number": numbers.get(one.key)} for one in found]


def _print(
    request: AuthedRequest, template: PaperTemplate, found: list[Found]
) -> HttpResponse:
    keys = set(request.POST.getlist("key"))
    chosen = [one for one in found if one.key in keys]
    if not chosen:
        raise BadInput(_("Choose what to print first."))
    with transaction.atomic():
        batch = printing.print_many(template, chosen, request.user)
        jobs.make_batch.defer(batch=batch.pk)
    return redirect("papers:batch", batch.uuid)


def _batches(user: User) -> Any:
    rows = PaperBatch.objects.filter(printed_by=user).select_related("template")
    return rows.order_by("-pk")[:10]


def own_batch(user: User, uuid: UUID) -> PaperBatch:
    row = PaperBatch.objects.filter(uuid=uuid, printed_by=user)
    batch = row.select_related("template").first()
    if batch is None:
        raise NotFound
    return batch


@login_required
@require_GET
@never_cache
def batch(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What was printed together; the file stands here when the job has made it."""
    row = own_batch(request.user, uuid)
    papers = row.papers.listed().order_by("pk")
    return render(
        request, "workflow/papers/batch.html", {"batch": row, "papers": papers}
    )


@login_required
@require_GET
def batch_file(request: AuthedRequest, uuid: UUID) -> HttpResponseBase:
    row = own_batch(request.user, uuid)
    path = files.path_of(row)
    if not row.made_at or not path.exists():
        raise NotFound
    answer = FileResponse(path.open("rb"), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{row.uuid}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
