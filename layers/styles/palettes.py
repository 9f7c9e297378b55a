"""Colours that a style may be given at once: for values, and for ranges."""

from django.utils.translation import gettext_lazy as _

# By the main class of GB 50137-2011, as planners have always painted them: dwelling
# yellow, administration pink, commerce red, industry brown, storage violet, roads
# grey, supply blue, green green; villages, water, farmland of the older table too.
LAND_USE = {
    "R": "#f6e27f",
    "R1": "#fff2a8",
    "R3": "#e3c763",
    "A": "#f2a7c3",
    "A1": "#e58fb0",
    "A33": "#f4b6cf",
    "A4": "#c9d98a",
    "A5": "#e9849f",
    "A7": "#c8643c",
    "B": "#e2574c",
    "B2": "#c94a4a",
    "B3": "#ee7d5c",
    "M": "#b98a5e",
    "M2": "#a0734a",
    "M3": "#845c38",
    "W": "#9c8fc4",
    "S": "#b9b9b9",
    "S1": "#c9c9c9",
    "S4": "#a9a9a9",
    "U": "#6f9fc0",
    "U2": "#88b1cb",
    "G": "#8fc87a",
    "G2": "#5fa667",
    "G3": "#b9d9a0",
    "H": "#d9c7a3",
    "E": "#dfe8c8",
    "E1": "#a8c7e0",
}
NEUTRAL = "#cfcfcf"

# Neighbours differ in hue and in lightness, so that print keeps them apart.
CALM = (
    *("#4f86b8", "#d9a05b", "#79b39b", "#c98bb3", "#b5623f", "#8fb04e"),
    *("#7f74b8", "#d9c25b", "#5f9ea8", "#d98080", "#8a7a66", "#9fb7d4"),
)
STRONG = (
    *("#1f5fae", "#c53a3a", "#2b8a57", "#b7791f", "#7a4fb5", "#0f8b8d"),
    *("#a8326e", "#6b8e23", "#d2601a", "#455a75", "#8c5a3c", "#2f9fd0"),
)
# From little to much; any number of steps is drawn between these.
RAMPS: dict[str, tuple[str, ...]] = {
    "ochre": ("#f5edda", "#e6cf9f", "#d9a05b", "#b3633f", "#643238"),
    "blue": ("#eef3f8", "#c2d5e8", "#86acd2", "#467bb0", "#1d3f70"),
    "green": ("#eff5ea", "#c9dfbd", "#8fbd86", "#4f9461", "#1f5a3d"),
    "violet": ("#f3f0f8", "#d5cbe6", "#aa98cc", "#7a62aa", "#452f78"),
    "cold_warm": ("#3b6fa5", "#a9c6de", "#f4f1ea", "#e2a987", "#b0432f"),
}
FOR_VALUES = (
    ("calm", _("calm")),
    ("strong", _("strong")),
    ("land_use", _("planning (GB 50137)")),
)
FOR_RANGES = (
    ("ochre", _("ochre")),
    ("blue", _("blue")),
    ("green", _("green")),
    ("violet", _("violet")),
    ("cold_warm", _("cold to warm")),
)


def of_values(palette: str, values: list[str]) -> list[str]:
    """A colour for each value; a land-use code wears that of its class."""
    if palette == "land_use":
        return [land_use(value) for value in values]
    hues = STRONG if palette == "strong" else CALM
    return [hues[number % len(hues)] for number in range(len(values))]


def land_use(code: str) -> str:
    """The colour of the longest class of GB 50137 that a code begins with."""
    for length in range(len(code), 0, -1):
        if found := LAND_USE.get(code[:length].upper()):
            return found
    return NEUTRAL


def ramp(palette: str, count: int) -> list[str]:
    """So many colours at equal distances along a ramp."""
    anchors = RAMPS.get(palette, RAMPS["ochre"])
    if count == 1:
        return [anchors[len(anchors) // 2]]
    last = len(anchors) - 1
    return [_between(anchors, last * step / (count - 1)) for step in range(count)]


def _between(anchors: tuple[str, ...], at: float) -> str:
    below = min(int(at), len(anchors) - 2)
    share = at - below
    pairs = zip(_parts(anchors[below]), _parts(anchors[below + 1]), strict=True)
    mixed = (round(low + (high - low) * share) for low, high in pairs)
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
