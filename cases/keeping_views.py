"""Keeping a case: in one's own list, and on paper."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.case_views import seen_case
from cases.dossier import Dossier
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


@login_required
@require_GET
@never_cache
def paper(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """案卷: the whole record as it is printed."""
    dossier = Dossier(seen_case(request, uuid), request.user)
    context = {"dossier": dossier, "printed_at": timezone.now()}
    return render(request, "cases/paper.html", context)
