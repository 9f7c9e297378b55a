"""结案督查: the district's look at what was closed, its samples first."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.case_views import opened
from cases.desk_views import REVIEW, list_context, open_case
from cases.dossier import Dossier
from cases.lists import Filters, filters_as, list_cases
from cases.models import Case
from cases.permissions import can_review
from cases.reviewing import samples
from cases.reviewing.permissions import is_supervisor
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import saved_views
from workflow.models import Event

SAMPLES = "samples"


@login_required
@require_GET
@never_cache
def review(request: AuthedRequest) -> HttpResponse:
    """The person's samples; without any, or where asked, what else was closed."""
    if not can_review(request.user):
        raise NotAllowed
    # Who gets none has no page of them.
    own = samples.counted(request.user) if is_supervisor(request.user) else None
    if own is not None and _wants_samples(request, own):
        return _samples_page(request)
    filters = filters_as(REVIEW, request.GET, request.user)
    if wants_fragment(request):
        found = list_cases(Case.objects.visible_to(request.user), filters)
        return render(request, "cases/_rows.html", {"list": found})
    context = list_context(request, filters, saved_views.PAGES[REVIEW])
    _looked(request, context["dossier"])
    extra = {"part": "review", "samples": own, "tab": "ended"}
    return render(request, "cases/review.html", {**context, **extra})


def _start(request: AuthedRequest) -> int:
    """Where the page of the samples begins."""
    start = request.GET.get("start", "")
    good = start.isascii() and start.isdigit() and len(start) < 6
    return int(start) if good else 0


def _wants_samples(request: AuthedRequest, own: samples.SampleList) -> bool:
    view = request.GET.get("view", "")
    if view or set(request.GET) & {*Filters.NAMES}:
        return view == SAMPLES
    return bool(own.count or own.pool)


def _samples_page(request: AuthedRequest) -> HttpResponse:
    # Before the list is read: what happens in between is then told twice, never missed.
    last = Event.objects.last_id()
    dossier = open_case(request)
    _looked(request, dossier)
    own = samples.listed(request.user, _start(request))
    if wants_fragment(request):
        return render(request, "cases/reviewing/_sample_rows.html", {"samples": own})
    context: dict[str, Any] = {
        **{"samples": own, "dossier": dossier, "last_event": last},
        "open": dossier.case.uuid if dossier else None,
        **{"part": "review", "tab": SAMPLES},
    }
    return render(request, "cases/review.html", context)


def _looked(request: AuthedRequest, dossier: Dossier | None) -> None:
    if dossier is not None:
        samples.look_at(request.user, dossier.case)


@login_required
@require_GET
@never_cache
def pane(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A case as a piece of the review; whose sample it is, has looked at it."""
    if not can_review(request.user):
        raise NotAllowed
    case = opened(request, uuid)
    samples.look_at(request.user, case)
    dossier = Dossier(case, request.user, verb=request.GET.get("move", ""))
    context = {"dossier": dossier, "part": "review"}
    return render(request, "cases/_review_case.html", context)


@login_required
@require_GET
@never_cache
def sample_row(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The row of a case among the person's samples; 204 where it is none of them."""
    if not can_review(request.user):
        raise NotAllowed
    case = get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)
    rows = samples.whole(samples.own(request.user).filter(case=case))
    sample = rows.first()
    if sample is None:
        return HttpResponse(status=204)
    return render(request, "cases/reviewing/_sample_row.html", {"sample": sample})


@login_required
@require_POST
def take(request: AuthedRequest) -> HttpResponse:
    """The first of the pool, and at once its case."""
    sample = samples.take(request.user)
    page = reverse("cases:review")
    return redirect(f"{page}?view={SAMPLES}&case={sample.case.uuid}")


@login_required
@require_POST
def put_back(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A sample that the person cannot look at goes to the pool."""
    samples.put_back(request.user, uuid)
    return redirect(f"{reverse('cases:review')}?view={SAMPLES}")
