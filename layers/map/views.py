"""The map: its page, what lies where, and the search."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest
from layers.at import PARAMETER, day_of
from layers.corrections.sending import can_correct
from layers.finding.places import building_at, features_at, ground_at, point
from layers.finding.search import search as find
from layers.map.forms import HereForm
from layers.map.timeline import timeline_of
from layers.models import Layer
from layers.outside.drawn import sources_of
from layers.styles.legend import tree
from layers.styles.vocabulary import Style
from layers.tiles.drawn import drawn_layers, is_trusted

# One to so many, of a printed map.
SCALES = (500, 1000, 2000, 5000, 10000, 25000, 50000)


@require_safe
@login_required
def map_page(request: AuthedRequest) -> HttpResponse:
    """Of today, or of the day ``at``."""
    day = day_of(request.GET)
    drawn = drawn_layers(request.user)
    shown = [(one.layer, one.styles) for one in drawn]
    context = {
        "classes": tree([*_pictures(request), *shown]),
        "timeline": timeline_of(
            [one.layer for one in drawn], day, is_open=PARAMETER in request.GET
        ),
    }
    return render(request, "layers/map.html", context)


@require_safe
@login_required
def print_page(request: AuthedRequest) -> HttpResponse:
    """A sheet of the map with its legend, for the browser's own printing to PDF.

    ``layers`` as the map's address has them (`land,houses~use`), ``at`` a day; paper,
    scale and the rest are the page's own.
    """
    asked = dict(
        one.partition("~")[::2]
        for one in request.GET.get("layers", "")[:4000].split(",")
    )
    day = day_of(request.GET)
    shown = [
        (one.layer, _styles(one.styles, asked[one.layer.code]))
        for one in drawn_layers(request.user, day=day)
        if one.layer.code in asked
    ]
    pictures = [one for one in _pictures(request) if one[0].code in asked]
    named = [f"{layer.code}~{styles[0].code}" for layer, styles in shown if styles]
    context = {
        "classes": tree(shown),
        "shown": ",".join([*named, *(layer.code for layer, _none in pictures)]),
        "day": day,
        "now": timezone.now(),
        "scales": SCALES,
    }
    return render(request, "layers/print.html", context)


def _pictures(request: AuthedRequest) -> list[tuple[Layer, list[Style]]]:
    """Outside layers: they come drawn, so they have no styles."""
    return [(source.layer, []) for source in sources_of(request.user)]


def _styles(styles: list[Style], code: str) -> list[Style]:
    """The one that is asked for, else the first."""
    return [style for style in styles if style.code == code] or styles[:1]


@require_safe
@login_required
def here(request: AuthedRequest) -> HttpResponse:
    """A fragment: what lies, or lay, at a place in the layers that are shown."""
    day = day_of(request.GET)
    form = HereForm(request.GET)
    if not form.is_valid():
        raise BadInput
    asked = form.cleaned_data
    place = point(asked["lon"], asked["lat"])
    seen = list(Layer.objects.visible_to(request.user).filter(published__isnull=False))
    shown = [layer for layer in seen if layer.code in asked["layers"]]
    found = features_at(
        place,
        shown,
        zoom=asked["zoom"],
        sees_sensitive=is_trusted(request.user),
        day=day,
    )
    context = {
        "place": place,
        "ground": ground_at(place, {layer.feeds for layer in seen}, day=day),
        "found": found,
        "building": building_at(
            place, shown, sees_sensitive=is_trusted(request.user), day=day
        ),
        "day": day,
        # What lay there another day is not seen in the field.
        "may_correct": day is None and can_correct(request.user),
    }
    return render(request, "layers/_here.html", context)


@require_safe
@login_required
def search(request: AuthedRequest) -> HttpResponse:
    """A fragment: the results as options of a list."""
    text = request.GET.get("q", "")[:100].strip()
    found = find(text, request.user, day=day_of(request.GET))
    context = {"text": text, "found": found}
    return render(request, "layers/_found.html", context)
