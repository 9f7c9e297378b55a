"""空间查询: what of the layers lies in a drawn shape, or so near it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import QuerySet

from accounts.models import User
from layers.finding.places import field_title, in_words, title_of
from layers.finding.search import Outline
from layers.models import Feature, Layer
from layers.models.feature import FeatureQuerySet
from layers.permissions import visible_fields
from layers.tiles.drawn import is_trusted

MOST = 2_000  # of one layer that are counted; beyond them it is "more than"
PAGE = 50
COLUMNS = 6  # of the table; the page of each row has all


@dataclass(frozen=True)
class Count:
    """How many of a layer lie there; ``more``: than were counted."""

    layer: Layer
    number: int
    more: bool


@dataclass(frozen=True)
class Found:
    key: str
    title: str
    values: list[str]
    outline: str  # GeoJSON


@dataclass(frozen=True)
class Table:
    """One layer's rows, by their key, and the key after which the next page begins."""

    layer: Layer
    titles: list[str]
    rows: list[Found]
    following: str | None


def layers_for(user: User, codes: Iterable[str]) -> list[Layer]:
    """Those of the codes that he sees and that have rows; the base map comes last."""
    seen = Layer.objects.visible_to(user).filter(published__isnull=False)
    found = seen.filter(code__in=set(codes)).order_by("order", "code")
    return sorted(found, key=lambda layer: layer.kind == Layer.Class.BASEMAP)


def lying_in(
    ground: GEOSGeometry, layers: Sequence[Layer], day: date | None = None
) -> FeatureQuerySet:
    """Rows that touch the ground: those published now, or those of a day."""
    features = Feature.objects.of_layers(layer.pk for layer in layers)
    features = features.on_day(day) if day else features.current()
    box = Polygon.from_bbox(ground.extent)
    box.srid = ground.srid
    return features.in_box(box).filter(geometry__intersects=ground)


def counts_in(
    ground: GEOSGeometry, layers: Sequence[Layer], day: date | None = None
) -> list[Count]:
    """Of each layer, in one query; those with none are left out."""
    some = [
        lying_in(ground, [layer], day).order_by().values_list("layer_id")[: MOST + 1]
        for layer in layers
    ]
    if not some:
        return []
    rows = some[0].union(*some[1:], all=True) if len(some) > 1 else some[0]
    found = Counter(pk for (pk,) in rows)
    return [
        Count(layer, min(found[layer.pk], MOST), found[layer.pk] > MOST)
        for layer in layers
        if found[layer.pk]
    ]


def table_of(
    rows: QuerySet[Feature], layer: Layer, user: User, *, after: str = ""
) -> Table:
    """A page of one layer's rows with the fields that this reader may see."""
    page: Any = rows.filter(key__gt=after) if after else rows
    page = page.annotate(outline=Outline("geometry")).order_by("key")
    page = list(page.defer("geometry", "mercator")[: PAGE + 1])
    shown = page[:PAGE]
    trusted, seen = is_trusted(user), visible_fields(layer, user)
    entries = [entry for entry in layer.schema if entry["name"] in seen][:COLUMNS]

    def row(feature: Any) -> Found:
        said = feature.properties
        values = [_text(entry, said.get(entry["name"])) for entry in entries]
        title = title_of(layer, feature.key, said, sees_sensitive=trusted)
        return Found(feature.key, title, values, feature.outline)

    return Table(
        layer,
        [field_title(entry) for entry in entries],
        [row(feature) for feature in shown],
        shown[-1].key if len(page) > PAGE else None,
    )


def _text(entry: dict[str, Any], value: Any) -> str:
    return "" if value in (None, "") else in_words(entry, value)
