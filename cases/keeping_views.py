"""Keeping a case in one's own list."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cases.case_views import seen_case
from cases.models import Follow
from govmap.lib.pages import AuthedRequest, wants_fragment


@login_required
@require_POST
def follow(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """关注: keep the case in one's own list, or let it go (``follow`` yes or no)."""
    case, wanted = seen_case(request, uuid), request.POST.get("follow") == "yes"
    if wanted:
        Follow.objects.get_or_create(user=request.user, case=case)
    else:
        Follow.objects.filter(user=request.user, case=case).delete()
    if not wants_fragment(request):
        return redirect("cases:case", uuid)
    context = {"case": case, "is_followed": wanted}
    return render(request, "cases/_follow.html", context)
