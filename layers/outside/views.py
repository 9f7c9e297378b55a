"""Outside layers: their tiles, their list with how they answer, and the form."""

import hashlib
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseNotModified,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from accounts.recognition import user_of
from govmap.lib.errors import NotAllowed
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from layers.models import Layer, OutsideSource
from layers.outside.fetching import Fetched
from layers.outside.forms import OutsideForm, usual_provider
from layers.outside.grid import Tile
from layers.outside.permissions import can_add, can_keep
from layers.outside.presets import initial_of, presets
from layers.outside.proxy import tile_of
from layers.outside.trouble import WORDS, NotFetched
from layers.outside.trying import Tried, attempt

FOLDER = Path(__file__).parent
# Drawn once: a quiet square that says 外部图层暂时取不到, and one with nothing on it.
DOWN = (FOLDER / "down.png").read_bytes()
EMPTY = (FOLDER / "empty.png").read_bytes()
DAY = 24 * 3600
FORM = ["GET", "HEAD", "POST"]


@require_safe
def tile(request: HttpRequest, code: str, z: int, x: int, y: int) -> HttpResponse:
    """A picture of a source by our server; 404 where its layer is not seen.

    Where the source is down a picture says so: a map without it looks like open land.
    """
    user = user_of(request)
    if user is None:
        return HttpResponseForbidden()
    source = _seen(user).filter(layer__code=code).select_related("layer").first()
    place = Tile(z, x, y)
    if source is None or not source.in_use or not place.exists():
        return HttpResponseNotFound()
    if not source.first <= z <= source.last:
        return _answer(request, Fetched(EMPTY, "image/png"), source)
    try:
        return _answer(request, tile_of(source, place), source)
    except NotFetched as error:
        response = HttpResponse(DOWN, content_type="image/png")
        response["Cache-Control"] = "no-store"
        response["X-Govmap-Source"] = error.why
        return response


def _answer(request: HttpRequest, came: Fetched, source: OutsideSource) -> HttpResponse:
    body, kind = (came.body, came.type) if came.body else (EMPTY, "image/png")
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    response: HttpResponse = HttpResponseNotModified()
    if tag not in request.headers.get("If-None-Match", ""):
        response = HttpResponse(body, content_type=kind)
    response["ETag"] = tag
    seconds = min(source.keep_hours * 3600, DAY)
    response["Cache-Control"] = f"private, max-age={seconds}"
    return response


def _seen(user: User) -> QuerySet[OutsideSource]:
    return OutsideSource.objects.filter(layer__in=Layer.objects.visible_to(user))


def about(request: AuthedRequest, layer: Layer) -> HttpResponse:
    """The catalogue's page of an outside layer; the layer is one that is seen."""
    source = get_object_or_404(
        OutsideSource.objects.select_related("answered"), layer=layer
    )
    source.layer = layer
    context = {"layer": layer, "source": source, **state_of(source)}
    context["may_keep"] = can_keep(request.user, layer)
    return render(request, "layers/outside/about.html", context)


def state_of(source: OutsideSource) -> dict[str, Any]:
    answered = getattr(source, "answered", None)
    trouble = WORDS[answered.trouble] if answered and answered.trouble else ""
    return {"answered": answered, "trouble": trouble}


@require_safe
@login_required
@never_cache
def outside(request: AuthedRequest) -> HttpResponse:
    """All that this person sees, with how each answered of late."""
    rows = _seen(request.user).select_related("layer__provider", "answered")
    context = {
        "rows": [
            (row, state_of(row), can_keep(request.user, row.layer)) for row in rows
        ],
        "may_add": can_add(request.user),
        "presets": presets(),
    }
    return render(request, "layers/outside/list.html", context)


@require_http_methods(FORM)
@login_required
def outside_new(request: AuthedRequest) -> HttpResponse:
    """``?preset=`` fills in a well-known service."""
    if not can_add(request.user):
        raise NotAllowed
    initial = {
        "provider": usual_provider(),
        **initial_of(request.GET.get("preset", "")),
    }
    posted = request.POST if request.method == "POST" else None
    form = OutsideForm(posted, user=request.user, initial=initial)
    return _form_page(request, form, None)


@require_http_methods(FORM)
@login_required
def outside_edit(request: AuthedRequest, code: str) -> HttpResponse:
    source = kept(request.user, code)
    posted = request.POST if request.method == "POST" else None
    form = OutsideForm(posted, user=request.user, instance=source)
    return _form_page(request, form, source)


def kept(user: User, code: str) -> OutsideSource:
    """One that this person may change; 404 where he does not see it, else 403."""
    rows = _seen(user).select_related("layer__provider")
    source = get_object_or_404(rows, layer__code=code)
    if not can_keep(user, source.layer):
        raise NotAllowed
    return source


def _form_page(
    request: AuthedRequest, form: OutsideForm, source: OutsideSource | None
) -> HttpResponse:
    tried: Tried | None = None
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 400
        elif request.POST.get("do") == "try":
            noted = not form.draws_otherwise
            tried = attempt(form.unsaved(), noted=noted)
        else:
            saved = save(form, request.user, request.META.get("REMOTE_ADDR", ""))
            messages.success(request, _("Saved."))
            return redirect("layers:layer", code=saved.layer.code)
    context = {
        **{"form": form, "source": source, "tried": tried, "presets": presets()},
        "changes": changes_of(OutsideSource, row_id=source.pk) if source else [],
    }
    return render(request, "layers/outside/edit.html", context, status=status)


def save(form: OutsideForm, user: User, address: str) -> OutsideSource:
    """What the form has, on record as this person's."""
    with recorded(user, address=address):
        return form.save()


@require_POST
@login_required
def outside_use(request: AuthedRequest, code: str) -> HttpResponse:
    """Put it into use (``in_use``: yes), or out of it: then no map draws it."""
    source = kept(request.user, code)
    with recorded(request.user, address=request.META.get("REMOTE_ADDR", "")):
        source.in_use = request.POST.get("in_use") == "yes"  # twice is as once
        source.save(update_fields=["in_use"])
    return redirect("layers:layer", code=code)
