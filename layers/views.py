"""The map: its page, what lies where, and the search."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest
from layers.corrections import can_correct
from layers.drawn import drawn_layers, is_trusted
from layers.forms import HereForm
from layers.legend import tree
from layers.models import Layer
from layers.places import features_at, ground_at, point
from layers.search import search as find


@require_safe
@login_required
def map_page(request: AuthedRequest) -> HttpResponse:
    entries = [(one.layer, one.styles) for one in drawn_layers(request.user)]
    return render(request, "layers/map.html", {"classes": tree(entries)})


@require_safe
@login_required
def here(request: AuthedRequest) -> HttpResponse:
    """A fragment: what lies at a place in the layers that are shown."""
    form = HereForm(request.GET)
    if not form.is_valid():
        raise BadInput
    asked = form.cleaned_data
    place = point(asked["lon"], asked["lat"])
    seen = list(Layer.objects.visible_to(request.user).filter(published__isnull=False))
    shown = [layer for layer in seen if layer.code in asked["layers"]]
    found = features_at(
        place, shown, zoom=asked["zoom"], sees_sensitive=is_trusted(request.user)
    )
    context = {
        "place": place,
        "ground": ground_at(place, {layer.feeds for layer in seen}),
        "found": found,
        "may_correct": can_correct(request.user),
    }
    return render(request, "layers/_here.html", context)


@require_safe
@login_required
def search(request: AuthedRequest) -> HttpResponse:
    """A fragment: the results as options of a list."""
    text = request.GET.get("q", "")[:100].strip()
    context = {"text": text, "found": find(text, request.user)}
    return render(request, "layers/_found.html", context)
