"""The site's own coordinate systems, and those that surveyors usually send."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from layers.importers.crs import SITE
from layers.importers.crs_local import Local
from layers.importers.trouble import Trouble
from layers.models import LocalSystem

# What Chinese surveyors send most; any other may be typed.
USUAL = (
    ("EPSG:4490", "CGCS2000"),
    ("EPSG:4326", "WGS 84"),
    ("EPSG:4527", "CGCS2000 / 3° GK zone 39"),
    ("EPSG:4548", "CGCS2000 / 3° GK CM 117°E"),
    ("EPSG:4526", "CGCS2000 / 3° GK zone 38"),
    ("EPSG:4547", "CGCS2000 / 3° GK CM 114°E"),
    ("EPSG:4528", "CGCS2000 / 3° GK zone 40"),
    ("EPSG:4549", "CGCS2000 / 3° GK CM 120°E"),
    ("EPSG:3857", "Web Mercator"),
)


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
    """Codes and names for a form: the usual ones, the shifted ones, the site's."""
    yield from USUAL
    yield "GCJ-02", _("GCJ-02, as of Amap and Tencent maps")
    yield "BD-09", _("BD-09, as of Baidu maps")
    for system in LocalSystem.objects.all():
        yield SITE + system.code, system.title
    yield "EPSG:4490 yx", _("CGCS2000, latitude before longitude")
    yield "EPSG:4527 yx", _("CGCS2000 / 3° GK zone 39, north before east")
    yield "EPSG:4548 yx", _("CGCS2000 / 3° GK CM 117°E, north before east")
