"""What a tile's content depends on, in one short mark."""

import hashlib
from dataclasses import dataclass

from django.db.models import BooleanField, Func, TextField

from layers.models import Layer, Version
from layers.tiles import FORM


class Look(Func):
    """A digest of a layer's styles and schema: they decide what tiles carry."""

    template = "md5(concat(%(expressions)s))"
    output_field = TextField()


class HasSensitiveField(Func):
    template = """(%(expressions)s @> '[{"sensitivity": "sensitive"}]')"""
    output_field = BooleanField()


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
    def cache_control(self) -> str:
        if self.is_sensitive:
            return "private, no-store"
        whose = "public" if self.is_public else "private"
        return f"{whose}, max-age=31536000, immutable"


def mark_of(
    version: Version, *, look: str, has_sensitive: bool, sees_sensitive: bool
) -> Mark:
    """``look`` and ``has_sensitive`` come annotated; see `Look`."""
    layer = version.layer
    trusted = has_sensitive and sees_sensitive
    parts = (FORM, version.pk, version.source_sha256, look, trusted)
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
    return Mark(
        text=digest,
        is_sensitive=trusted or layer.sensitivity == Layer.Sensitivity.SENSITIVE,
        is_public=layer.sensitivity == Layer.Sensitivity.PUBLIC,
    )
