"""结案督查: the district's look at what was closed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.desk_views import list_context
from cases.lists import Filters, list_cases
from cases.models import Case
from cases.permissions import can_review
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.models import Phase


@login_required
@require_GET
@never_cache
def review(request: AuthedRequest) -> HttpResponse:
    """Closed cases, one of them with its first and its last photo side by side."""
    if not can_review(request.user):
        raise NotAllowed
    filters = Filters(request.GET, request.user, within=Phase.DONE)
    if wants_fragment(request):
        found = list_cases(Case.objects.visible_to(request.user), filters)
        return render(request, "cases/_rows.html", {"list": found})
    context = list_context(request, filters)
    return render(request, "cases/review.html", {**context, "part": "review"})
