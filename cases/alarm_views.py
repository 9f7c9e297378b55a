"""What the banner of urgent news says, once the page has heard of it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.models import Case, Whistle
from cases.urgent import call_of, came_in
from govmap.lib.pages import AuthedRequest


@require_safe
@login_required
@never_cache
def case_alarm(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One line of the banner; 204 where the case is no urgent news for this person."""
    rows = Case.objects.visible_to(request.user).listed().defer("cell__geometry")
    case = get_object_or_404(rows, uuid=uuid)
    if not came_in(case, request.user):
        return HttpResponse(status=204)
    return render(request, "cases/_alarm_case.html", {"case": case})


@require_safe
@login_required
@never_cache
def whistle_alarm(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """As `case_alarm`, of a whistle that waits for one of the person's units."""
    rows = Whistle.objects.visible_to(request.user).select_related("street")
    whistle = get_object_or_404(rows, uuid=uuid)
    call = call_of(whistle, request.user)
    if call is None:
        return HttpResponse(status=204)
    context = {"whistle": whistle, "call": call}
    return render(request, "cases/_alarm_whistle.html", context)
