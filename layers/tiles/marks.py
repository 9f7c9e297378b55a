"""What a tile's content depends on, in one short mark; and who may have it."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import User
from accounts.roles import STEWARDS
from layers.models import Layer
from layers.models.catalogue import may_see
from layers.tiles.drawing import FORM

# One statement and no model: a map asks for a hundred tiles, and Django's own way to
# the same row costs more than all the rest of a request.
FIND = """
SELECT version.id, layer.code, version.source_sha256, layer.sensitivity,
       md5(concat(layer.styles, layer.schema)),
       layer.schema @> '[{"sensitivity": "sensitive"}]',
       layer.published_id = version.id, version.number
  FROM layers_version version JOIN layers_layer layer ON layer.id = version.layer_id
 WHERE version.published_at IS NOT NULL AND
"""


@dataclass(frozen=True)
class Known:
    """A published version and what the look of its tiles depends on."""

    version: int  # primary key
    layer: str
    sha256: str
    sensitivity: str
    look: str  # a digest of styles and schema: they decide what tiles carry
    has_sensitive_field: bool
    is_current: bool
    number: int


@dataclass(frozen=True)
class Mark:
    """Of one version as one kind of reader sees it.

    ``text`` names the content: equal marks, equal tiles. A reader who may see sensitive
    attributes has another mark, so no cache can hand his tiles to anybody else.
    """

    text: str
    is_sensitive: bool
    is_public: bool

    @property
    def tag(self) -> str:
        return f'"{self.text}"'

    def cache_control(self, asked: str) -> str:
        """For whoever asked by an address that bears the mark ``asked``.

        An address without this mark may answer something else one day: a style draws
        by another attribute, a day is known better. It is asked for again each time.
        """
        if self.is_sensitive:
            return "private, no-store"
        whose = "public" if self.is_public else "private"
        if asked != self.text:
            return f"{whose}, no-cache"
        return f"{whose}, max-age=31536000, immutable"


def find(
    layer: str, number: int, user: User, *, day: date | None = None
) -> Known | None:
    """The version of that number, unless it is no published one or hidden from him.

    Of a ``day`` the one published now: it knows best what there was that day.
    """
    version = "version.number = %s"
    if day:
        version = "layer.published_id = version.id AND version.number >= %s"
    found = _fetch(f"layer.code = %s AND {version}", [layer, number])
    return next((one for one in found if may_see(one.sensitivity, user)), None)


def of_today() -> dict[int, Known]:
    """What is published now of all layers, by version; scope is the caller's."""
    found = _fetch("layer.published_id = version.id", [])
    return {one.version: one for one in found}


def _fetch(condition: str, params: list[Any]) -> list[Known]:
    with connection.cursor() as cursor:
        cursor.execute(FIND + condition, params)
        return [Known(*row) for row in cursor.fetchall()]


def mark_of(known: Known, user: User, *, day: date | None = None) -> Mark:
    trusted = known.has_sensitive_field and user.has_role(*STEWARDS)
    parts = (FORM, known.version, known.sha256, known.look, trusted, day)
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
    return Mark(
        text=digest,
        is_sensitive=trusted or known.sensitivity == Layer.Sensitivity.SENSITIVE,
        is_public=known.sensitivity == Layer.Sensitivity.PUBLIC,
    )
