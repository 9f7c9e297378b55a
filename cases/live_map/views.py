"""What the live map fetches: tiles, what lies under the finger, and a day again."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseNotFound,
    JsonResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from rest_framework.exceptions import ValidationError

from accounts.recognition import user_of
from cases.lists import ROW, add_clocks
from cases.live_map import kept
from cases.live_map.replay import day_of_cases
from cases.live_map.sql import LAST_ZOOM
from cases.live_map.wanted import Wanted, this_minute
from cases.models import Case
from govmap.lib.errors import BadInput
from govmap.lib.geojson import read_bbox
from govmap.lib.pages import AuthedRequest
from layers.at import day_of
from layers.tiles.drawing import Place
from layers.tiles.views import NO_STORE, packed_answer

LISTED = 30  # cases of one cluster
Draw = Callable[[kept.View, Place], bytes]


@require_safe
def case_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Open cases, gathered where many lie near each other."""
    return _tile(request, kept.case_tile, Place(z, x, y))


@require_safe
def cell_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Cells with open cases, with how many."""
    return _tile(request, kept.cell_tile, Place(z, x, y))


def _tile(request: HttpRequest, draw: Draw, place: Place) -> HttpResponse:
    user = user_of(request)
    if user is None:
        return HttpResponseForbidden()  # a program asks: no page
    if place.z > LAST_ZOOM or not place.exists():
        return HttpResponseNotFound()
    wanted = Wanted.of(request.GET.dict())
    response = packed_answer(request, draw(kept.view_of(user, wanted), place))
    # The address names the last event that the page heard: another, another tile.
    response["Cache-Control"] = NO_STORE
    return response


@login_required
@require_safe
@never_cache
def here(request: AuthedRequest) -> HttpResponse:
    """A fragment: the cases of a small ground ``bbox``, the first due before."""
    try:
        box = read_bbox(request.GET.get("bbox", ""))
    except ValidationError as error:
        raise BadInput from error
    wanted = Wanted.of(request.GET.dict())
    rows = wanted.cases(request.user, this_minute()).filter(place__bboverlaps=box)
    rows = rows.select_related(*ROW).defer("cell__geometry").order_by("-pk")
    found = list(rows[: LISTED + 1])
    add_clocks(found)
    found.sort(key=_due)
    context = {"cases": found[:LISTED], "more": len(found) > LISTED}
    return render(request, "cases/live_map/_here.html", context)


def _due(case: Case) -> tuple[bool, Any]:
    clock = case.clock  # type: ignore[attr-defined]
    runs = clock is not None and clock.met_at is None
    return (not runs, clock.due_at if runs else -case.pk)


@login_required
@require_safe
@never_cache
def day(request: AuthedRequest) -> HttpResponse:
    """What happened on the day ``at``, or today, to the cases that the reader sees."""
    asked = day_of(request.GET) or timezone.localdate()
    return JsonResponse(day_of_cases(request.user, asked))
