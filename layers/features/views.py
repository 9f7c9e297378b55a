"""A feature's page: what is known of it, where it lies, and its history."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models.functions import PointOnSurface
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from govmap.lib.geo import AreaSquareMetres
from govmap.lib.pages import AuthedRequest
from layers.at import day_of
from layers.features.history import rows_of, steps_of
from layers.finding.places import Row, field_title, in_words, title_of
from layers.finding.search import Outline
from layers.models import Correction, Feature, Layer
from layers.permissions import visible_fields
from layers.tiles.drawn import is_trusted

ZOOM = 18  # of the map that its page leads to
SHOWN_CORRECTIONS = 20


@require_safe
@login_required
def feature_page(request: AuthedRequest, code: str, key: str) -> HttpResponse:
    """As it is now, or was on the day ``at``; 404 for a key that never was."""
    layers = Layer.objects.visible_to(request.user)
    layer = get_object_or_404(layers.select_related("provider", "published"), code=code)
    day = day_of(request.GET)
    steps = steps_of(layer, key, shown=visible_fields(layer, request.user))
    if not steps:
        raise Http404
    row = feature_of(layer, key, day) or _last(layer, key, day)
    context = {
        **{"layer": layer, "key": key, "day": day, "today": timezone.localdate()},
        **{"steps": steps, "row": row, "zoom": ZOOM},
        "corrections": _corrections(request.user, layer, key),
        "title": key,
    }
    if row:
        context |= _told(layer, row, request.user)
    return render(request, "layers/feature.html", context)


def feature_of(layer: Layer, key: str, day: date | None) -> Feature | None:
    """The row of a key: what is published now, or what was so on a day."""
    rows = _drawn(layer, key)
    return (rows.on_day(day) if day else rows.current()).first()


def _last(layer: Layer, key: str, day: date | None) -> Feature | None:
    """What is gone is shown as it was at last; of a day only what was then."""
    return None if day else _drawn(layer, key).order_by("-known_from").first()


def _drawn(layer: Layer, key: str) -> Any:
    return rows_of(layer, key).annotate(
        outline=Outline("geometry"),
        area=AreaSquareMetres("geometry"),
        spot=PointOnSurface("geometry"),
    )


def _told(layer: Layer, row: Feature, user: User) -> dict[str, Any]:
    shown = visible_fields(layer, user)
    return {
        "title": title_of(
            layer, row.key, row.properties, sees_sensitive=is_trusted(user)
        ),
        "rows": [
            Row(field_title(entry), _text(entry, row.properties.get(entry["name"])))
            for entry in layer.schema
            if entry["name"] in shown
        ],
        "is_gone": row.known_to is not None,
    }


def _text(entry: dict[str, Any], value: Any) -> str:
    return "" if value in (None, "") else in_words(entry, value)


def _corrections(user: User, layer: Layer, key: str) -> list[Correction]:
    rows = Correction.objects.visible_to(user).filter(layer=layer, key=key)
    return list(rows.select_related("state").order_by("-pk")[:SHOWN_CORRECTIONS])
