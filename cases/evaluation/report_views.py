"""The reports: asked for, listed, fetched."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from cases.evaluation import jobs, reports
from cases.evaluation.periods import against_of, asked
from cases.evaluation.permissions import own_streets, sees_all_figures
from cases.evaluation.views import chosen_street, period_context
from cases.models import EvaluationReport
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest

SHOWN = 50


def can_report(user: User) -> bool:
    return sees_all_figures(user) or bool(own_streets(user))


def seen_by(user: User) -> QuerySet[EvaluationReport]:
    """A district's are for who sees all; a street's for its own too."""
    rows = EvaluationReport.objects.select_related("street", "asked_by")
    if sees_all_figures(user):
        return rows
    return rows.filter(Q(street__in=own_streets(user)))


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def reports_page(request: AuthedRequest) -> HttpResponse:
    """The list; a new one is made by a job and stands here when it is done."""
    if not can_report(request.user):
        raise NotAllowed
    if request.method == "POST":
        return _ask(request)
    period = asked(request.GET, timezone.localdate())
    chosen = chosen_street(request)
    context = {
        **period_context(period, chosen, against_of(request.GET)),
        "reports": seen_by(request.user)[:SHOWN],
        "forms": EvaluationReport.Form.choices,
        "waits": seen_by(request.user).filter(made_at=None, trouble="").exists(),
    }
    return render(request, "cases/evaluation/reports.html", context)


def _ask(request: AuthedRequest) -> HttpResponse:
    form = request.POST.get("form", "")
    if form not in EvaluationReport.Form.values:
        raise BadInput
    period = asked(request.POST, timezone.localdate())
    request.GET = request.POST
    street = chosen_street(request)
    if street is None and not sees_all_figures(request.user):
        raise NotAllowed
    with transaction.atomic():
        made = EvaluationReport.objects.create(
            form=form,
            first_day=period.first,
            last_day=period.last,
            against=against_of(request.POST),
            street=street,
            asked_by=request.user,
            asked_at=timezone.now(),
        )
        jobs.make_report.defer(report=made.pk)
    messages.success(request, _("The report is being made: it will stand here soon."))
    return redirect("evaluation:reports")


@login_required
@require_GET
def report_file(request: AuthedRequest, uuid: UUID) -> HttpResponseBase:
    report = seen_by(request.user).filter(uuid=uuid).first()
    if report is None or report.made_at is None:
        raise NotFound
    path = reports.path_of(report)
    if not path.exists():
        raise NotFound
    name = f"{report.first_day}_{report.last_day}.{report.form}"
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    return answer
