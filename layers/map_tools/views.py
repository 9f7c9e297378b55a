"""What the map's tools fetch: what lies in a shape, and what one keeps."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from govmap.lib.pages import AuthedRequest
from layers.map_tools.asked import answer, read
from layers.map_tools.exporting import name_of
from layers.map_tools.querying import MOST
from layers.models import MapView, Sketch
from layers.models.map_kept import KEPT_MOST
from workflow.exporting import right_of


@login_required
@require_safe
@never_cache
def query(request: AuthedRequest) -> HttpResponse:
    """A fragment: how many of each layer lie in the shape, and a page of one's."""
    asked = read(request.GET.dict())
    found = answer(asked, request.user)
    table = found.table
    register = name_of(table.layer) if table else ""
    context = {
        "asked": asked,
        "counts": found.counts,
        "table": table,
        "most": MOST,
        "register": register,
        "may_export": bool(register and right_of(request.user, register)),
    }
    return render(request, "layers/map_tools/_query.html", context)


@login_required
@require_safe
@never_cache
def kept(request: AuthedRequest, what: str) -> HttpResponse:
    """A fragment: the views that one keeps, or the sketches that one sees."""
    if what == "views":
        rows: Any = MapView.objects.visible_to(request.user)
    else:
        # Names alone: hundreds of sketches hold megabytes of corners.
        rows = Sketch.objects.visible_to(request.user).defer("shapes")
        rows = rows.select_related("owner")
    context = {what: rows[: 2 * KEPT_MOST]}
    return render(request, f"layers/map_tools/_{what}.html", context)
