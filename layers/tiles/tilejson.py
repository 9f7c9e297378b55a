"""What tiles a layer has, in TileJSON 3.0.0, as QGIS and other programs read it."""

from collections.abc import Sequence
from typing import Any

from layers.styles.sheet import LAST_TILE, TILE_ZOOM, label_points
from layers.tiles.drawing import shown_of
from layers.tiles.drawn import Drawn

# TileJSON knows three kinds of values.
KINDS = {"integer": "Number", "number": "Number", "boolean": "Boolean"}


def document(
    drawn: Drawn,
    *,
    tiles: str,
    bounds: Sequence[float] | None,
    sees_sensitive: bool,
) -> dict[str, Any]:
    """Of a published layer. ``bounds`` are west, south, east, north in degrees."""
    layer = drawn.layer
    names, first = shown_of(layer, sees_sensitive=sees_sensitive)
    kinds = {entry["name"]: entry.get("type", "") for entry in layer.schema}
    zooms = {"minzoom": max(0, layer.minzoom + TILE_ZOOM), "maxzoom": LAST_TILE}
    fields = {name: KINDS.get(kinds.get(name, ""), "String") for name in names}
    shown = [{"id": layer.code, "description": layer.title, "fields": fields, **zooms}]
    if layer.geometry == "polygon" and first is not None:
        labels = {**zooms, "minzoom": max(first, zooms["minzoom"])}
        shown.append({"id": label_points(layer.code), "fields": fields, **labels})
    said = {
        "tilejson": "3.0.0",
        "name": layer.title,
        "attribution": str(layer.provider),
        "version": f"{drawn.known.number}.0.0",
        "scheme": "xyz",
        "tiles": [tiles],
        "vector_layers": shown,
        **zooms,
    }
    return {**said, "bounds": list(bounds)} if bounds else said
