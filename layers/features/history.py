"""A feature's life: what each version said of it, and what differed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Centroid
from django.db.models import BooleanField, F, Func, QuerySet, Window
from django.db.models.functions import Lag

from govmap.lib.geo import SRID, AreaSquareMetres, DistanceMetres, Geography
from layers.finding.places import field_title, in_words
from layers.finding.search import Outline
from layers.models import Feature, Layer, Version
from layers.models.feature import FeatureQuerySet

# A key has few rows; whoever made more of them reads the newest.
MOST = 200


class SameShape(Func):
    """True where two geometries are the same, vertex by vertex."""

    template = "(%(expressions)s)"
    arg_joiner = " = "
    output_field = BooleanField()


@dataclass(frozen=True)
class FieldChange:
    name: str
    title: str
    old: Any
    new: Any
    old_text: str
    new_text: str


@dataclass(frozen=True)
class Step:
    """What one version did to the feature.

    ``since`` and ``until``: the days between which its form was so, half open; both
    None where ``was_never`` or for a step that takes the feature away.
    """

    change: str  # new, changed, gone, back
    version: Version
    since: date | None = None
    until: date | None = None
    was_never: bool = False
    fields: list[FieldChange] = field(default_factory=list)
    moved: float | None = None  # metres, of its middle
    grown: float | None = None  # square metres
    reshaped: bool = False
    outline: str = ""  # GeoJSON of its form

    @property
    def shrunk(self) -> float:
        return -(self.grown or 0)

    @property
    def says_nothing(self) -> bool:
        """It changed, but in nothing that this reader may see."""
        return self.change == "changed" and not (self.fields or self.reshaped)


def rows_of(layer: Layer, key: str) -> FeatureQuerySet:
    """Every row of a feature, open and closed, in the order they became known."""
    rows = Feature.objects.of_layers([layer.pk]).ever().filter(key=key)
    return rows.order_by("known_from")


def steps_of(layer: Layer, key: str, *, shown: set[str]) -> list[Step]:
    """The newest first; of the attributes only those ``shown`` to the reader."""
    rows = list(_measured(rows_of(layer, key)))[-MOST:]
    numbers = {number for row in rows for number in (row.known_from, row.known_to)}
    versions = {
        version.number: version
        for version in layer.versions.filter(number__in=numbers - {None})
        .select_related("made_by", "state")
        .order_by("number")
    }
    return list(_steps(layer, rows, versions, shown))[::-1]


def _measured(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """With what each row is against the one before, reckoned on the ellipsoid."""
    before = Window(
        Lag("geometry"),
        order_by="known_from",
        output_field=GeometryField(srid=SRID),
    )
    return rows.annotate(
        outline=Outline("geometry"),
        area=AreaSquareMetres(F("geometry")),
        same=SameShape(F("geometry"), before),
        moved=DistanceMetres(
            Geography(Centroid("geometry")), Geography(Centroid(before))
        ),
    ).defer("geometry", "mercator")


def _steps(
    layer: Layer, rows: list[Any], versions: dict[int | None, Version], shown: set[str]
) -> Iterator[Step]:
    before: Any = None
    for row in rows:
        if before and before.known_to != row.known_from:
            yield Step("gone", versions[before.known_to], outline=before.outline)
        yield _step(layer, row, before, versions[row.known_from], shown)
        before = row
    if before and before.known_to is not None:
        yield Step("gone", versions[before.known_to], outline=before.outline)


def _step(
    layer: Layer, row: Any, before: Any, version: Version, shown: set[str]
) -> Step:
    change = "new"
    if before:
        change = "changed" if before.known_to == row.known_from else "back"
    reshaped = bool(before) and not row.same
    return Step(
        change=change,
        version=version,
        since=None if row.valid.isempty else row.valid.lower,
        until=None if row.valid.isempty else row.valid.upper,
        was_never=row.valid.isempty,
        fields=list(_field_changes(layer, before, row, shown)) if before else [],
        moved=row.moved if reshaped else None,
        grown=row.area - before.area if reshaped else None,
        reshaped=reshaped,
        outline=row.outline,
    )


def _field_changes(
    layer: Layer, before: Any, row: Any, shown: set[str]
) -> Iterator[FieldChange]:
    for entry in layer.schema:
        name = entry["name"]
        old, new = before.properties.get(name), row.properties.get(name)
        if name in shown and old != new:
            yield FieldChange(
                name,
                field_title(entry),
                old,
                new,
                _text(entry, old),
                _text(entry, new),
            )


def _text(entry: dict[str, Any], value: Any) -> str:
    return "" if value in (None, "") else in_words(entry, value)
