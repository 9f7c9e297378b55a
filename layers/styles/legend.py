"""The layer tree with its legends, made from the styles that the map draws."""

from collections.abc import Iterable
from dataclasses import dataclass

from layers.models import Layer
from layers.styles.vocabulary import THEMES, Look, Style, Theme, colour, ink_on


@dataclass(frozen=True)
class Drawing:
    """The look of a swatch under one theme; widths in pixels."""

    theme: Theme
    fill: str
    stroke: str
    opacity: float
    width: float
    dash: str
    radius: float = 4.5
    sign: str = ""
    ink: str = "none"  # of the sign

    @property
    def casing(self) -> float:
        return self.width + 2

    @property
    def edge(self) -> float:
        """The border of an area, no wider than a swatch bears."""
        return min(self.width, 2)


@dataclass(frozen=True)
class Swatch:
    title: str
    shape: str  # polygon, line or point
    drawings: list[Drawing]


@dataclass(frozen=True)
class StyleEntry:
    code: str
    title: str
    swatches: list[Swatch]


@dataclass(frozen=True)
class LayerEntry:
    layer: Layer
    styles: list[StyleEntry]

    @property
    def icon(self) -> Swatch | None:
        """The look of a layer that has one look only, to stand beside its name."""
        alone = len(self.styles) == 1 and len(self.styles[0].swatches) == 1
        return self.styles[0].swatches[0] if alone else None


@dataclass(frozen=True)
class ClassEntry:
    """One of the eight classes with its layers, the topmost first."""

    title: str
    layers: list[LayerEntry]
    is_open: bool  # the base map needs no legend at every visit


def tree(drawn: Iterable[tuple[Layer, list[Style]]]) -> list[ClassEntry]:
    """The eight classes in the guide's order; some may have no layer yet."""
    entries: dict[str, list[LayerEntry]] = {kind: [] for kind in Layer.Class.values}
    for layer, styles in drawn:
        entry = LayerEntry(layer, [legend_of(layer, style) for style in styles])
        entries[layer.kind].insert(0, entry)
    return [
        ClassEntry(
            str(Layer.Class(kind).label), entries[kind], kind != Layer.Class.BASEMAP
        )
        for kind in Layer.Class.values
    ]


def legend_of(layer: Layer, style: Style) -> StyleEntry:
    """The swatches of one style: of each look that draws something."""
    swatches = [
        Swatch(rule.title, layer.geometry, [_drawing(rule.look, t) for t in THEMES])
        for rule in style.rules
        if rule.look.color or rule.look.outline
    ]
    return StyleEntry(style.code, style.title, swatches)


def _drawing(look: Look, theme: Theme) -> Drawing:
    fill = colour(look.color, theme)
    return Drawing(
        theme=theme,
        fill=fill or "none",
        stroke=colour(look.outline, theme) or "none",
        opacity=look.opacity,
        width=min(max(look.width, 1), 5),
        dash=" ".join(f"{step * 2:g}" for step in look.dash),
        radius=6.5 if look.sign else min(max(look.radius, 2), 6),
        sign=look.sign,
        ink=ink_on(fill) if fill else "currentColor",
    )
