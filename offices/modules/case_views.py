"""What a record starts besides its own steps: a case, and objections to its notice."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.permissions import can_report
from cases.report_drafts import FORM as REPORT
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.pages import AuthedRequest
from offices.models.record_trace import NoticeObjection
from offices.modules.definition import definition_of
from offices.modules.rights import WRITE, may
from offices.modules.views import seen_record
from workflow import form_drafts
from workflow.errors import MayNotAct
from workflow.models import Category

TEXT_MOST = 1000


class NoText(BadInput):
    """Say what the objection is."""

    message = gettext_noop("Say what the objection is.")


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
    return redirect(f"{reverse('cases:report')}?draft={draft.uuid}")


@login_required
@require_POST
@never_cache
def object_to(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """异议登记: somebody objects to what is posted; it holds the procedure up."""
    record = seen_record(request, uuid)
    if not may(request.user, record, WRITE):
        raise MayNotAct
    notice = record.notices.order_by("-pk").first()
    if notice is None:
        raise NotFound
    text = request.POST.get("text", "").replace("\x00", "").strip()[:TEXT_MOST]
    if not text:
        raise NoText
    NoticeObjection.objects.create(notice=notice, noted_by=request.user, text=text)
    messages.success(request, _("The objection is noted."))
    return redirect("modules:record", uuid=uuid)


@login_required
@require_POST
@never_cache
def decide_objection(request: AuthedRequest, uuid: UUID, pk: int) -> HttpResponse:
    """``upheld`` yes or no: then the procedure goes on."""
    record = seen_record(request, uuid)
    if not may(request.user, record, WRITE):
        raise MayNotAct
    rows = NoticeObjection.objects.filter(notice__record=record)
    row = get_object_or_404(rows, pk=pk)
    if row.answered_at is None:
        row.upheld = request.POST.get("upheld") == "yes"
        row.answered_at, row.answered_by = timezone.now(), request.user
        row.save(update_fields=["upheld", "answered_at", "answered_by"])
    return redirect("modules:record", uuid=uuid)
