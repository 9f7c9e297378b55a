"""Old cases to look up: a list, one case, and those of a new case's place."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.models import Case, OldCase
from cases.old.lists import OldFilters, earlier_here, list_old
from cases.old.permissions import can_import_old, can_search_old
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment

# The times of a case in the order in which they come.
STEPS = (
    *("reported_at", "accepted_at", "filed_at", "dispatched_at", "due_at"),
    *("bundle_due_at", "disposed_at", "checked_at", "closed_at"),
)
LIMITS = {"due_at", "bundle_due_at"}


@login_required
@require_GET
@never_cache
def old_cases(request: AuthedRequest) -> HttpResponse:
    """The list. A script asks for further rows alone."""
    if not can_search_old(request.user):
        raise NotAllowed
    filters = OldFilters(request.GET, request.user)
    found = list_old(OldCase.objects.visible_to(request.user), filters)
    context = {"list": found, "may_import": can_import_old(request.user)}
    template = "_rows.html" if wants_fragment(request) else "list.html"
    return render(request, f"cases/old/{template}", context)


@login_required
@require_GET
@never_cache
def old_case(request: AuthedRequest, pk: int) -> HttpResponse:
    """One case, to read: nothing of it can be acted on."""
    rows = OldCase.objects.visible_to(request.user).select_related(
        "system", "run__by", "category", "street", "community", "unit"
    )
    case = get_object_or_404(rows, pk=pk)
    steps = [
        (OldCase._meta.get_field(name).name, getattr(case, name), name in LIMITS)
        for name in STEPS
        if getattr(case, name)
    ]
    due = case.due_at or case.bundle_due_at
    done = case.disposed_at or case.closed_at
    context = {
        "case": case,
        "steps": steps,
        "is_late": bool(due and done and done > due),
    }
    return render(request, "cases/old/case.html", context)


@login_required
@require_GET
@never_cache
def near(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Old cases of the same class at the place of a case, as a fragment."""
    rows = Case.objects.visible_to(request.user).select_related("category")
    found = earlier_here(get_object_or_404(rows, uuid=uuid), request.user)
    return render(request, "cases/old/_near.html", {"found": found})
