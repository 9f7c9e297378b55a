"""What lies at a place: the features of the layers one sees, and the ground's names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Point, Polygon
from django.db.models import FloatField, Func, QuerySet, Value
from django.utils import timezone

from govmap.lib.geo import SRID, TILE_SRID
from govmap.lib.localized import localized
from layers.addresses.nearest import nearest_one
from layers.at import end_of
from layers.finding.search import Outline
from layers.models import Address, Feature, GridCell, Layer, Region
from layers.models.feature import FeatureQuerySet
from layers.permissions import sensitive_fields
from layers.styles.vocabulary import styles_of

PICK = 9  # pixels around a click that still hit a line or a point
MOST = 6  # features of one layer


class DegreesApart(Func):
    """Only to rank what was clicked: degrees are no lengths."""

    function = "ST_Distance"
    output_field = FloatField()


class SquareDegrees(Func):
    """Only to rank, too."""

    function = "ST_Area"
    output_field = FloatField()


@dataclass(frozen=True)
class Row:
    title: str
    value: str


@dataclass(frozen=True)
class Hit:
    """One feature at the place, with the fields this reader may see."""

    key: str
    title: str
    rows: list[Row]
    outline: str  # GeoJSON


@dataclass(frozen=True)
class Ground:
    """Where a place is, in the words of the registers; empty where unknown."""

    cell: GridCell | None
    regions: dict[str, Region]
    address: Address | None


def features_at(
    place: Point,
    layers: Iterable[Layer],
    *,
    zoom: float,
    sees_sensitive: bool,
    day: date | None = None,
) -> list[tuple[Layer, list[Hit]]]:
    """Layer by layer what lies under a click at ``zoom``, the smallest thing first.

    Who clicks a house means the house, not the district. The base map comes last.
    ``day``: what lay there that day, else what is published now.
    """
    known = {layer.pk: layer for layer in layers}
    features = Feature.objects.of_layers(known)
    features = features.on_day(day) if day else features.current()
    found: dict[int, list[Any]] = {}
    near = _near(features, place, PICK * 360 / 256 / 2**zoom)
    for feature in near[: MOST * len(known)]:
        layer = known[feature.layer_id]
        if layer.geometry != "polygon" or feature.apart == 0:
            found.setdefault(layer.pk, []).append(feature)

    def rank(pk: int) -> tuple[bool, float]:
        return known[pk].kind == Layer.Class.BASEMAP, found[pk][0].size

    return [
        (known[pk], [_hit(known[pk], row, sees_sensitive) for row in found[pk][:MOST]])
        for pk in sorted(found, key=rank)
    ]


def _near(
    features: FeatureQuerySet, place: Point, degrees: float
) -> QuerySet[Any, Any]:
    """The nearest of them first, none further off than so many degrees.

    The box is what the index knows; of what it finds the distance is reckoned.
    """
    x, y = place.coords
    box = Polygon.from_bbox((x - degrees, y - degrees, x + degrees, y + degrees))
    box.srid = SRID
    spot = Value(place, GeometryField(srid=SRID))
    return (
        features.in_box(box)
        .annotate(
            apart=DegreesApart("geometry", spot),
            size=SquareDegrees("geometry"),
            outline=Outline("geometry"),
        )
        .filter(apart__lte=degrees)
        .order_by("apart", "size", "key")
        .defer("geometry", "mercator")
    )


def _hit(layer: Layer, feature: Any, sees_sensitive: bool) -> Hit:
    hidden = set() if sees_sensitive else sensitive_fields(layer)
    rows = list(_rows(layer, feature.properties, hidden))
    said = feature.properties
    title = title_of(layer, feature.key, said, sees_sensitive=sees_sensitive)
    return Hit(key=feature.key, title=title, rows=rows, outline=feature.outline)


def title_of(
    layer: Layer, key: str, properties: dict[str, Any], *, sees_sensitive: bool
) -> str:
    """What the map writes on a feature, else its key."""
    style = styles_of(layer, sees_sensitive=sees_sensitive)[0]
    for label in style.labels:
        if text := properties.get(label.field):
            return str(text)
    return key


def _rows(layer: Layer, properties: dict[str, Any], hidden: set[str]) -> Iterable[Row]:
    for entry in layer.schema:
        value = properties.get(entry["name"])
        if value not in (None, "") and entry["name"] not in hidden:
            yield Row(field_title(entry), in_words(entry, value))


def field_title(entry: dict[str, Any]) -> str:
    """What people call a field of a layer's schema."""
    return localized(entry.get("title")) or str(entry["name"])


def in_words(entry: dict[str, Any], value: Any) -> str:
    """A field's value as people read it: a code by its word."""
    code = (entry.get("codes") or {}).get(str(value))
    return localized(code) if isinstance(code, dict) else str(code or value)


def ground_at(place: Point, feeds: set[str], *, day: date | None = None) -> Ground:
    """``feeds`` are the registers whose layers the reader sees.

    ``day``: the cell is that of this day; regions and addresses keep no history.
    """
    moment = end_of(day) if day else timezone.now()
    cells = GridCell.objects.valid_at(moment).filter(geometry__covers=place)
    regions = Region.objects.filter(geometry__covers=place).select_related("unit")
    return Ground(
        cell=cells.first() if Layer.Feeds.CELLS in feeds else None,
        regions={region.unit.kind: region for region in regions.defer("geometry")}
        if Layer.Feeds.REGIONS in feeds
        else {},
        address=nearest_one(place) if Layer.Feeds.ADDRESSES in feeds else None,
    )


def building_at(
    place: Point,
    layers: Iterable[Layer],
    *,
    sees_sensitive: bool,
    day: date | None = None,
) -> dict[str, str] | None:
    """The smallest outline there of the frame's layers: a house before its court."""
    known = {layer.pk: layer for layer in layers if _is_frame(layer)}
    rows = Feature.objects.of_layers(known)
    rows = rows.on_day(day) if day else rows.current()
    # The index knows the tiles' system; the database carries the point over, which
    # costs more here than all else.
    spot = Transform(Value(place, PointField(srid=SRID)), TILE_SRID)
    rows = rows.filter(mercator__bboverlaps=spot, geometry__covers=place)
    rows = rows.defer("geometry", "mercator")
    found = rows.order_by(SquareDegrees("geometry"), "key").first()
    if found is None:
        return None
    layer, said = known[found.layer_id], found.properties
    title = title_of(layer, found.key, said, sees_sensitive=sees_sensitive)
    return {"layer": layer.code, "key": found.key, "title": title}


def _is_frame(layer: Layer) -> bool:
    return (
        layer.geometry == "polygon"
        and layer.kind == Layer.Class.FRAME
        and layer.feeds == Layer.Feeds.NOTHING
    )


def point(lon: float, lat: float) -> Point:
    return Point(lon, lat, srid=SRID)
