"""A rule's open conflicts as a layer of the catalogue: versions like any other's."""

import hashlib
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Site, Unit
from govmap.lib.geo import TILE_SRID
from layers.models import Layer, OverlayRule
from layers.versions import publishing
from layers.versions.staging import TABLE

KEY = "conflict"
# Colour means something here: red is what is to be settled.
RED = {"light": "#c53a3a", "dark": "#f07171"}
STYLE = {
    "code": "plain",
    "type": "simple",
    "color": RED,
    "opacity": 0.45,
    "outline": RED,
    "width": 2,
    "radius": 6,
}


def show(rule: OverlayRule) -> Layer | None:
    """Publish the rule's open conflicts; only what differs is written.

    None where there is neither a conflict nor a layer of earlier ones.
    """
    layer = _layer(rule)
    if layer is None:
        return None
    digest = _digest(rule)
    source = publishing.Source(rule.title, digest)
    publishing.install(layer, lambda _staging: _stage(rule), source)
    return layer


def _layer(rule: OverlayRule) -> Layer | None:
    known = Layer.objects.filter(code=rule.result_code).first()
    if known is None and not rule.conflicts.open().exists():
        return None
    layer, _made = Layer.objects.update_or_create(
        code=rule.result_code, defaults=_entry(rule)
    )
    return layer


def _entry(rule: OverlayRule) -> dict[str, Any]:
    site = Site.objects.select_related("district").first()
    provider = site.district if site else Unit.objects.earliest("pk")
    frame = Layer.Class.FRAME
    return {
        "titles": rule.titles,
        "kind": frame if rule.left.kind == frame else Layer.Class.SOCIOECONOMIC,
        "provider": provider,
        "sensitivity": rule.sensitivity,
        "geometry": rule.left.geometry,
        "key": KEY,
        "schema": _schema(rule),
        "styles": [STYLE],
        "minzoom": 11,
        "order": 200,
        "visible": False,
    }


def _schema(rule: OverlayRule) -> list[dict[str, Any]]:
    titles = {
        KEY: (_titled("Conflict"), "string"),
        "left": (rule.left.titles, "string"),
        "right": (rule.right.titles, "string"),
        "measure": (_titled("Measure"), "number"),
        "left_value": (_titled("Left value"), "string"),
        "right_value": (_titled("Right value"), "string"),
        "found": (_titled("Found on"), "date"),
    }
    return [
        {
            "name": name,
            "title": title,
            "type": kind,
            "required": name == KEY,
            "sensitivity": rule.sensitivity,
        }
        for name, (title, kind) in titles.items()
    ]


def _titled(msgid: str) -> dict[str, str]:
    found = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found[language] = _(msgid)
    return found


OPEN = "rule_id = %(rule)s::bigint AND state = 'open' AND gone_at IS NULL"


def _digest(rule: OverlayRule) -> str:
    """Of what the layer would hold, whatever its order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(hashtextextended(uuid::text || measure, 0))"
            f" FROM layers_conflict WHERE {OPEN}",
            {"rule": rule.pk},
        )
        return hashlib.sha256(repr(cursor.fetchone()).encode()).hexdigest()


def _stage(rule: OverlayRule) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} (number, key, geometry, mercator, properties)"
            " SELECT row_number() OVER (ORDER BY id), uuid::text, geometry,"
            f" ST_Transform(geometry, {TILE_SRID}), jsonb_build_object("
            "  'conflict', uuid::text, 'left', left_key, 'right', right_key,"
            "  'measure', round(measure::numeric, 2), 'left_value', left_value,"
            "  'right_value', right_value, 'found', found_at::date::text)"
            f" FROM layers_conflict WHERE {OPEN}",
            {"rule": rule.pk},
        )
