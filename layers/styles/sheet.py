"""The map's style: one MapLibre document made from the layers a reader may see."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from layers.models import Layer
from layers.styles.vocabulary import (
    PALETTE,
    Label,
    Look,
    Rule,
    Style,
    Theme,
    colour,
    ink_on,
)

# The document counts zooms in tiles of 512 pixels, people in tiles of 256.
TILE_ZOOM = -1
# Tiles are drawn to here; nearer, the browser enlarges them (0.15 m a unit).
LAST_TILE = 16
# With so many features, borders nearer than this tile zoom only: a veil from afar.
VEILS = ((8000, 14), (1000, 13))
# Smaller than at this tile zoom, nobody reads the sign on a point.
SIGNED_FROM = 13.5
FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
Expression = Any


@dataclass(frozen=True)
class Frame:
    """What a style says of the whole map; ``bounds`` are west, south, east, north."""

    name: str
    center: list[float]
    attribution: str = ""
    bounds: list[float] | None = None


@dataclass(frozen=True)
class Picture:
    """A layer that comes drawn: its tiles of 256 pixels, under our areas and lines or
    ``over`` them. ``zooms`` count such tiles, ``minzoom`` is the map's."""

    code: str
    tiles: str
    zooms: tuple[int, int]
    attribution: str
    minzoom: int
    over: bool
    shown: bool

    def source(self) -> dict[str, Any]:
        first, last = self.zooms
        return {
            **{"type": "raster", "tiles": [self.tiles], "tileSize": 256},
            **{"minzoom": first, "maxzoom": last, "attribution": self.attribution},
        }

    def layer(self) -> dict[str, Any]:
        return {
            **{"id": f"{self.code}:picture", "type": "raster", "source": self.code},
            "minzoom": max(0, self.minzoom + TILE_ZOOM),
            # Without a style: a device that chose none draws it.
            "metadata": {"govmap:layer": self.code},
            "layout": {"visibility": "visible" if self.shown else "none"},
            "paint": {"raster-opacity": 1},
        }


def document(
    entries: Iterable[tuple[Layer, list[Style], str]],
    *,
    theme: Theme,
    frame: Frame,
    pictures: Sequence[Picture] = (),
) -> dict[str, Any]:
    """A style (MapLibre Style Specification 8) of layers, lowest first.

    Each entry is a layer, its styles and its tiles' address. There is no ``glyphs``:
    the browser then draws all labels from its own fonts.
    """
    sources: dict[str, Any] = {one.code: one.source() for one in pictures}
    under = [one.layer() for one in pictures if not one.over]
    over = [one.layer() for one in pictures if one.over]
    ground: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for layer, styles, tiles in entries:
        sources[layer.code] = _source(layer, tiles)
        for number, style in enumerate(styles):
            shown = layer.visible and number == 0
            painter = Painter(layer, style, theme, shown=shown)
            ground += painter.shapes()
            words += painter.words()
    return {
        "version": 8,
        "name": frame.name,
        "center": frame.center,
        "zoom": 14 + TILE_ZOOM,
        "metadata": {
            "govmap:attribution": frame.attribution,
            "govmap:bounds": frame.bounds,
            "govmap:theme": theme,
        },
        "sources": sources,
        # The labels of higher layers are placed first, so they win.
        "layers": [_background(theme), *under, *ground, *over, *words],
    }


def _background(theme: Theme) -> dict[str, Any]:
    return {
        "id": "background",
        "type": "background",
        "paint": {"background-color": colour("land", theme)},
    }


def _source(layer: Layer, tiles: str) -> dict[str, Any]:
    return {
        "type": "vector",
        "tiles": [tiles],
        "minzoom": max(0, layer.minzoom + TILE_ZOOM),
        "maxzoom": LAST_TILE,
    }


class Painter:
    """The document's layers of one style of one layer."""

    def __init__(
        self, layer: Layer, style: Style, theme: Theme, *, shown: bool
    ) -> None:
        self.layer, self.style, self.theme, self.shown = layer, style, theme, shown

    def shapes(self) -> Iterator[dict[str, Any]]:
        yield from {"line": self._lines, "point": self._points}.get(
            self.layer.geometry, self._polygons
        )()

    def words(self) -> Iterator[dict[str, Any]]:
        for number, label in enumerate(self.style.labels):
            yield self._label(label, number)

    def _polygons(self) -> Iterator[dict[str, Any]]:
        filled = [rule for rule in self.style.rules if rule.look.color]
        if filled:
            paint = {
                "fill-color": self._by(filled, lambda look: self._hex(look.color)),
                "fill-opacity": self._by(filled, lambda look: look.opacity),
            }
            yield self._layer("fill", "fill", paint, rules=filled)
        edged = [rule for rule in self.style.rules if rule.look.outline]
        for dash in dict.fromkeys(rule.look.dash for rule in edged):
            yield self._border([rule for rule in edged if rule.look.dash == dash], dash)

    def _border(self, rules: list[Rule], dash: tuple[float, ...]) -> dict[str, Any]:
        paint: dict[str, Any] = {
            "line-color": self._by(rules, lambda look: self._hex(look.outline)),
            "line-width": self._scaled(
                rules, lambda look: look.width, ((10, 0.5), (15, 1), (19, 1.6))
            ),
            "line-opacity": self._by(rules, _border_opacity),
        }
        if dash:
            paint["line-dasharray"] = list(dash)
        part = "border" + "-".join(f"{step:g}" for step in dash)
        entry = self._layer(part, "line", paint, rules=rules)
        entry["layout"]["line-join"] = "round"
        rows = self.layer.published.rows if self.layer.published else 0
        for many, zoom in VEILS:
            if rows > many:
                entry["minzoom"] = max(entry["minzoom"], zoom)
                break
        return entry

    def _lines(self) -> Iterator[dict[str, Any]]:
        rules = list(self.style.rules)
        growth = ((10, 0.22), (13, 0.5), (15, 1), (17, 2.6), (19, 6.5))
        width = self._scaled(rules, lambda look: look.width, growth)
        cased = [rule for rule in rules if rule.look.outline]
        if cased:
            wider = self._scaled(cased, lambda look: look.width, growth, more=1.6)
            paint = {
                "line-color": self._by(cased, lambda look: self._hex(look.outline)),
                "line-width": wider,
            }
            yield self._line("casing", paint, cased)
        for dash in dict.fromkeys(rule.look.dash for rule in rules):
            alike = [rule for rule in rules if rule.look.dash == dash]
            paint = {
                "line-color": self._by(alike, lambda look: self._hex(look.color)),
                "line-opacity": self._by(alike, lambda look: look.opacity),
                "line-width": width,
            }
            if dash:
                paint["line-dasharray"] = list(dash)
            yield self._line("line" + "-".join(map(str, dash)), paint, alike)

    def _line(
        self, part: str, paint: dict[str, Any], rules: list[Rule]
    ) -> dict[str, Any]:
        entry = self._layer(part, "line", paint, rules=rules)
        entry["layout"] |= {"line-cap": "round", "line-join": "round"}
        return entry

    def _points(self) -> Iterator[dict[str, Any]]:
        rules = list(self.style.rules)
        paint = {
            "circle-color": self._by(rules, lambda look: self._hex(look.color)),
            "circle-opacity": self._by(rules, lambda look: look.opacity),
            "circle-radius": self._scaled(
                rules, lambda look: look.radius, ((12, 0.4), (15, 1), (18, 1.8))
            ),
            "circle-stroke-color": self._by(
                rules, lambda look: self._hex(look.outline or "paper")
            ),
            "circle-stroke-width": [
                *("interpolate", ["linear"], ["zoom"]),
                *(14, 0, 15.5, 1),
            ],
        }
        yield self._layer("circle", "circle", paint, rules=rules)
        if signed := [rule for rule in rules if rule.look.sign]:
            yield self._signs(signed)

    def _signs(self, rules: list[Rule]) -> dict[str, Any]:
        """One or two signs on each point, once it is large enough to bear them."""
        growth = ((12, 0.55), (15, 1.35), (18, 2.4))  # of the radius
        entry = self._layer("sign", "symbol", {}, rules=rules)
        entry["layout"] |= {
            "text-field": self._by(rules, lambda look: look.sign),
            "text-font": ["Bold", *FONT],
            "text-size": self._scaled(rules, lambda look: look.radius, growth),
            "text-allow-overlap": True,
            "text-ignore-placement": True,
        }
        entry["paint"]["text-color"] = self._by(rules, self._sign_ink)
        entry["minzoom"] = max(entry["minzoom"], SIGNED_FROM)
        return entry

    def _sign_ink(self, look: Look) -> str:
        return ink_on(colour(look.color, self.theme) or PALETTE["paper"][self.theme])

    def _label(self, label: Label, number: int) -> dict[str, Any]:
        layout: dict[str, Any] = {
            "text-field": self._text(label),
            "text-font": ["Bold", *FONT] if label.strong else FONT,
            "text-size": [
                *("interpolate", ["linear"], ["zoom"]),
                *(12, label.size * 0.92, 16, label.size * 1.12),
            ],
            "text-padding": 4,
            "text-max-width": 9,
        }
        if label.along:
            layout |= {"symbol-placement": "line", "symbol-spacing": 320}
            layout |= {"text-max-angle": 32, "text-letter-spacing": 0.08}
        elif self.layer.geometry == "point":
            layout |= {"text-anchor": "top", "text-offset": [0, 0.6]}
        paint = {
            "text-color": self._hex(label.color),
            "text-halo-color": colour("paper", self.theme),
            "text-halo-width": 1.4,
        }
        entry = self._layer(f"label{number}", "symbol", paint, rules=())
        entry["layout"] |= layout
        entry["minzoom"] = max(entry["minzoom"], label.minzoom + TILE_ZOOM)
        if self.layer.geometry == "polygon":
            entry["source-layer"] = label_points(self.layer.code)
        if label.only:
            entry["filter"] = ["in", self._value, ["literal", list(label.only)]]
        return entry

    @staticmethod
    def _text(label: Label) -> Expression:
        whole = ["to-string", ["get", label.field]]
        if not label.tail:
            return whole
        return ["step", ["zoom"], ["slice", whole, -label.tail], 17, whole]

    def _layer(
        self, part: str, kind: str, paint: dict[str, Any], *, rules: Iterable[Rule]
    ) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "id": f"{self.layer.code}:{self.style.code}:{part}",
            "type": kind,
            "source": self.layer.code,
            "source-layer": self.layer.code,
            "minzoom": max(0, self.style.minzoom + TILE_ZOOM),
            "maxzoom": 24,
            "metadata": {
                "govmap:layer": self.layer.code,
                "govmap:style": self.style.code,
            },
            "layout": {"visibility": "visible" if self.shown else "none"},
            "paint": paint,
        }
        if self.style.maxzoom < 20:
            entry["maxzoom"] = self.style.maxzoom + 1 + TILE_ZOOM
        if (drawn := self._drawn(list(rules))) is not None:
            entry["filter"] = drawn
        return entry

    @property
    def _value(self) -> Expression:
        return ["to-string", ["get", self.style.field]]

    def _drawn(self, rules: list[Rule]) -> Expression | None:
        """A filter of the values that have a rule, unless one stands for all others."""
        if self.style.type == "simple" or not rules:
            return None
        if self.style.type == "graduated":
            return None if _other(rules) else ["has", self.style.field]
        if _other(rules):
            absent = [
                value
                for rule in self.style.rules
                if rule not in rules
                for value in rule.values
            ]
            return ["!", ["in", self._value, ["literal", absent]]] if absent else None
        named = [value for rule in rules for value in rule.values]
        return ["in", self._value, ["literal", named]]

    def _by(self, rules: list[Rule], part: Any) -> Expression:
        """What ``part`` takes from the look of each value, as an expression."""
        outs = [part(rule.look) for rule in rules]
        if self.style.type == "simple" or len(set(outs)) == 1:
            return outs[0]
        other = _other(rules)
        fallback = part(other.look) if other else outs[0]
        if self.style.type == "graduated":
            return self._stepped(rules, part, fallback)
        pairs: list[Any] = []
        for rule in rules:
            if rule.values:
                pairs += [list(rule.values), part(rule.look)]
        return ["match", self._value, *pairs, fallback]

    def _stepped(self, rules: list[Rule], part: Any, fallback: Any) -> Expression:
        steps = sorted(
            (rule for rule in rules if rule.floor is not None),
            key=lambda rule: rule.floor or 0,
        )
        pairs: list[Any] = []
        for rule in steps:
            pairs += [rule.floor, part(rule.look)]
        ladder = ["step", ["to-number", ["get", self.style.field], 0], fallback, *pairs]
        return ["case", ["has", self.style.field], ladder, fallback]

    def _scaled(
        self,
        rules: list[Rule],
        part: Any,
        growth: tuple[tuple[float, float], ...],
        *,
        more: float = 0,
    ) -> Expression:
        """A size meant at tile zoom 15, growing with the map, plus ``more`` pixels."""
        stops: list[Any] = []
        for zoom, share in growth:
            stops += [
                zoom,
                self._by(rules, lambda look, k=share: part(look) * k + more),
            ]
        return ["interpolate", ["exponential", 1.4], ["zoom"], *stops]

    def _hex(self, value: Any) -> str:
        return colour(value, self.theme) or "rgba(0,0,0,0)"


def _border_opacity(look: Look) -> float:
    """Of a border that stands alone its own, else a little softer than the fill."""
    return look.opacity if not look.color else 0.85


def _other(rules: list[Rule]) -> Rule | None:
    """The rule of every value that no other names."""
    for rule in rules:
        if not rule.values and rule.floor is None:
            return rule
    return None


def label_points(layer: str) -> str:
    """The tile's layer with one point for each labelled polygon.

    A polygon lies in many tiles; its name belongs into one.
    """
    return f"{layer}.labels"
