"""The site's own coordinate systems, and those that surveyors usually send."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from layers.models import LocalSystem
from layers.reading.crs import SITE
from layers.reading.crs_local import Local
from layers.reading.trouble import Trouble

# What Chinese surveyors send most; any other may be typed.
USUAL = (
    *("EPSG:4490", "EPSG:4326", "EPSG:4527", "EPSG:4548", "EPSG:4526", "EPSG:4547"),
    *("EPSG:4528", "EPSG:4549", "EPSG:3857", "GCJ-02", "BD-09"),
)
DEGREES = ("EPSG:4490", "EPSG:4326", "GCJ-02", "BD-09")
WELL_KNOWN = {
    "EPSG:4490": "CGCS2000",
    "EPSG:4326": "WGS 84",
    "EPSG:3857": gettext_noop("Web Mercator"),
    "GCJ-02": gettext_noop("GCJ-02, as of Amap and Tencent maps"),
    "BD-09": gettext_noop("BD-09, as of Baidu maps"),
}
# First and last EPSG code, the first's zone, degrees of a zone, name.
ZONES = (
    (4491, 4501, 13, 6, gettext_noop("CGCS2000, 6° zone %(zone)s")),
    (4502, 4512, 13, 6, gettext_noop("CGCS2000, 6° zone of meridian %(degrees)s°E")),
    (4513, 4533, 25, 3, gettext_noop("CGCS2000, 3° zone %(zone)s")),
    (4534, 4554, 25, 3, gettext_noop("CGCS2000, 3° zone of meridian %(degrees)s°E")),
    (32643, 32653, 43, 6, gettext_noop("WGS 84, UTM zone %(zone)sN")),
)
TURNED = ("EPSG:4490 yx", "EPSG:4527 yx", "EPSG:4548 yx")


def load(folder: Path) -> int:
    """Reads ``systems.json`` of a site package, where it has one; how many it names.

    Raises BadInput that names the system and what is wrong with it.
    """
    path = folder / "systems.json"
    if not path.is_file():
        return 0
    entries = read_json(path)
    for entry in entries:
        values = _values(entry)
        LocalSystem.objects.update_or_create(code=entry["code"], defaults=values)
    return len(entries)


def _values(entry: dict[str, Any]) -> dict[str, Any]:
    try:
        values = {
            "titles": entry["title"],
            "base": entry["base"],
            "kind": entry["kind"],
            "parameters": entry["parameters"],
        }
        Local(_definition(entry["code"], "", values))
    except KeyError as error:
        raise BadInput(
            f"systems.json: {entry.get('code', '?')} lacks {error}. Add it."
        ) from error
    except Trouble as trouble:
        wrong = trouble.details["wrong"]
        raise BadInput(
            f"systems.json: {entry['code']}: {wrong} is wrong or missing. Correct it."
        ) from trouble
    return values


def definitions() -> list[dict[str, Any]]:
    """What a reading process is told of them: it knows no database."""
    return [
        _definition(system.code, system.title, vars(system))
        for system in LocalSystem.objects.all()
    ]


def _definition(code: str, title: str, values: dict[str, Any]) -> dict[str, Any]:
    names = ("base", "kind", "parameters")
    return {"code": code, "title": title, **{name: values[name] for name in names}}


def choices() -> Iterator[tuple[str, str]]:
    """Codes and names for a form: the usual ones, the site's, those turned round."""
    yield from ((code, title(code)) for code in USUAL)
    for system in LocalSystem.objects.all():
        yield SITE + system.code, system.title
    yield from ((code, title(code)) for code in TURNED)


def title(code: str, otherwise: str = "") -> str:
    """How surveyors here call a system, in the reader's language."""
    plain, _space, turned = code.partition(" ")
    name = _title(plain) or otherwise.removeprefix(plain).strip() or plain
    if not turned:
        return name
    degrees = plain in DEGREES
    order = _("latitude first") if degrees else _("north first")
    return f"{name}, {order}"


def _title(code: str) -> str:
    number = int(code[5:]) if re.fullmatch(r"EPSG:\d+", code) else 0
    if name := WELL_KNOWN.get(code):
        return _(name)
    for first, last, zone, width, text in ZONES:
        if first <= number <= last:
            zone += number - first
            return _(text) % {"zone": zone, "degrees": zone * width - (width == 6) * 3}
    return ""
