"""How a correction's own kinds of evidence are read."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from govmap.lib.geo import SRID
from govmap.lib.localized import localized
from layers.models import Correction, Version
from layers.permissions import visible_fields
from layers.reading.attributes import CONVERTERS, as_text
from workflow.evidence import Asked, numbers, reads

VALUE_MAX = 500  # characters


@dataclass(frozen=True)
class Seen:
    """What is wrong, and in which published version it was seen."""

    version: Version
    key: str = ""


@reads("feature", words=gettext_lazy("a thing on the map"))
def read_feature(asked: Asked, raw: Any) -> tuple[Seen, dict[str, Any]]:
    """``{"layer", "key", "version"}``; without a version, the published one."""
    version = _version(asked, raw)
    key = raw.get("key")
    rows = version.layer.features.of_version(version.number or 0)
    if not isinstance(key, str) or not rows.filter(key=_clean(key)).exists():
        raise asked.trouble(_("the layer has no such feature"))
    return Seen(version, key), _kept(version) | {"key": key}


@reads("lacking", words=gettext_lazy("the layer that lacks it"))
def read_lacking(asked: Asked, raw: Any) -> tuple[Seen, dict[str, Any]]:
    """``{"layer", "version"}`` of the layer that lacks something at the place."""
    version = _version(asked, raw)
    return Seen(version), _kept(version)


def _version(asked: Asked, raw: Any) -> Version:
    """`sending.report` has found the layer, so it is there and may be seen."""
    layer = _correction(asked).layer
    if not isinstance(raw, dict) or raw.get("layer") != layer.code:
        raise asked.trouble(_("choose one of the list"))
    versions = layer.versions.ever_published()
    number = raw.get("version")
    if number in (None, ""):
        found = layer.published
    else:
        found = versions.filter(number=_whole(asked, number)).first()
    if found is None:
        raise asked.trouble(_("the layer has no such version"))
    found.layer = layer
    return found


def _kept(version: Version) -> dict[str, Any]:
    return {"layer": version.layer.code, "version": version.number}


@reads("spot", words=gettext_lazy("the spot"))
def read_spot(asked: Asked, raw: Any) -> tuple[Point, list[float]]:
    """``[longitude, latitude]`` (CGCS2000), or a GeoJSON point."""
    if isinstance(raw, dict) and raw.get("type") == "Point":
        raw = raw.get("coordinates")
    try:
        longitude, latitude = numbers(raw)
    except (TypeError, ValueError) as error:
        raise asked.trouble(_("longitude and latitude")) from error
    # NaN fails every comparison, and so is refused too.
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise asked.trouble(_("longitude and latitude"))
    point = Point(round(longitude, 7), round(latitude, 7), srid=SRID)
    return point, [point.x, point.y]


@reads("values", words=gettext_lazy("right values"))
def read_values(asked: Asked, raw: Any) -> tuple[dict[str, Any], list[str]]:
    """``{field: value}`` by the layer's schema; null empties a field.

    Of the event only the names of the fields: values may be somebody's own.
    """
    correction = _correction(asked)
    layer = correction.layer
    seen = visible_fields(layer, User.objects.get(pk=asked.by_id))
    if not isinstance(raw, dict) or not set(raw) <= seen:
        raise asked.trouble(_("fields of the layer, please"))
    entries = {row["name"]: row for row in layer.schema}
    # The key names the row: another one would be another feature.
    if layer.key in raw and "feature" in asked.move.evidence | _keyed(correction):
        raise asked.trouble(_("the key of a feature cannot be changed"))
    found = {name: _value(asked, entries[name], raw[name]) for name in raw}
    return found, sorted(found)


def _keyed(correction: Correction) -> dict[str, Any]:
    return {"feature": True} if correction.key else {}


def _value(asked: Asked, entry: dict[str, Any], raw: Any) -> Any:
    title = localized(entry.get("title")) or entry["name"]
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        if entry.get("required"):
            raise asked.trouble(_("%(field)s cannot be empty") % {"field": title})
        return None
    if isinstance(raw, bool | list | dict) or len(str(raw)) > VALUE_MAX:
        raise asked.trouble(_("%(field)s: not such a value") % {"field": title})
    text = _clean(raw).strip() if isinstance(raw, str) else raw
    try:
        value = CONVERTERS.get(entry.get("type", ""), as_text)(text)
    except (TypeError, ValueError, OverflowError) as error:
        said = _("%(field)s: not such a value") % {"field": title}
        raise asked.trouble(said) from error
    if (codes := entry.get("codes")) and str(value) not in codes:
        said = _("%(field)s: choose one of the list") % {"field": title}
        raise asked.trouble(said)
    return value


@reads("removal", words=gettext_lazy("whether it goes"))
def read_removal(asked: Asked, raw: Any) -> tuple[bool, bool]:
    """True, or what a ticked box of a form sends."""
    if raw not in (True, "on", "true", "1"):
        raise asked.trouble(_("yes, or leave it out"))
    return True, True


@reads("version", words=gettext_lazy("the version that changes it"))
def read_version(asked: Asked, raw: Any) -> tuple[Version, int | None]:
    """The uuid of a published version of the layer, not older than what was seen."""
    correction = _correction(asked)
    versions = correction.layer.versions.ever_published()
    try:
        found = versions.filter(uuid=UUID(str(raw))).first()
    except ValueError:
        found = None
    seen = correction.version.number or 0
    if found is None or (found.number or 0) < seen:
        raise asked.trouble(_("choose one of the list"))
    return found, found.number


def _correction(asked: Asked) -> Correction:
    return cast(Correction, asked.subject)


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _whole(asked: Asked, raw: Any) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**31:
        return raw
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 10:
        return int(raw)
    raise asked.trouble(_("the layer has no such version"))


def layer_code(evidence: dict[str, Any]) -> str:
    """The layer that an opening's evidence speaks of; empty where it names none."""
    for name in ("feature", "lacking"):
        told = evidence.get(name)
        if isinstance(told, dict) and isinstance(told.get("layer"), str):
            return _clean(told["layer"])
    return ""
