"""What the page of an asking import shows: each question with its likely answers."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Site
from layers.imports import columns, systems
from layers.models import ImportRun, Region

LAYER, COLUMNS, SYSTEM, ENCODING = "layer", "columns", "system", "encoding"
# Which question stands open; the others can be opened.
ASKED = {
    "several_layers": (LAYER,),
    "no_such_field": (COLUMNS,),
    "no_places": (COLUMNS,),
    "columns_to_check": (COLUMNS, SYSTEM),
    "no_crs": (SYSTEM,),
    "crs_unheard_of": (SYSTEM,),
    "crs_datum": (SYSTEM,),
    "lands_elsewhere": (SYSTEM,),
    "encoding_unknown": (ENCODING,),
    "encoding_unheard_of": (ENCODING,),
    "encoding_does_not_fit": (ENCODING,),
}
# A system that these name is the file's own word, but it is not the right one.
DISBELIEVED = {"crs_datum", "lands_elsewhere"}
KINDS = {
    "point": lambda: _("points"),
    "line": lambda: _("lines"),
    "polygon": lambda: _("areas"),
    "collection": lambda: _("collections"),
    "other": lambda: _("other shapes"),
}


@dataclass(frozen=True)
class Choice:
    """A coordinate system that the file may be in. ``code`` is empty for its own."""

    code: str
    title: str
    label: str
    shapes: dict[str, Any]
    checked: bool

    @property
    def middle(self) -> str:
        """Of the first shape, as a reader without a map checks it."""
        point = _first_point(self.shapes.get("geometries") or [])
        return f"{point[0]:.4f}, {point[1]:.4f}" if point else ""


class Question:
    """All that an asking run's page asks."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.trouble: dict[str, Any] = run.report.get("trouble") or {}
        self.found: dict[str, Any] = run.report.get("found") or {}
        self.code = str(self.trouble.get("code", ""))
        self.asked = ASKED.get(self.code, (SYSTEM,))

    @cached_property
    def columns(self) -> columns.Columns | None:
        return columns.of_run(self.run)

    @property
    def layers(self) -> list[dict[str, Any]]:
        """The file's layers, where there are several: name, rows, kinds, chosen."""
        found = self.found.get("layers") or []
        if len(found) < 2:
            return []
        wanted = self.run.options.get("layer") or self._likely_layer(found)
        return [
            {
                "name": layer["name"],
                "rows": layer.get("rows"),
                "kinds": [KINDS[kind]() for kind in layer.get("kinds") or []],
                "checked": layer["name"] == wanted,
            }
            for layer in found
        ]

    def _likely_layer(self, found: list[dict[str, Any]]) -> str:
        """The one of only the layer's kind of geometry, if it is one."""
        kind = [self.run.layer.geometry]
        fitting = [layer["name"] for layer in found if layer.get("kinds") == kind]
        return fitting[0] if len(fitting) == 1 else ""

    @cached_property
    def systems(self) -> list[Choice]:
        """The file's own system first, where it may be believed; then likely ones."""
        details = self.trouble.get("details") or {}
        given = details.get("candidates") or self.found.get("candidates") or []
        declared = "" if self.code in DISBELIEVED else self.found.get("crs") or ""
        told = self.run.options.get("crs") or ""
        choices = []
        if declared:
            own = next((item for item in given if _is_named(item, declared)), None)
            given = [item for item in given if item is not own]
            shapes = (own or {}).get("shapes") or {}
            text = _("as the file says: %(system)s") % {
                "system": systems.title(declared.partition(" ")[0], declared)
            }
            choices.append(Choice("", text, declared, shapes, not told))
        codes = [item["code"] for item in given]
        first = "" if declared else next(iter(codes), "")
        checked = told if told in codes else first
        return choices + [
            Choice(
                item["code"],
                systems.title(item["code"], item["label"]),
                item["label"],
                item.get("shapes") or {},
                bool(checked) and item["code"] == checked,
            )
            for item in given
        ]

    @property
    def typed_system(self) -> str:
        """What was told and is none of the choices."""
        told = self.run.options.get("crs") or ""
        return "" if any(choice.code == told for choice in self.systems) else told

    def map_data(self) -> dict[str, Any]:
        """For the map preview: the district's border, and shapes by code."""
        shown = {choice.code: choice.shapes for choice in self.systems if choice.shapes}
        return {"border": _border() if shown else None, "systems": shown}


def _is_named(candidate: dict[str, Any], declared: str) -> bool:
    """WGS 84 is not among the candidates: it is taken as CGCS2000."""
    if declared.startswith("EPSG:4326 "):
        return bool(candidate["code"] == "EPSG:4490")
    return bool(candidate["label"] == declared)


def _first_point(geometries: list[dict[str, Any]]) -> list[float] | None:
    if not geometries:
        return None
    at = geometries[0].get("coordinates") or []
    while at and isinstance(at[0], list):
        at = at[0]
    return at or None


def _border() -> dict[str, Any] | None:
    """The district's outline, to some thirty metres."""
    region = Region.objects.filter(unit__in=Site.objects.values("district")).first()
    if region is None:
        return None
    border: dict[str, Any] = json.loads(region.geometry.simplify(0.0003).json)
    return border
