"""Vector tiles: draws what somebody else has scoped, out of the mercator column."""

import contextlib
import math
from dataclasses import dataclass
from typing import Any

import psycopg
from django.contrib.gis.db.models import GeometryField
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql

from govmap.lib.geo import TILE_SRID
from layers.models import Feature, Overview, Version
from layers.models.feature import FeatureQuerySet
from layers.overviews import NEAREST
from layers.styles import fields_of, styles_of
from layers.stylesheet import LAST_TILE, TILE_ZOOM, label_points

# Changes with what a tile holds, so that nobody keeps tiles of an older form.
FORM = 2
LAST_ZOOM = LAST_TILE + 2  # one may ask for two zooms more than our style does
EXTENT = 4096  # units across a tile
BUFFER = 64  # units beyond its edge, for wide lines and borders


@dataclass(frozen=True)
class Place:
    """The address of a tile: 512 pixels wide, x from the west, y from the north."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        return self.z <= LAST_ZOOM and max(self.x, self.y) < 2**self.z


@dataclass(frozen=True)
class Drawing:
    """What is drawn: the rows of one version, with what one kind of reader may see."""

    layer: int  # primary key
    name: str
    geometry: str
    version: int  # its number
    fields: tuple[str, ...]
    kinds: dict[str, str]  # of the fields
    # From this zoom polygons also get a point for their name, in one tile each.
    labelled_from: int | None = None


class Superseded(Exception):
    """Another version has been published meanwhile: what is open now is its."""


class Envelope(Func):
    """The square of a tile, with ``margin`` as a share of its side around it."""

    template = "ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => %(margin)s)"
    output_field = GeometryField(srid=TILE_SRID)

    def __init__(self, place: Place, *, margin: float = 0.0) -> None:
        super().__init__(z=place.z, x=place.x, y=place.y, margin=margin)


class TileGeometry(Func):
    """A geometry in a tile's own units, cut at its edge; null where nothing is left."""

    template = f"ST_AsMVTGeom(%(expressions)s, {EXTENT}, {BUFFER}, true)"
    output_field = TextField()  # a geometry's would be selected as bytes


class LabelPoint(Func):
    function = "ST_PointOnSurface"
    output_field = GeometryField(srid=TILE_SRID)


class Attribute(Func):
    """One attribute as a tile carries it: a text, or a number where it is one."""

    output_field = TextField()

    def __init__(self, path: str, name: str, *, kind: str) -> None:
        self.name = name
        super().__init__(F(path), template=self._template(kind))

    @staticmethod
    def _template(kind: str) -> str:
        if kind not in {"integer", "number"}:
            return "NULLIF((%(expressions)s ->> %%s), '')"
        cast = "::float8::int8" if kind == "integer" else "::float8"
        return (
            "CASE WHEN jsonb_typeof(%(expressions)s -> %%s) = 'number'"
            f" THEN (%(expressions)s ->> %%s){cast} END"
        )

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **more: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        text, _none = super().as_sql(
            compiler, connection, function, template, arg_joiner, **more
        )
        return text, (self.name,) * text.count("%s")


def drawing_of(version: Version, *, sees_sensitive: bool) -> Drawing:
    """With the attributes that the styles need and this reader may see, no others."""
    layer = version.layer
    styles = styles_of(layer, sees_sensitive=sees_sensitive)
    named = [label.minzoom + TILE_ZOOM for style in styles for label in style.labels]
    return Drawing(
        layer=layer.pk,
        name=layer.code,
        geometry=layer.geometry,
        version=version.number,
        fields=tuple(fields_of(styles)),
        kinds={entry["name"]: entry["type"] for entry in layer.schema},
        # The browser draws labels between two zooms from the tile of the lower one.
        labelled_from=min(LAST_TILE, math.floor(min(named))) if named else None,
    )


def tile_of(drawing: Drawing, place: Place, *, is_current: bool) -> bytes:
    """The tile of a published version, today's or an older one; empty for no rows."""
    if is_current:
        with contextlib.suppress(Superseded):
            return _current_tile(drawing, place)
    features = _features(drawing).of_version(drawing.version)
    return _draw(drawing, features, place, is_current=False)


def _current_tile(drawing: Drawing, place: Place) -> bytes:
    if place.z <= NEAREST:
        overview = Overview.objects.filter(
            layer=drawing.layer, version=drawing.version, zoom=place.z
        )
        if overview.exists():
            rows = overview.filter(x=place.x, y=place.y)
            return _encode(drawing, rows, place, of="feature__", is_current=True)
    return _draw(drawing, _features(drawing).current(), place, is_current=True)


def _features(drawing: Drawing) -> FeatureQuerySet:
    """The layer's rows, so that the index of (layer, place) serves for both.

    A bare number is an int4 to PostgreSQL, which btree_gist will not compare with the
    column's int8: all rows of the layer would be read from another index.
    """
    key = Cast(Value(drawing.layer), BigIntegerField())
    return Feature.objects.filter(layer_id=key)


def _draw(
    drawing: Drawing, features: FeatureQuerySet, place: Place, *, is_current: bool
) -> bytes:
    near = features.filter(mercator__bboverlaps=Envelope(place, margin=BUFFER / EXTENT))
    tile = _encode(drawing, near, place, is_current=is_current)
    first = drawing.labelled_from
    if drawing.geometry != "polygon" or first is None or place.z < first:
        return tile
    # One point for each polygon whose middle lies in this tile.
    named = (
        features.filter(mercator__bboverlaps=Envelope(place))
        .annotate(spot=LabelPoint("mercator"))
        .filter(spot__bboverlaps=Envelope(place))
    )
    return tile + _encode(drawing, named, place, points=True, is_current=is_current)


def _encode(
    drawing: Drawing,
    rows: QuerySet[Any, Any],
    place: Place,
    *,
    of: str = "",
    points: bool = False,
    is_current: bool,
) -> bytes:
    """``of``: the way from ``rows`` to the features that lend their attributes."""
    columns = {
        f"f{number}": Attribute(
            f"{of}properties", name, kind=drawing.kinds.get(name, "")
        )
        for number, name in enumerate(drawing.fields)
    }
    shaped = rows.order_by().annotate(
        number=F("feature_id" if of else "pk"),
        shape=TileGeometry(F("spot" if points else "mercator"), Envelope(place)),
        **columns,
    )
    inner, params = shaped.values("number", "shape", *columns).query.sql_with_params()
    named = "".join(
        f", {column} AS {_quoted(name)}"
        for column, name in zip(columns, drawing.fields, strict=True)
    )
    name = label_points(drawing.name) if points else drawing.name
    alone = f", {ALONE}" if place.z > NEAREST else ""
    tile, published = _fetch(
        f"SELECT ST_AsMVT(tile, %s, {EXTENT}, 'shape', 'id'), ({PUBLISHED}){alone} FROM"
        f" (SELECT number AS id, shape{named} FROM ({inner}) drawn) tile",
        (name, drawing.layer, *params),
    )
    if is_current and published != drawing.version:
        raise Superseded
    return tile


# In the statement that reads the rows, so that both are of one moment.
PUBLISHED = """
SELECT version.number FROM layers_layer layer
  JOIN layers_version version ON version.id = layer.published_id WHERE layer.id = %s
"""
# Unsafe in parallel, so the planner starts no second worker for it: near by, starting
# one takes longer than drawing. (In effect for this statement only.)
ALONE = "set_config('jit', 'off', true)"


def _quoted(name: str) -> str:
    """An attribute's name as a column's, whatever the surveyor called it."""
    return sql.Identifier(name).as_string(None).replace("%", "%%")


def _fetch(statement: str, params: tuple[Any, ...]) -> tuple[bytes, int]:
    """In PostgreSQL's binary format: as text, a tile would come in hexadecimal."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, params, binary=True)
        row = cursor.fetchone()
    assert row is not None
    return bytes(row[0] or b""), row[1]
