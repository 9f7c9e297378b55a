"""疑似重复: the same trouble near a place, before a report is sent and at the desk."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.dossier import whole
from cases.duplicates import near
from cases.lists import add_clocks
from cases.models import Case
from cases.permissions import can_report, can_use_desk
from cases.report_views import point_of
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.models import Attachment, Category, Event


@login_required
@require_GET
@never_cache
def near_place(request: AuthedRequest) -> HttpResponse:
    """Cases of ``category`` near ``lon``, ``lat``, as a fragment; empty without any."""
    if not (can_report(request.user) or can_use_desk(request.user)):
        raise NotAllowed
    point, _accuracy = point_of(request)
    category = _class_of(request.GET.get("category", ""))
    found = near(category, point, timezone.now(), reader=request.user)
    return render(request, "cases/_near.html", {"found": found})


def _class_of(text: str) -> Category:
    """Raises NotFound."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound
    category = Category.objects.choosable().filter(pk=int(text)).first()
    if category is None:
        raise NotFound
    return category


@login_required
@require_GET
@never_cache
def near_case(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A case beside those that may be the same: photo, words, place and distance."""
    if not can_use_desk(request.user):
        raise NotAllowed
    case = get_object_or_404(
        whole(Case.objects.visible_to(request.user), request.user), uuid=uuid
    )
    moment = case.reported_at
    found = near(case.category, case.place, moment, reader=request.user, besides=case)
    shown = [row.case for row in found if row.seen]
    add_clocks([case, *shown])
    _add_photos([case, *shown])
    context = {"case": case, "found": found}
    return render(request, "cases/near.html", context)


def _add_photos(cases: list[Case]) -> None:
    """Give each case the first photo of its report as ``photo``, or None."""
    first = Event.objects.filter(
        kind=Case.KIND, subject_uuid__in=[row.uuid for row in cases], seq=1
    )
    events = dict(first.values_list("pk", "subject_uuid"))
    photos = Attachment.objects.filter(event__in=events).order_by("-pk")
    found = {events[photo.event_id]: photo for photo in photos if photo.event_id}
    for case in cases:
        case.photo = found.get(case.uuid)  # type: ignore[attr-defined]
