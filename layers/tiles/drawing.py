"""Vector tiles: draws what somebody else has scoped, out of the mercator column."""

import contextlib
import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg
from django.db import connection

from layers.models import Layer, Overview, Version
from layers.styles.sheet import LAST_TILE, TILE_ZOOM
from layers.styles.vocabulary import fields_of, styles_of
from layers.tiles.overviews import CROWD, NEAREST
from layers.tiles.sql import (
    Drawing,
    Mesh,
    Place,
    Source,
    count_statement,
    filled,
    statement,
)

__all__ = ["FORM", "Drawing", "Place", "Superseded", "drawing_of", "tile_of"]

# Changes with what a tile holds, so that nobody keeps tiles of an older form.
FORM = 3
MOST_BYTES = 500_000
# What is drawn instead of a crowd; the next one where that is still too large.
MESHES = (Mesh(6, 2), Mesh(5, 2), Mesh(4, 1))


class Superseded(Exception):
    """Another version has been published meanwhile: what is open now is its."""


def drawing_of(
    version: Version, *, sees_sensitive: bool, day: date | None = None
) -> Drawing:
    """With the attributes that the styles need and this reader may see, no others."""
    layer = version.layer
    fields, first = shown_of(layer, sees_sensitive=sees_sensitive)
    assert version.number is not None
    return Drawing(
        layer=layer.pk,
        name=layer.code,
        geometry=layer.geometry,
        version=version.number,
        fields=fields,
        kinds=tuple((entry["name"], entry.get("type", "")) for entry in layer.schema),
        labelled_from=first,
        day=day,
    )


def shown_of(
    layer: Layer, *, sees_sensitive: bool
) -> tuple[tuple[str, ...], int | None]:
    """The attributes that tiles carry, and the zoom from which polygons have names."""
    styles = styles_of(layer, sees_sensitive=sees_sensitive)
    named = [label.minzoom + TILE_ZOOM for style in styles for label in style.labels]
    # The browser draws labels between two zooms from the tile of the lower one.
    first = min(LAST_TILE, math.floor(min(named))) if named else None
    return tuple(fields_of(styles)), first


def tile_of(drawing: Drawing, place: Place, *, is_current: bool) -> bytes:
    """The tile of a published version, today's or an older one, or of a day.

    Empty for no rows. Raises Superseded where a day is drawn and the version is not
    the published one any more: what a day looked like is known by the newest.
    """
    if drawing.day:
        return _bounded(drawing, place, Source.DAY, check=True)
    if is_current:
        with contextlib.suppress(Superseded):
            return _current_tile(drawing, place)
    return _bounded(drawing, place, Source.VERSION)


def _current_tile(drawing: Drawing, place: Place) -> bytes:
    """No count is needed: where a tile is crowded from afar there is an overview."""
    if place.z <= NEAREST:
        overview = Overview.objects.filter(
            layer=drawing.layer, version=drawing.version, zoom=place.z
        )
        if overview.exists():
            return _fetch(drawing, place, Source.OVERVIEW, check=True)
    tile = _fetch(drawing, place, Source.CURRENT, check=True)
    return _lightened(drawing, place, Source.CURRENT, tile)


def _bounded(
    drawing: Drawing, place: Place, source: Source, *, check: bool = False
) -> bytes:
    """Without an overview: a crowded tile from afar is a sample from the start."""
    tile = None
    if place.z > NEAREST or not is_crowded(drawing, place, source):
        tile = _fetch(drawing, place, source, check=check)
    return _lightened(drawing, place, source, tile)


def _lightened(
    drawing: Drawing, place: Place, source: Source, tile: bytes | None
) -> bytes:
    """The tile, unless there is none yet or it is too large: then of fewer shapes."""
    check = source != Source.VERSION
    for mesh in MESHES:
        if tile is not None and len(tile) <= MOST_BYTES:
            break
        tile = _fetch(drawing, place, source, check=check, mesh=mesh)
    assert tile is not None
    return tile


def is_crowded(drawing: Drawing, place: Place, source: Source) -> bool:
    """Whether a tile would hold more features than may be drawn one by one."""
    with connection.cursor() as cursor:
        text, params = count_statement(drawing, source)
        cursor.execute(text, filled(params, place))
        return bool(cursor.fetchone()[0] > CROWD)


def _fetch(
    drawing: Drawing,
    place: Place,
    source: Source,
    *,
    check: bool = False,
    mesh: Mesh | None = None,
) -> bytes:
    text, params = statement(
        drawing,
        source,
        labelled=mesh is None and drawing.is_labelled(place.z),
        alone=place.z > NEAREST,
        mesh=mesh,
    )
    tile, published = drawn_by(text, filled(params, place))
    if check and published != drawing.version:
        raise Superseded
    return tile


def drawn_by(text: str, params: Sequence[Any]) -> tuple[bytes, Any]:
    """A tile, and the statement's second column.

    In PostgreSQL's binary format: as text, a tile would come in hexadecimal.
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(text, params, binary=True)
        row = cursor.fetchone()
    assert row is not None
    return bytes(row[0]), row[1]
