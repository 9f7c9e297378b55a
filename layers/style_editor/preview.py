"""What a style that is not saved yet would draw: its document, legend and tiles."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Site
from govmap.lib.geo import SRID, TILE_SRID
from layers.models import Layer
from layers.styles import legend
from layers.styles.check import Entry
from layers.styles.sheet import Frame, document
from layers.styles.vocabulary import Theme, fields_of, styles_of
from layers.tiles.drawing import Place, drawing_of, tile_of


@dataclass(frozen=True)
class Preview:
    document: dict[str, Any]
    legend: legend.StyleEntry


def of(layer: Layer, entry: Entry, *, theme: Theme, base: str) -> Preview:
    """Of a sound entry; ``base`` is the address before the path.

    The layer's row is left alone: what is drawn here is a copy with one style.
    """
    drawn = _with(layer, entry)
    (style,) = styles_of(drawn, sees_sensitive=True)
    asked = [("field", name) for name in fields_of([style])]
    asked += [("labels", "1")] if style.labels else []
    first = reverse("layers:style_tile", args=(layer.code, 0, 0, 0))
    pattern = first.removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"
    tiles = f"{base}{pattern}?{urlencode(asked)}"
    made = document([(drawn, [style], tiles)], theme=theme, frame=Frame(layer.code, []))
    return Preview(made, legend.legend_of(drawn, style))


def _with(layer: Layer, entry: Entry) -> Layer:
    copy = Layer()
    for field in Layer._meta.concrete_fields:
        setattr(copy, field.attname, getattr(layer, field.attname))
    copy.published = layer.published
    copy.styles, copy.visible = [entry], True
    return copy


def tile(layer: Layer, place: Place, fields: list[str], *, labels: bool) -> bytes:
    """A tile of the published version with fields of the schema that are asked for."""
    assert layer.published is not None
    drawing = drawing_of(layer.published, sees_sensitive=True)
    known = {entry["name"] for entry in layer.schema}
    wanted = tuple(name for name in dict.fromkeys(fields) if not known or name in known)
    drawing = replace(drawing, fields=wanted, labelled_from=0 if labels else None)
    return tile_of(drawing, place, is_current=True)


def place_of(layer: Layer) -> tuple[float, float] | None:
    """Longitude and latitude of the feature nearest to the site's middle.

    Where the map of an editor opens: something of the layer lies there.
    """
    site = Site.objects.first()
    if site is None or layer.published is None:
        return None
    x, y = site.center
    middle = Point(x, y, srid=SRID)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_X(spot), ST_Y(spot) FROM ("
            " SELECT ST_PointOnSurface(geometry) AS spot FROM layers_feature"
            " WHERE layer_id = %s::bigint AND known_to IS NULL ORDER BY mercator <->"
            f" ST_Transform(ST_GeomFromEWKT(%s), {TILE_SRID}) LIMIT 1) nearest",
            [layer.pk, middle.ewkt],
        )
        return cursor.fetchone()
