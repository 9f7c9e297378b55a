"""What a record starts besides its own steps: a case."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.permissions import can_report
from cases.report_drafts import FORM as REPORT
from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest
from offices.models.case_begun import CaseBegun
from offices.modules.definition import definition_of
from offices.modules.record_views import seen_record
from workflow import form_drafts
from workflow.errors import MayNotAct
from workflow.models import Category


@login_required
@require_GET
@never_cache
def open_case(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """To the form of a report, begun with the class, place and number of the record."""
    record = seen_record(request, uuid)
    spec = definition_of(record.version_id).opens_case
    if not spec:
        raise NotFound
    if not can_report(request.user):
        raise MayNotAct
    data: dict[str, object] = {"note": f"{record.module} {record.number}"}
    rows = Category.objects.choosable().filter(code=spec["category"])
    if category := rows.filter(kind=spec.get("kind", "event")).first():
        data["category"] = str(category.pk)
    if record.place:
        place = f"{record.place.x:.7f},{record.place.y:.7f}"
        data["place"] = {"place": place, "by": "map"}
    draft = form_drafts.keep(request.user, REPORT, uuid4(), data=data)
    CaseBegun.objects.create(record=record, uuid=draft.uuid, by=request.user)
    return redirect(f"{reverse('cases:report')}?draft={draft.uuid}")
