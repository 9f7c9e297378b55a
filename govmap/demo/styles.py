"""How the demonstration's layers are drawn, in the vocabulary of docs/map-styles.md."""

from typing import Any

from .palettes import (
    LAND_USE,
    OWNERSHIP,
    PART_CLASSES,
    PART_STATES,
    STRUCTURE,
    USE,
    Palette,
)

Style = dict[str, Any]
Step = tuple[float, str, str, str]  # from, colour, Chinese, English


def titled(chinese: str, english: str) -> dict[str, str]:
    return {"zh-hans": chinese, "en": english}


def simple(**look: Any) -> list[Style]:
    """The one style of a layer that looks the same everywhere."""
    return [{"code": "plain", "type": "simple", **look}]


def by_value(
    code: str, title: dict[str, str], field: str, palette: Palette, **look: Any
) -> Style:
    """A colour for each value; its name comes from the attribute's code list."""
    values = [
        {"value": value, "color": colour} for value, (colour, _) in palette.items()
    ]
    return {
        "code": code,
        "title": title,
        "type": "categorical",
        "field": field,
        "values": values,
        "other": {"color": "#cfcfcf", "title": titled("其他", "Other")},
        **look,
    }


def by_number(
    code: str, title: dict[str, str], field: str, steps: list[Step], **look: Any
) -> Style:
    """A colour from each number upwards."""
    return {
        "code": code,
        "title": title,
        "type": "graduated",
        "field": field,
        "steps": [
            {"from": start, "color": colour, "title": titled(chinese, english)}
            for start, colour, chinese, english in steps
        ],
        **look,
    }


def label(field: str, minzoom: float, **rest: Any) -> Style:
    return {"field": field, "minzoom": minzoom, **rest}


PLOT_RATIOS: list[Step] = [
    (0, "#f2efe9", "0–0.5", "0–0.5"),
    (0.5, "#f5e3c0", "0.5–1.0", "0.5–1.0"),
    (1, "#efc58a", "1.0–2.0", "1.0–2.0"),
    (2, "#e09a5a", "2.0–3.0", "2.0–3.0"),
    (3, "#c2663d", "3.0 以上", "3.0 and more"),
]
HEIGHT_LIMITS: list[Step] = [
    (0, "#eef1f4", "不足 9 米", "below 9 m"),
    (9, "#d3deea", "9–18 米", "9–18 m"),
    (18, "#a9c1da", "18–36 米", "18–36 m"),
    (36, "#7699c0", "36–60 米", "36–60 m"),
    (60, "#42699c", "60 米以上", "60 m and more"),
]
FLOORS: list[Step] = [
    (1, "#efe6d2", "1 层", "1 floor"),
    (2, "#e6cf9f", "2–3 层", "2–3 floors"),
    (4, "#d9ac6b", "4–6 层", "4–6 floors"),
    (7, "#c07f4d", "7–11 层", "7–11 floors"),
    (12, "#96533f", "12–19 层", "12–19 floors"),
    (20, "#643238", "20 层以上", "20 floors and more"),
]
YEARS: list[Step] = [
    (0, "#7a4a3a", "1949 年以前", "before 1949"),
    (1949, "#b57a4f", "1949–1977 年", "1949–1977"),
    (1978, "#dcb56e", "1978–1989 年", "1978–1989"),
    (1990, "#b9c98f", "1990–1999 年", "1990–1999"),
    (2000, "#86b3a8", "2000–2009 年", "2000–2009"),
    (2010, "#5b8fb5", "2010 年以后", "2010 and later"),
]
# Class of road: (px at zoom 16, Chinese, English, from zoom).
ROADS = {
    "service": (1.6, "院内路", "Service road"),
    "lane": (2.2, "胡同", "Lane"),
    "branch": (5, "支路", "Branch road"),
    "secondary": (9, "次干路", "Secondary road"),
    "arterial": (13, "主干路", "Arterial road"),
    "ring": (18, "环路", "Ring road"),
}

_PLOT: Style = {"opacity": 0.7, "outline": "#8a8172", "width": 0.6}
PLANNING = [
    by_value("use", titled("用地性质", "Land use"), "用地代码", LAND_USE, **_PLOT,
             label=label("用地代码", 16)),
    by_number("ratio", titled("容积率", "Plot ratio"), "容积率", PLOT_RATIOS, **_PLOT,
              label=label("容积率", 16)),
    by_number("limit", titled("限高", "Height limit"), "限高", HEIGHT_LIMITS, **_PLOT,
              label=label("限高", 16)),
]  # fmt: skip

_HOUSE: Style = {"outline": "edge", "width": 0.5, "label": label("楼号", 17.5, size=11)}
HOUSING = [
    {"code": "plain", "title": titled("房屋", "Buildings"), "type": "simple",
     "color": "building", **_HOUSE},
    by_value("use", titled("用途", "Use"), "用途", USE, **_HOUSE),
    by_number("floors", titled("层数", "Floors"), "层数", FLOORS, **_HOUSE),
    by_value("ownership", titled("产权", "Ownership"), "产权", OWNERSHIP, **_HOUSE),
    by_number("year", titled("建成年代", "Year built"), "建成年代", YEARS, **_HOUSE),
    by_value("structure", titled("结构", "Structure"), "结构", STRUCTURE, **_HOUSE),
]  # fmt: skip

GRID = simple(
    color=None, outline="cell", width=0.8,
    label=label("标识码", 16, color="cell", size=11, tail=3),
)  # fmt: skip
REGIONS: list[Style] = [{
    "code": "borders", "type": "categorical", "field": "kind", "color": None,
    "outline": "ink",
    "values": [
        {"value": "community", "width": 1, "dash": [4, 3]},
        {"value": "street", "width": 2},
        {"value": "district", "width": 3},
    ],
    "label": [
        label("name", 11, size=14, strong=True, only=["street"]),
        label("name", 14, color="soft", only=["community"]),
    ],
}]  # fmt: skip
COURTYARDS = simple(
    color="#efe6d6",
    opacity=0.7,
    outline="#c8b899",
    width=0.5,
    label=label("门牌", 18, size=11),
)

BASE_LAND = simple(color="block", outline="casing", width=0.5)
BASE_WATER = simple(color="water", label=label("name", 13, color="accent"))
BASE_GREEN = simple(color="green", label=label("name", 14, color="soft"))
BASE_ROADS: list[Style] = [{
    "code": "roads", "type": "categorical", "field": "class",
    "color": "road", "outline": "casing",
    "values": [
        {"value": "path", "width": 1.2, "color": "#f4efe4",
         "title": titled("园路", "Path")},
        *({"value": kind, "width": width, "title": titled(chinese, english)}
          for kind, (width, chinese, english) in ROADS.items()),
        {"value": "rail", "width": 2, "color": "#8d949d", "outline": None,
         "dash": [4, 3],
         "title": titled("铁路", "Railway")},
    ],
    "label": [
        label("name", 13, along=True, strong=True, only=["ring", "arterial"]),
        label("name", 14.5, along=True, only=["secondary", "branch"]),
        label("name", 16.5, along=True, size=11, color="soft", only=["lane"]),
    ],
}]  # fmt: skip
ADDRESSES = simple(
    color="soft", radius=2.5, outline="block", label=label("门牌号", 18, size=11)
)
_MAIN_CLASSES: Palette = {
    code: (colour, english) for code, (colour, _, english) in PART_CLASSES.items()
}
_PART: Style = {"radius": 3.5, "outline": "block", "width": 1}
PARTS = [
    by_value("class", titled("部件大类", "Main class"), "GLBJDL", _MAIN_CLASSES,
             **_PART,
             label=label("GLBJMC", 18, size=11)),
    by_value("state", titled("状态", "State"), "GLBJZT", PART_STATES, **_PART),
]  # fmt: skip
