"""What a request narrows a layer's rows to: box, days, properties, CQL2."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.db.models import BooleanField, FloatField, Func, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Lower
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Regex,
)
from django.utils import timezone
from psycopg.types.range import DateRange

from govmap.lib.geo import TILE_SRID
from layers.models import Layer
from layers.models.feature import FeatureQuerySet
from layers.ogc import cql2
from layers.ogc.cql2 import BadFilter
from layers.ogc.systems import System

LOOKUPS: dict[str, Any] = {
    **{"=": Exact, "<": LessThan, ">": GreaterThan},
    **{"<=": LessThanOrEqual, ">=": GreaterThanOrEqual},
}
PREDICATES = {
    **{"s_intersects": "intersects", "s_within": "within", "s_equals": "equals"},
    **{"s_contains": "contains", "s_disjoint": "disjoint", "s_touches": "touches"},
    **{"s_crosses": "crosses", "s_overlaps": "overlaps"},
}
COLLECTIONS = {"s_intersects"}  # PostGIS compares no collection otherwise
GEOMETRY = {"geometry", "geom"}
NUMBERS = {"integer", "number"}


class NumberOf(Func):
    """A JSON value as a number; null where it is none."""

    template = (
        "CASE WHEN jsonb_typeof(%(expressions)s) = 'number'"
        " THEN (%(expressions)s)::text::double precision END"
    )
    output_field = FloatField()

    def as_sql(self, *args: Any, **more: Any) -> Any:
        sql, params = super().as_sql(*args, **more)
        # The expression stands twice in the template.
        return sql, [*params, *params]


class Properties:
    """The attributes of a layer that this reader may ask about, by type."""

    def __init__(self, layer: Layer, shown: set[str]) -> None:
        self.types = {
            row["name"]: row.get("type", "string")
            for row in layer.schema
            if row["name"] in shown
        }

    def text(self, name: str) -> Any:
        """Raises BadFilter for one that is not among them."""
        self._know(name)
        return KeyTextTransform(name, "properties", output_field=TextField())

    def number(self, name: str) -> Any:
        self._know(name)
        return NumberOf(KeyTransform(name, "properties"))

    def is_number(self, name: str) -> bool:
        return self.types.get(name) in NUMBERS

    def _know(self, name: str) -> None:
        if name not in self.types:
            raise BadFilter(f"This collection has no property “{name[:60]}”.")


def by_filter(text: str, properties: Properties, system: System) -> Q:
    """Raises BadFilter."""
    return _Conditions(properties, system).of(cql2.parse(text))


def by_properties(asked: Mapping[str, str], properties: Properties) -> Q:
    """Each named property has just that value. Raises BadFilter."""
    found = Q()
    for name, text in asked.items():
        value: cql2.Value = cql2.Text(text)
        if properties.is_number(name):
            try:
                value = float(text)
            except ValueError as error:
                raise BadFilter(f"“{name}” is a number.") from error
        conditions = _Conditions(properties, None)
        found &= conditions.of(cql2.Compare(cql2.Name(name), "=", value))
    return found


def in_ground(ground: GEOSGeometry) -> Q:
    """What touches a geometry of ours; by the index of the mercator column."""
    around = ground.envelope.transform(TILE_SRID, clone=True)
    return Q(mercator__bboverlaps=around) & Q(geometry__intersects=ground)


class _Conditions:
    def __init__(self, properties: Properties, system: System | None) -> None:
        self.properties, self.system = properties, system

    def of(self, tree: cql2.Tree) -> Q:
        if isinstance(tree, cql2.Not):
            return ~self.of(tree.what)
        if isinstance(tree, cql2.Join):
            found = self.of(tree.parts[0])
            for part in tree.parts[1:]:
                more = self.of(part)
                found = found & more if tree.sign == "and" else found | more
            return found
        if isinstance(tree, cql2.Always):
            return Q(Value(tree.holds, output_field=BooleanField()))
        if isinstance(tree, cql2.Spatial):
            return self._spatial(tree)
        if isinstance(tree, cql2.IsNull):
            return Q(IsNull(self.properties.text(tree.name.name), True))
        if isinstance(tree, cql2.Between):
            low = self._compare(tree.name, ">=", tree.low)
            return low & self._compare(tree.name, "<=", tree.high)
        if isinstance(tree, cql2.Among):
            found = Q()
            for value in tree.values:
                found |= self._compare(tree.name, "=", value)
            return found
        if isinstance(tree, cql2.Like):
            return self._like(tree)
        return self._compare(tree.name, tree.sign, tree.value)

    def _compare(self, name: cql2.Name, sign: str, value: cql2.Value) -> Q:
        if sign == "<>":
            return ~self._compare(name, "=", value)
        if isinstance(value, bool):
            value = cql2.Text("true" if value else "false")
        if isinstance(value, float):
            return Q(LOOKUPS[sign](self.properties.number(name.name), value))
        text = _text(value)
        held = self.properties.text(name.name)
        if name.lower or (isinstance(value, cql2.Text) and value.lower):
            held, text = Lower(held), text.lower()
        return Q(LOOKUPS[sign](held, _as_text(text)))

    def _like(self, tree: cql2.Like) -> Q:
        held, pattern = self.properties.text(tree.name.name), tree.pattern.text
        if tree.name.lower or tree.pattern.lower:
            held, pattern = Lower(held), pattern.lower()
        return Q(Regex(held, _as_text(_regex(pattern))))

    def _spatial(self, tree: cql2.Spatial) -> Q:
        if tree.geometry not in GEOMETRY:
            raise BadFilter("The geometry is called “geometry”.")
        assert self.system is not None
        try:
            if tree.shape.box:
                ground = self.system.box(tree.shape.box)
            else:
                ground = self.system.stored(_shape_of(tree))
        except (ValueError, GEOSException) as error:
            raise BadFilter(f"The shape cannot be read: {error}.") from error
        found = Q(**{f"geometry__{PREDICATES[tree.predicate]}": ground})
        if tree.predicate == "s_disjoint":
            return found
        around = ground.envelope.transform(TILE_SRID, clone=True)
        return Q(mercator__bboverlaps=around) & found


def _shape_of(tree: cql2.Spatial) -> GEOSGeometry:
    """Raises BadFilter for what the database could only fail at; GEOSException."""
    shape = GEOSGeometry(tree.shape.wkt)
    if not shape.valid:
        raise BadFilter("The shape crosses or touches itself.")
    if shape.geom_type == "GeometryCollection" and tree.predicate not in COLLECTIONS:
        raise BadFilter(f"{tree.predicate.upper()} takes no collection of shapes.")
    return shape


def _text(value: cql2.Text | date | datetime) -> str:
    """Days and moments are kept as RFC 3339 writes them."""
    text = value.text if isinstance(value, cql2.Text) else value.isoformat()
    if "\x00" in text:
        raise BadFilter("A text holds no NUL.")
    return text


def _as_text(text: str) -> Value:
    return Value(text, output_field=TextField())


def _regex(pattern: str) -> str:
    """Of LIKE: % any signs, _ one sign, a backslash before what is itself."""
    parts = re.split(r"(\\.|%|_)", pattern.replace("\x00", ""))
    made = []
    for part in parts:
        if part in {"%", "_"}:
            made.append(".*" if part == "%" else ".")
        else:
            made.append(re.escape(part[1:] if part.startswith("\\") else part))
    return f"^{''.join(made)}$"


def by_datetime(rows: FeatureQuerySet, text: str) -> FeatureQuerySet:
    """What stood on the ground then: a day, a moment, or ``from/to`` with ``..`` for
    an open end. Raises BadFilter."""
    first, slash, last = text.partition("/")
    try:
        low = _day(first)
        high = _day(last) if slash else low
        after = high + timedelta(days=1) if high else None
    except (ValueError, OverflowError) as error:
        raise BadFilter("Write datetime as 2024-05-01 or 2024-01-01/..") from error
    if not slash and low is None:
        raise BadFilter("Write datetime as 2024-05-01 or 2024-01-01/..")
    if low and high and low > high:
        raise BadFilter("The interval ends before it begins.")
    return rows.ever().filter(valid__overlap=DateRange(low, after, "[)"))


def _day(text: str) -> date | None:
    if text in {"", ".."}:
        return None
    if "T" not in text.upper():
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return timezone.localtime(moment).date() if moment.tzinfo else moment.date()
