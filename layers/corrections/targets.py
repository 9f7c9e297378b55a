"""What a correction is about: one feature of a version, or a layer at a place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.roles import STEWARDS
from govmap.lib.errors import NotFound
from layers.finding.places import field_title, in_words, title_of
from layers.finding.search import Outline
from layers.models import Correction, Feature, Layer, Version
from layers.permissions import visible_fields


@dataclass(frozen=True)
class Field:
    """An attribute that a reader may see, and what it says."""

    entry: dict[str, Any]
    value: Any = None

    @property
    def name(self) -> str:
        return str(self.entry["name"])

    @property
    def title(self) -> str:
        return field_title(self.entry)

    @property
    def text(self) -> str:
        empty = self.value in (None, "")
        return "" if empty else in_words(self.entry, self.value)

    @property
    def raw(self) -> str:
        """As an input of a form has it."""
        return "" if self.value is None else str(self.value)

    @property
    def choices(self) -> list[tuple[str, str]]:
        codes = self.entry.get("codes") or {}
        return [(str(code), in_words(self.entry, code)) for code in codes]


@dataclass(frozen=True)
class Target:
    """``version`` is the published one in which it was seen; ``key`` may be empty."""

    layer: Layer
    version: Version
    key: str
    title: str
    fields: list[Field]  # that may be proposed otherwise
    outline: str = ""  # GeoJSON


def find(user: User, asked: Mapping[str, Any]) -> Target:
    """By ``layer`` (code), ``key`` (or none) and ``version`` (number, or none).

    Raises NotFound where this person sees no such thing.
    """
    layers = Layer.objects.visible_to(user).select_related("provider", "published")
    layer = layers.filter(code=_clean(asked.get("layer"))).first()
    if layer is None or layer.published is None:
        raise NotFound
    version = _version(layer, _clean(asked.get("version")))
    key, outline = _clean(asked.get("key")), ""
    properties: dict[str, Any] = {}
    if key:
        rows = layer.features.of_version(version.number or 0).filter(key=key)
        row = rows.annotate(outline=Outline("geometry")).defer("geometry").first()
        if row is None:
            raise NotFound
        properties, outline = row.properties, row.outline
    return Target(
        layer,
        version,
        key,
        name_of(layer, key, properties, user),
        list(fields_of(layer, properties, user, with_key=not key)),
        outline,
    )


def _version(layer: Layer, number: str) -> Version:
    assert layer.published
    if not number:
        return layer.published
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound
    found = layer.versions.ever_published().filter(number=int(number)).first()
    if found is None:
        raise NotFound
    return found


def _clean(raw: Any) -> str:
    return str(raw or "").replace("\x00", "")


def fields_of(
    layer: Layer, properties: dict[str, Any], user: User, *, with_key: bool = False
) -> Iterable[Field]:
    """The layer's attributes that the person may see, in the schema's order."""
    seen = visible_fields(layer, user)
    for entry in layer.schema:
        if entry["name"] in seen and (with_key or entry["name"] != layer.key):
            yield Field(entry, properties.get(entry["name"]))


def name_of(layer: Layer, key: str, properties: dict[str, Any], user: User) -> str:
    """What a person calls the feature, or that something is missing."""
    if not key:
        return ""
    is_steward = user.has_role(*STEWARDS)
    return title_of(layer, key, properties, sees_sensitive=is_steward)


def add_titles(corrections: list[Correction], user: User) -> None:
    """Give each correction the ``title`` of its feature: one query for all."""
    wanted = Q(pk__in=())
    for row in corrections:
        if row.key:
            wanted |= Q(layer=row.layer_id, key=row.key)
    rows = Feature.objects.current().filter(wanted)
    said = {
        (layer, key): properties
        for layer, key, properties in rows.values_list("layer", "key", "properties")
    }
    for row in corrections:
        properties = said.get((row.layer_id, row.key), {})
        row.title = name_of(  # type: ignore[attr-defined]
            row.layer, row.key, properties, user
        )
