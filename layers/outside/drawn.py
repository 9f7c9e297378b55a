"""The outside layers that a map of somebody draws."""

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from layers.models import Layer, OutsideSource
from layers.outside.keeping import mark_of
from layers.styles.sheet import Picture


def sources_of(user: User) -> list[OutsideSource]:
    """In use and seen by this person, the lowest first."""
    seen = OutsideSource.objects.in_use().filter(
        layer__in=Layer.objects.visible_to(user)
    )
    return list(
        seen.select_related("layer__provider", "answered").order_by(
            "layer__order", "layer__code"
        )
    )


def pictures_of(user: User, request: HttpRequest) -> list[Picture]:
    return [picture(source, request) for source in sources_of(user)]


def picture(source: OutsideSource, request: HttpRequest) -> Picture:
    layer = source.layer
    first = reverse("layers:outside_tile", args=(layer.code, 0, 0, 0))
    pattern = first.removesuffix("0/0/0") + "{z}/{x}/{y}"
    root = request.build_absolute_uri("/")[:-1]
    return Picture(
        code=layer.code,
        tiles=f"{root}{pattern}?v={mark_of(source)}",
        zooms=(source.first, source.last),
        attribution=source.attribution,
        minzoom=layer.minzoom,
        over=source.over,
        shown=layer.visible,
    )
