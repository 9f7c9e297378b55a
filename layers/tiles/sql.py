"""The SQL of tiles: compiled by Django once a layer, filled in for each tile.

What is selected is a queryset that somebody else has scoped, so that tiles show what
lists show.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.gis.db.models import GeometryField
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    Expression,
    F,
    Func,
    IntegerField,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql

from govmap.lib.geo import TILE_SRID
from layers.models import Feature, Overview
from layers.models.feature import FeatureQuerySet
from layers.styles.sheet import LAST_TILE, label_points
from layers.tiles.overviews import CROWD, WORLD

LAST_ZOOM = LAST_TILE + 2  # one may ask for two zooms more than our style does
EXTENT = 4096  # units across a tile, 8 a pixel
# Units beyond its edge, so that what stands there is drawn whole: a wide line or a
# border; a symbol on a point may be 30 pixels large.
BUFFER, POINT_BUFFER = 64, 256

Statement = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Place:
    """The address of a tile: 512 pixels wide, x from the west, y from the north."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        return self.z <= LAST_ZOOM and max(self.x, self.y) < 2**self.z


class Address(Enum):
    """Stands among a statement's parameters until a tile fills it in."""

    Z = "z"
    X = "x"
    Y = "y"


@dataclass(frozen=True)
class Drawing:
    """What is drawn: the rows of one version, with what one kind of reader may see."""

    layer: int  # primary key
    name: str
    geometry: str
    version: int  # its number
    fields: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]  # of the schema's fields: name and type
    # From this zoom polygons also get a point for their name, in one tile each.
    labelled_from: int | None = None
    # The ground of that day as it is known today; else the version as it was known.
    day: date | None = None

    @property
    def buffer(self) -> int:
        return POINT_BUFFER if self.geometry == "point" else BUFFER

    def is_labelled(self, zoom: int) -> bool:
        first = self.labelled_from
        return self.geometry == "polygon" and first is not None and zoom >= first


class Mesh(NamedTuple):
    """A sample: ``each`` shapes of every tile that lies ``deeper`` zooms nearer."""

    deeper: int
    each: int


class Source(Enum):
    """Where a tile's rows come from."""

    CURRENT = "current"
    VERSION = "version"
    DAY = "day"
    OVERVIEW = "overview"


class Given(Expression):
    """A part of the tile's address as a parameter."""

    output_field = IntegerField()

    def __init__(self, part: Address) -> None:
        super().__init__()
        self.part = part

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self.part,)


class Envelope(Expression):
    """The square of a tile, with ``margin`` as a share of its side around it.

    ``deeper``: instead the tile ``i``, ``j`` of those it consists of so many zooms
    nearer.
    """

    output_field = GeometryField(srid=TILE_SRID)

    def __init__(self, *, margin: float = 0.0, deeper: int = 0) -> None:
        super().__init__()
        self.margin, self.deeper = margin, deeper

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        place = "%s, %s, %s"
        if self.deeper:
            side = 2**self.deeper
            place = f"%s + {self.deeper}, %s * {side} + i, %s * {side} + j"
        return f"ST_TileEnvelope({place}, margin => {self.margin})", tuple(Address)


class Ground(Func):
    """A geometry as it lies in its column; Django would select it as bytes."""

    template = "%(expressions)s"
    output_field = TextField()


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


def filled(params: Sequence[Any], place: Place) -> list[Any]:
    """The parameters of a statement for one tile."""
    said = {Address.Z: place.z, Address.X: place.x, Address.Y: place.y}
    return [said[one] if isinstance(one, Address) else one for one in params]


# In the statement that reads the rows, so that both are of one moment.
PUBLISHED = """
SELECT version.number FROM layers_layer layer
  JOIN layers_version version ON version.id = layer.published_id WHERE layer.id = %s
"""
# Unsafe in parallel, so the planner starts no second worker for it: near by, starting
# one takes longer than drawing. (In effect for this statement only.)
ALONE = "set_config('jit', 'off', true)"


@lru_cache(maxsize=512)
def statement(
    drawing: Drawing,
    source: Source,
    *,
    labelled: bool,
    alone: bool,
    mesh: Mesh | None = None,
) -> Statement:
    """SQL that answers the tile and the number of the version published now.

    ``labelled`` adds the points of names, ``mesh`` draws a sample, and ``alone`` keeps
    it in one process.
    """
    near, params = _near(drawing, source, mesh=mesh)
    encoded, more = encode(
        drawing, near, params, labelled=labelled, simplified=bool(mesh)
    )
    apart = f", {ALONE}" if alone else ""
    return f"SELECT ({encoded}), ({PUBLISHED}){apart}", (*more, drawing.layer)


def _near(drawing: Drawing, source: Source, *, mesh: Mesh | None) -> Statement:
    if source == Source.OVERVIEW:
        rows = Overview.objects.filter(
            layer=drawing.layer,
            version=drawing.version,
            zoom=Given(Address.Z),
            x=Given(Address.X),
            y=Given(Address.Y),
        )
        return selected(drawing, rows, "feature_id", of="feature__")
    if mesh is None:
        margin = drawing.buffer / EXTENT
        return _joined(drawing, source, Envelope(margin=margin))
    text, params = _joined(drawing, source, Envelope(deeper=mesh.deeper))
    side = 2**mesh.deeper - 1
    return (
        "SELECT DISTINCT ON (number) near.*"
        f" FROM generate_series(0, {side}) i, generate_series(0, {side}) j,"
        f" LATERAL (SELECT * FROM ({text}) rows LIMIT %s) near"
    ), (*params, mesh.each)


def _joined(drawing: Drawing, source: Source, ground: Envelope) -> Statement:
    """Rows of each index one after the other: with OR between, none would be used."""
    parts = [
        selected(drawing, rows.filter(mercator__bboverlaps=ground), "pk")
        for rows in branches(drawing, source)
    ]
    text = " UNION ALL ".join(f"({text})" for text, _params in parts)
    return text, tuple(param for _text, params in parts for param in params)


def branches(drawing: Drawing, source: Source) -> list[FeatureQuerySet]:
    """The layer's rows, those that are open and those that are closed apart.

    A bare number is an int4 to PostgreSQL, which btree_gist will not compare with the
    column's int8: all rows of the layer would be read from another index.
    """
    key = Cast(Value(drawing.layer), BigIntegerField())
    rows = Feature.objects.filter(layer_id=key)
    if source == Source.CURRENT:
        return [rows.current()]
    if source == Source.VERSION:
        known = rows.filter(known_from__lte=drawing.version)
        return [known.current(), known.filter(known_to__gt=drawing.version)]
    assert drawing.day
    standing = rows.on_day(drawing.day)
    return [standing.current(), standing.filter(known_to__isnull=False)]


def selected(
    drawing: Drawing,
    rows: QuerySet[Any, Any],
    number: str,
    *,
    of: str = "",
    more: Sequence[str] = (),
) -> Statement:
    """Of each row its number, ground, attributes f0, f1, … and ``more`` columns.

    ``of``: the way from ``rows`` to what lends them its attributes.
    """
    kinds = dict(drawing.kinds)
    columns = {
        f"f{at}": Attribute(f"{of}properties", name, kind=kinds.get(name, ""))
        for at, name in enumerate(drawing.fields)
    }
    shaped = rows.order_by().annotate(
        number=F(number), ground=Ground(F("mercator")), **columns
    )
    names = ("number", "ground", *columns, *more)
    text, params = shaped.values(*names).query.sql_with_params()
    return text, tuple(params)


def encode(
    drawing: Drawing,
    near: str,
    params: tuple[Any, ...],
    *,
    labelled: bool = False,
    simplified: bool = False,
    more: Sequence[str] = (),
) -> Statement:
    """SQL that answers one tile of the rows that ``near`` selects.

    ``more`` names columns that it has besides the attributes.
    """
    named = "".join(
        f", f{at} AS {_quoted(name)}" for at, name in enumerate(drawing.fields)
    ) + "".join(f", {name}" for name in more)
    square = "ST_TileEnvelope(%s, %s, %s)"
    place = tuple(Address)
    ground: str = "ground"
    its: tuple[Any, ...] = ()
    if simplified:  # to half a pixel
        ground, its = f"ST_Simplify(ground, {WORLD} / 1024 / 2 ^ %s, true)", place[:1]
    tile = (
        f"SELECT coalesce(ST_AsMVT(tile, %s, {EXTENT}, 'shape', 'id'), '') FROM ("
        f"SELECT number AS id, ST_AsMVTGeom({ground}, {square}, {EXTENT},"
        f" {drawing.buffer}, true) AS shape{named} FROM {{rows}}) tile"
    )
    if not labelled:
        rows = f"({near}) near"
        return tile.replace("{rows}", rows), (drawing.name, *its, *place, *params)
    # One point for each polygon whose middle lies in this tile. OFFSET 0: else it
    # would be found a second time where it is drawn.
    spots = (
        f"(SELECT * FROM (SELECT *, ST_PointOnSurface(ground) AS spot FROM near"
        f" WHERE ground && {square} OFFSET 0) named WHERE spot && {square}) spots"
    )
    points = tile.replace("(ground,", "(spot,").replace("{rows}", spots)
    return (
        f"WITH near AS MATERIALIZED ({near}) SELECT ({tile.replace('{rows}', 'near')})"
        f" || ({points})"
    ), (
        *(*params, drawing.name, *place),
        *(label_points(drawing.name), *place, *place, *place),
    )


@lru_cache(maxsize=512)
def count_statement(drawing: Drawing, source: Source) -> Statement:
    """SQL that counts a tile's features as far as it takes to call it crowded."""
    text, params = _joined(replace(drawing, fields=()), source, Envelope())
    return (
        f"SELECT count(*) FROM (SELECT 1 FROM ({text}) rows LIMIT {CROWD + 1}) few",
        params,
    )


def _quoted(name: str) -> str:
    """An attribute's name as a column's, whatever the surveyor called it."""
    return sql.Identifier(name).as_string(None).replace("%", "%%")
