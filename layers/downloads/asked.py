"""Which rows of which layer a download holds, and in what system: a query string.

``layer=planning&street=110109001&cut=1&crs=EPSG:4527``. Without a street the whole;
with one, what touches its ground, whole or cut at its border.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Intersection
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import BinaryField, F, Func, QuerySet, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Site, Unit, User
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.geo import SRID, TILE_SRID
from layers.models import Feature, Layer, Region
from layers.permissions import sensitive_fields

NAMES = ("layer", "street", "cut", "crs")
AT_A_TIME = 2000
EMPTY = 9  # bytes of the WKB of many that are none
# geometry of a layer: what ST_CollectionExtract calls it, and one row's type
KINDS = {"polygon": 3, "line": 2, "point": 1}


class NoSuchSystem(BadInput):
    """Choose one of the offered coordinate systems."""

    message = gettext_noop("Choose one of the offered coordinate systems.")


@dataclass(frozen=True)
class Row:
    """``wkb`` in degrees of CGCS2000, longitude first."""

    key: str
    wkb: bytes
    properties: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    layer: Layer
    street: Unit | None
    cut: bool
    crs: str

    def rows(self) -> QuerySet[Feature]:
        rows = Feature.objects.of_layers([self.layer.pk]).current().order_by("key")
        if self.street is None:
            return rows.annotate(wkb=AsBinary(self._shaped(F("geometry"))))
        ground = self._ground()
        around = ground.envelope.transform(TILE_SRID, clone=True)
        rows = rows.filter(mercator__bboverlaps=around, geometry__intersects=ground)
        shape: Any = F("geometry")
        if self.cut:
            border = Value(ground, output_field=GeometryField(srid=SRID))
            shape = Extracted(
                Intersection("geometry", border), KINDS[self.layer.geometry]
            )
        return rows.annotate(wkb=AsBinary(self._shaped(shape)))

    def _shaped(self, shape: Any) -> Any:
        """Areas and lines as many: a file has one type."""
        return shape if self.layer.geometry == "point" else Multi(shape)

    def _ground(self) -> GEOSGeometry:
        region = Region.objects.filter(unit=self.street).first()
        if region is None:
            raise NotFound
        ground: GEOSGeometry = region.geometry
        return ground


class Multi(Func):
    function = "ST_Multi"
    output_field = GeometryField(srid=SRID)


class Extracted(Func):
    """The parts of a cut of the kind that the layer has: no border left over."""

    function = "ST_CollectionExtract"
    output_field = GeometryField(srid=SRID)


class AsBinary(Func):
    function = "ST_AsBinary"
    output_field = BinaryField()


def asked_of(user: User, query: str) -> Asked:
    """Raises NotFound (404) for what this person does not see, BadInput (400)."""
    params = QueryDict(query)
    seen = Layer.objects.visible_to(user).filter(published__isnull=False)
    rows = seen.select_related("provider", "published")
    layer = rows.filter(code=_code(params)).first()
    if layer is None or layer.geometry not in KINDS:
        raise NotFound
    street = None
    if code := params.get("street", "").replace("\x00", ""):
        street = streets().filter(code=code).first()
        if street is None:
            raise NotFound
    crs = params.get("crs") or f"EPSG:{SRID}"
    if crs not in systems():
        raise NoSuchSystem
    return Asked(layer, street, bool(street and params.get("cut")), crs)


def _code(params: QueryDict) -> str:
    return params.get("layer", "").replace("\x00", "")


def streets() -> QuerySet[Unit]:
    """That have ground to cut to."""
    kinds = (Unit.Kind.STREET, Unit.Kind.COMMUNITY)
    return Unit.objects.filter(kind__in=kinds[:1], region__isnull=False)


def systems() -> dict[str, str]:
    """Codes with their names; the plane one is that of the site's three-degree zone."""
    plane = plane_system()
    return {
        f"EPSG:{SRID}": _("CGCS2000, degrees"),
        f"EPSG:{plane}": _("CGCS2000, metres (zone of the site)"),
        f"EPSG:{TILE_SRID}": _("Web Mercator"),
    }


def plane_system() -> int:
    """CGCS2000 / 3-degree Gauss-Kruger zone 25 is EPSG:4513, and so on."""
    center = Site.objects.values_list("center", flat=True).first() or [117, 0]
    zone = min(max(round(float(center[0]) / 3), 25), 45)
    return 4513 + zone - 25


def read(rows: QuerySet[Any], most: int) -> Iterator[Row]:
    """A few thousand at a time, however many there are; nothing that a cut left
    empty."""
    values = rows.values_list("key", "wkb", "properties")[:most]
    for key, wkb, properties in values.iterator(chunk_size=AT_A_TIME):
        if wkb is not None and len(wkb) > EMPTY:
            yield Row(key, bytes(wkb), properties)


def clean(query: str) -> str:
    params, kept = QueryDict(query), QueryDict(mutable=True)
    for name in NAMES:
        if params.get(name):
            kept[name] = params[name][:100]
    return kept.urlencode()


def words(user: User, query: str) -> list[str]:
    asked = asked_of(user, query)
    version = asked.layer.published
    said = [asked.layer.title, f"v{version.number}" if version else ""]
    said.append(str(asked.street) if asked.street else _("the whole layer"))
    said.append(_("cut at the border") if asked.cut else "")
    said.append(asked.crs)
    return [word for word in said if word]


def page(query: str) -> str:
    code = _code(QueryDict(query))
    if not Layer.objects.filter(code=code).exists():
        raise NotFound
    return reverse("layers:layer", args=[code])


def asks_purpose(query: str) -> bool:
    """Of a layer that is sensitive, or has an attribute that is."""
    layer = Layer.objects.filter(code=_code(QueryDict(query))).first()
    if layer is None:
        return True
    return layer.sensitivity == Layer.Sensitivity.SENSITIVE or bool(
        sensitive_fields(layer)
    )
