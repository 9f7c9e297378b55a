"""What lies in a drawn shape, as a file: of each layer a register of its own."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from govmap.lib.errors import NotFound
from govmap.lib.geojson import DIGITS
from layers.finding.places import field_title, in_words
from layers.map_tools.asked import Asked, read
from layers.map_tools.querying import lying_in
from layers.map_tools.shapes import Kind
from layers.models import Feature, Layer
from layers.permissions import sensitive_fields
from workflow import exporting
from workflow.exporting import Column, Register

PREFIX = "ground-"
LONGEST = 40  # signs of a register's name


def name_of(layer: Layer) -> str:
    """Of a code that is too long the number, behind a sign that no code has."""
    name = f"{PREFIX}{layer.code}"
    return name if len(name) <= LONGEST else f"{PREFIX}.{layer.pk}"


def found_by_name(name: str) -> Register | None:
    if not name.startswith(PREFIX):
        return None
    code = name.removeprefix(PREFIX)
    number = re.fullmatch(r"\.(\d{1,18})", code, re.ASCII)
    said = {"pk": int(number[1])} if number else {"code": code}
    layer = Layer.objects.filter(**said).first()
    return register_of(layer) if layer and name_of(layer) == name else None


def register_of(layer: Layer) -> Register:
    """Its rows in a shape. What only stewards see is in no file of this kind."""
    hidden = sensitive_fields(layer)
    told = [entry for entry in layer.schema if entry["name"] not in hidden]
    return Register(
        name=name_of(layer),
        title=layer.title,
        columns=(
            Column("key", gettext_lazy("Key"), lambda row: row.key),
            *(_column(entry) for entry in told),
        ),
        shown_to=lambda user: _is_seen(layer, user),
        found=lambda user, query: _found(layer, user, query),
        rows=_rows,
        words=lambda _user, query: _words(_asked(query)),
        clean=lambda query: _asked(query).query,
        page=lambda query: f"{reverse('layers:map')}?{query}",
        place=lambda row: row.outline,
    )


def _column(entry: dict[str, Any]) -> Column:
    name = entry["name"]

    def value(row: Feature) -> Any:
        said = row.properties.get(name)
        return "" if said in (None, "") else in_words(entry, said)

    # A field may be called "key" too.
    return Column(f"field_{name}", field_title(entry), value)


def _asked(query: str) -> Asked:
    """Raises BadInput where the shape cannot be read."""
    return read(dict(parse_qsl(query)))


def _is_seen(layer: Layer, user: User) -> bool:
    return Layer.objects.visible_to(user).filter(pk=layer.pk).exists()


def _found(layer: Layer, user: User, query: str) -> QuerySet[Feature]:
    """Raises NotFound for who does not see the layer, BadInput."""
    if not _is_seen(layer, user):
        raise NotFound
    asked = _asked(query)
    return lying_in(asked.shape.ground, [layer], asked.day).order_by("key")


def _rows(rows: QuerySet[Feature], most: int) -> Iterator[Any]:
    outlined: Any = rows.annotate(outline=AsGeoJSON("geometry", precision=DIGITS))
    yield from outlined.defer("geometry", "mercator")[:most].iterator()


def _words(asked: Asked) -> list[str]:
    said = {
        Kind.AREA: _("in the drawn area"),
        Kind.LINE: _("along the drawn line"),
        Kind.SPOT: _("around the chosen spot"),
    }[asked.shape.kind]
    words = [said]
    if asked.shape.metres:
        words.append(_("and %(metres)s m around it") % {"metres": asked.shape.metres})
    if asked.day:
        words.append(asked.day.isoformat())
    return words


exporting.families(found_by_name)
