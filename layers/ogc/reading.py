"""The items that a request asks for: which rows, in which system, where to go on."""

import base64
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import User
from govmap.lib.geojson import feature
from layers.models import Feature, Layer
from layers.models.feature import FeatureQuerySet
from layers.ogc.cql2 import BadFilter
from layers.ogc.documents import MOST, USUAL
from layers.ogc.filtering import (
    Properties,
    by_datetime,
    by_filter,
    by_properties,
    in_ground,
)
from layers.ogc.systems import CRS84, SYSTEMS, System
from layers.permissions import visible_fields

OURS = {
    *("f", "limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang"),
    *("filter-crs", "after"),
}


class BadRequest(Exception):
    """A parameter cannot be read; says which and why."""


def system_of(query: Mapping[str, str], name: str) -> System:
    """Raises BadRequest for one that is not offered."""
    uri = query.get(name, "").strip("[]<>")
    if not uri:
        return CRS84
    if uri not in SYSTEMS:
        raise BadRequest(f"{name}: one of {', '.join(SYSTEMS)}.")
    return SYSTEMS[uri]


@dataclass(frozen=True)
class Page:
    features: list[str]  # GeoJSON text of each
    following: str  # cursor of the next page; empty behind the last


class Asked:
    """What a query string asks of a layer. Raises BadRequest."""

    def __init__(self, layer: Layer, user: User, query: Mapping[str, str]) -> None:
        self.layer, self.query = layer, query
        self.shown = visible_fields(layer, user)
        self.system = system_of(query, "crs")
        self.limit = _limit(query.get("limit", ""))
        try:
            self.rows = self._rows(Properties(layer, self.shown))
        except BadFilter as error:
            raise BadRequest(str(error)) from error

    def _rows(self, properties: Properties) -> FeatureQuerySet:
        query = self.query
        rows = Feature.objects.of_layers([self.layer.pk])
        moment = query.get("datetime", "")
        rows = by_datetime(rows, moment) if moment else rows.current()
        if box := query.get("bbox"):
            rows = rows.filter(in_ground(_box(box, system_of(query, "bbox-crs"))))
        named = {name: text for name, text in query.items() if name not in OURS}
        for name, said in named.items():
            if name not in properties.types:
                raise BadRequest(f"“{name[:60]}” is no parameter of this collection.")
            if "\x00" in said:
                raise BadRequest("A text holds no NUL.")
        rows = rows.filter(by_properties(named, properties))
        if query.get("filter-lang", "cql2-text") != "cql2-text":
            raise BadRequest("filter-lang: cql2-text.")
        if text := query.get("filter"):
            rows = rows.filter(
                by_filter(text, properties, system_of(query, "filter-crs"))
            )
        return rows

    def page(self) -> Page:
        """By key; of a key that had several forms the first known comes first."""
        rows = self.rows
        if after := self.query.get("after"):
            key, pk = _read_cursor(after)
            rows = rows.filter(Q(key__gt=key) | Q(key=key, pk__gt=pk))
        rows = rows.order_by("key", "pk")
        # The keys alone are an index scan; the geometries are read once.
        found = list(rows.values_list("key", "pk")[: self.limit + 1])
        more = len(found) > self.limit
        found = found[: self.limit]
        chosen = Feature.objects.filter(pk__in=[pk for _key, pk in found])
        return Page(
            list(self._told(chosen.order_by("key", "pk"))),
            _cursor(*found[-1]) if more else "",
        )

    def one(self, key: str) -> str | None:
        """The published form of one feature."""
        rows = Feature.objects.of_layers([self.layer.pk]).current().filter(key=key)
        return next(self._told(rows), None)

    def _told(self, rows: Any) -> Iterator[str]:
        for key, ground, said in rows.values_list(
            "key", self.system.ground(), "properties"
        ):
            visible = {name: v for name, v in said.items() if name in self.shown}
            yield feature(key, ground, visible)


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise BadRequest("limit: a positive whole number.")
    return min(int(text), MOST)


def _box(text: str, system: System) -> Any:
    """Of six numbers the heights are left out."""
    try:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) == 6:
            numbers = [*numbers[:2], *numbers[3:5]]
        if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
            raise ValueError("four numbers")
        return system.box(numbers)
    except ValueError as error:
        raise BadRequest(f"bbox: {error}.") from error


def _cursor(key: str, pk: int) -> str:
    said = json.dumps([key, pk], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[str, int]:
    try:
        said = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        key, pk = json.loads(said)
        str(key).encode()  # half a sign is no key of ours
        if isinstance(key, str) and "\x00" not in key and 0 <= pk < 2**63:
            return key, int(pk)
    except (ValueError, TypeError, RecursionError):
        pass
    raise BadRequest("after: take the “next” link of the page before.")
