"""Vector tiles: draws what somebody else has scoped, out of the mercator column."""

import math
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql

from govmap.lib.geo import TILE_SRID
from layers.models import Feature, Layer, Overview, Version
from layers.models.catalogue import FeatureQuerySet
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
class Content:
    """What a layer's tiles carry besides shapes."""

    fields: list[str]
    # From this zoom polygons also get a point for their name, in one tile each.
    labelled_from: int | None = None


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


def content_of(layer: Layer, *, sees_sensitive: bool) -> Content:
    """What the styles need that this reader may see, and nothing else."""
    styles = styles_of(layer, sees_sensitive=sees_sensitive)
    named = [label.minzoom + TILE_ZOOM for style in styles for label in style.labels]
    # The browser draws labels between two zooms from the tile of the lower one.
    first = min(LAST_TILE, math.floor(min(named))) if named else None
    return Content(fields_of(styles), first)


def tile_of(version: Version, place: Place, content: Content) -> bytes:
    """The tile of a published version, today's or an older one."""
    layer = version.layer
    if layer.published_id == version.pk:
        tile = _current_tile(version, place, content)
        # What is open now belongs to this version only if it is still the last.
        if Layer.objects.filter(pk=layer.pk, published=version).exists():
            return tile
    features = _features(layer).of_version(version.number)
    return draw(layer, features, place, content)


def _current_tile(version: Version, place: Place, content: Content) -> bytes:
    layer, number = version.layer, version.number
    if place.z <= NEAREST and has_overview(layer, place, version=number):
        return draw_overview(layer, place, content, version=number)
    return draw(layer, _features(layer).current(), place, content)


def _features(layer: Layer) -> FeatureQuerySet:
    """The layer's rows, so that the index of (layer, place) serves for both.

    A bare number is an int4 to PostgreSQL, which btree_gist will not compare with the
    column's int8: all rows of the layer would be read from another index.
    """
    key = Cast(Value(layer.pk), BigIntegerField())
    return Feature.objects.filter(layer_id=key)


def draw(
    layer: Layer, features: QuerySet[Feature], place: Place, content: Content
) -> bytes:
    """The tile of ``features`` (all of ``layer``); empty where nothing lies."""
    near = features.filter(mercator__bboverlaps=Envelope(place, margin=BUFFER / EXTENT))
    return _encode(layer, near, place, content) + _labels(
        layer, features, place, content
    )


def draw_overview(
    layer: Layer, place: Place, content: Content, *, version: int
) -> bytes:
    """The tile of a zoom that the layer is too crowded for; see `Overview`."""
    drawn = Overview.objects.filter(
        layer=layer, version=version, zoom=place.z, x=place.x, y=place.y
    )
    return _encode(layer, drawn, place, content, of="feature__")


def has_overview(layer: Layer, place: Place, *, version: int) -> bool:
    return Overview.objects.filter(layer=layer, version=version, zoom=place.z).exists()


def _labels(
    layer: Layer, features: QuerySet[Feature], place: Place, content: Content
) -> bytes:
    """One point for each labelled polygon whose middle lies in this tile."""
    first = content.labelled_from
    if layer.geometry != "polygon" or first is None or place.z < first:
        return b""
    named = (
        features.filter(mercator__bboverlaps=Envelope(place))
        .annotate(spot=LabelPoint("mercator"))
        .filter(spot__bboverlaps=Envelope(place))
    )
    return _encode(layer, named, place, content, points=True)


def _encode(
    layer: Layer,
    rows: QuerySet[Any, Any],
    place: Place,
    content: Content,
    *,
    of: str = "",
    points: bool = False,
) -> bytes:
    kinds = {entry["name"]: entry["type"] for entry in layer.schema}
    columns = {
        f"f{number}": Attribute(f"{of}properties", name, kind=kinds.get(name, ""))
        for number, name in enumerate(content.fields)
    }
    drawn = rows.order_by().annotate(
        number=F("feature_id" if of else "pk"),
        shape=TileGeometry(F("spot" if points else "mercator"), Envelope(place)),
        **columns,
    )
    inner, params = drawn.values("number", "shape", *columns).query.sql_with_params()
    named = "".join(
        f", {column} AS {_quoted(name)}"
        for column, name in zip(columns, content.fields, strict=True)
    )
    return _fetch(
        f"SELECT ST_AsMVT(tile, %s, {EXTENT}, 'shape', 'id') FROM"
        f" (SELECT number AS id, shape{named} FROM ({inner}) drawn) tile",
        (label_points(layer) if points else layer.code, *params),
    )


def _quoted(name: str) -> str:
    """An attribute's name as a column's, whatever the surveyor called it."""
    return sql.Identifier(name).as_string(None).replace("%", "%%")


def _fetch(statement: str, params: tuple[Any, ...]) -> bytes:
    """Run it without what takes longer to begin than a tile takes to draw.

    That is the JIT compiler, and a second worker unless there is much to do.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jit', 'off', true),"
            " set_config('parallel_setup_cost', '8000', true)"
        )
        cursor.execute(statement, params)
        row = cursor.fetchone()
    return bytes(row[0]) if row and row[0] else b""
