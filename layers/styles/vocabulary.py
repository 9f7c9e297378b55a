"""How layers look: the vocabulary of docs/map-styles.md, for map and legend alike."""

import colorsys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Literal

from govmap.lib.localized import localized
from layers.models import Layer
from layers.permissions import sensitive_fields

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
TYPES = ("simple", "categorical", "graduated")
SIGN_LENGTH = 2  # of a point: so many signs can be read in a circle

# The house palette: light and dark.
PALETTE: dict[str, dict[Theme, str]] = {
    "land": {"light": "#f3f1ec", "dark": "#121b25"},
    "block": {"light": "#f9f8f5", "dark": "#172230"},
    "water": {"light": "#a8c7e0", "dark": "#1d3c55"},
    "green": {"light": "#cfe0c3", "dark": "#1d3328"},
    "road": {"light": "#ffffff", "dark": "#2b3a4a"},
    "casing": {"light": "#dcd7cd", "dark": "#0c141d"},
    "building": {"light": "#dcd6cb", "dark": "#273442"},
    "edge": {"light": "#bfb7a9", "dark": "#3b4a5b"},
    "ink": {"light": "#1c2530", "dark": "#e8edf3"},
    "soft": {"light": "#5b6776", "dark": "#9aa7b6"},
    "accent": {"light": "#1f5fae", "dark": "#6aa7ee"},
    # DB11/T 2157-2023 draws cells in magenta.
    "cell": {"light": "#c2188f", "dark": "#c75aa8"},
    "paper": {"light": "#ffffff", "dark": "#0c141d"},
}


@dataclass(frozen=True)
class Look:
    """What one value looks like; see docs/map-styles.md for the units."""

    color: Any = "building"
    opacity: float = 1.0
    outline: Any = None
    width: float = 1.0
    dash: tuple[float, ...] = ()
    radius: float = 4.0
    sign: str = ""  # written on a point


@dataclass(frozen=True)
class Rule:
    """A look and the values that wear it; both empty: every value not named."""

    look: Look
    values: tuple[str, ...] = ()
    floor: float | None = None
    title: str = ""


@dataclass(frozen=True)
class Label:
    field: str
    minzoom: float = 16
    size: float = 12
    along: bool = False
    strong: bool = False
    color: Any = "ink"
    only: tuple[str, ...] = ()
    tail: int = 0  # below zoom 18 only so many signs of the end


@dataclass(frozen=True)
class Style:
    """One way to draw a layer."""

    code: str
    title: str
    type: str
    field: str = ""
    rules: tuple[Rule, ...] = ()
    labels: tuple[Label, ...] = ()
    minzoom: float = 0
    maxzoom: float = 24
    fields: frozenset[str] = frozenset()  # attributes that it reads


DEFAULTS: dict[str, dict[str, Any]] = {
    "base_land": {"color": "block"},
    "base_water": {"color": "water", "label": {"field": "name", "color": "accent"}},
    "base_green": {"color": "green", "label": {"field": "name", "color": "soft"}},
    "base_roads": {"color": "road", "outline": "casing", "width": 5},
    "regions": {"color": None, "outline": "ink", "width": 1.5},
    "cells": {
        "color": None,
        "outline": "cell",
        "opacity": 0.6,
        "width": 0.6,
        "label": {"color": "cell", "size": 11, "tail": 3},
    },
    "addresses": {"color": "soft", "radius": 2.5, "outline": "paper"},
    "parts": {"color": "accent", "radius": 3.5, "outline": "paper"},
    "polygon": {"color": "building", "outline": "edge", "width": 0.6},
    "line": {"color": "soft", "width": 1.5},
    "point": {"color": "accent", "radius": 4, "outline": "paper"},
}


def default_style(layer: Layer) -> dict[str, Any]:
    """For a layer whose catalogue entry says nothing."""
    for name in (layer.code, layer.feeds, layer.geometry):
        if found := DEFAULTS.get(name):
            break
    else:
        found = DEFAULTS["polygon"]
    label = {"field": layer.key, **found["label"]} if "label" in found else None
    return {"code": "plain", "type": "simple", **found, "label": label}


def colour(value: Any, theme: Theme) -> str | None:
    """A colour of the vocabulary as ``#rrggbb``; None for none."""
    if not value:
        return None
    if isinstance(value, dict):
        return str(value.get(theme) or value["light"])
    if value in PALETTE:
        return PALETTE[value][theme]
    return str(value) if theme == "light" else dimmed(str(value))


def ink_on(value: str) -> str:
    """What can be read on a colour ``#rrggbb``: nearly black, or white.

    By relative luminance (WCAG 2.1): at 0.18 both stand out alike.
    """
    parts = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return PALETTE["ink"]["light"] if light > 0.18 else "#ffffff"


def dimmed(value: str) -> str:
    """The same hue on the dark map: less light, a little less colour.

    What is nearly white or grey is ground there, and ground is dark.
    """
    if len(value) != 7:
        return value
    red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, much = colorsys.rgb_to_hls(red, green, blue)
    hued = min(1.0, (max(red, green, blue) - min(red, green, blue)) / 0.3)
    shade = hued * (0.16 + light * 0.32) + (1 - hued) * (0.14 + (1 - light) * 0.4)
    parts = colorsys.hls_to_rgb(hue, shade, much * 0.56)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def styles_of(layer: Layer, *, sees_sensitive: bool) -> list[Style]:
    """The styles this reader may see, the default first.

    A style that needs a hidden field falls away, and so does a label of one.
    """
    hidden = set() if sees_sensitive else sensitive_fields(layer)
    known = [_style(layer, entry) for entry in layer.styles or [default_style(layer)]]
    shown = [style for style in known if style.field not in hidden]
    return [_without(style, hidden) for style in shown or [_plain(layer)]]


def fields_of(styles: list[Style]) -> list[str]:
    """The attributes that tiles must carry for these styles."""
    return sorted(frozenset[str]().union(*(style.fields for style in styles)))


def _plain(layer: Layer) -> Style:
    entry = {**default_style(layer), "label": None}
    return _style(layer, entry)


def _without(style: Style, hidden: set[str]) -> Style:
    labels = tuple(label for label in style.labels if label.field not in hidden)
    return replace(style, labels=labels, fields=style.fields - hidden)


def _style(layer: Layer, entry: dict[str, Any]) -> Style:
    labels = tuple(_labels(entry.get("label")))
    named = entry.get("field", "") if entry.get("type") != "simple" else ""
    fields = {named} | {label.field for label in labels}
    return Style(
        code=entry.get("code", "plain"),
        title=localized(entry.get("title")) or layer.title,
        type=entry.get("type", "simple"),
        field=named,
        rules=tuple(_rules(layer, entry)),
        labels=labels,
        minzoom=max(layer.minzoom, entry.get("minzoom", 0)),
        maxzoom=min(layer.maxzoom, entry.get("maxzoom", 24)),
        fields=frozenset(fields - {""}),
    )


def _rules(layer: Layer, entry: dict[str, Any]) -> Iterator[Rule]:
    base = _look(entry, _look(default_style(layer), Look()))
    if entry.get("type", "simple") == "simple":
        yield Rule(base, title=layer.title)
        return
    codes = _codes(layer, entry.get("field", ""))
    for item in entry.get("values", ()):
        values = tuple(str(value) for value in _many(item["value"]))
        title = localized(item.get("title")) or codes.get(values[0], values[0])
        yield Rule(_look(item, base), values=values, title=title)
    steps = entry.get("steps", ())
    for step, following in zip_longest(steps, steps[1:]):
        title = localized(step.get("title")) or _range(step, following)
        yield Rule(_look(step, base), floor=float(step["from"]), title=title)
    if other := entry.get("other"):
        look = other if isinstance(other, dict) else {"color": other}
        yield Rule(_look(look, base), title=localized(look.get("title")))


def _range(step: dict[str, Any], following: dict[str, Any] | None) -> str:
    if following is None:
        return f"≥ {step['from']}"
    return f"{step['from']} – {following['from']}"


def _codes(layer: Layer, name: str) -> dict[str, str]:
    """What the values of a field are called."""
    for entry in layer.schema:
        if entry["name"] == name:
            return {
                str(value): localized(title) if isinstance(title, dict) else str(title)
                for value, title in (entry.get("codes") or {}).items()
            }
    return {}


def _look(entry: dict[str, Any], base: Look) -> Look:
    said: dict[str, Any] = {
        name: entry[name]
        for name in ("color", "opacity", "outline", "width", "radius", "sign")
        if name in entry
    }
    if "dash" in entry:
        said["dash"] = tuple(entry["dash"] or ())
    # {"light", "dark"} is a colour; a title is not a look.
    return replace(base, **said)


def _labels(entry: Any) -> Iterator[Label]:
    for label in _many(entry):
        said = {name: label[name] for name in Label.__annotations__ if name in label}
        said["only"] = tuple(str(value) for value in _many(label.get("only")))
        yield Label(**said)


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
