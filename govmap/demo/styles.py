"""How the demonstration's layers are drawn: the colours of planners and a calm base map."""

from typing import Any

Style = dict[str, Any]

# GB 50137 code: (planners' colour, English name)
LAND_USE = {
    "R1": ("#fff2a8", "Residential, class 1"),
    "R2": ("#f6e27f", "Residential, class 2"),
    "A1": ("#e58fb0", "Administration"),
    "A2": ("#f2a7c3", "Culture"),
    "A33": ("#f4b6cf", "Primary and middle schools"),
    "A35": ("#eea3bf", "Research"),
    "A4": ("#c9d98a", "Sports"),
    "A5": ("#e9849f", "Health care"),
    "A6": ("#f0b9c6", "Social welfare"),
    "A7": ("#c8643c", "Heritage"),
    "B1": ("#e2574c", "Commercial"),
    "B2": ("#c94a4a", "Business"),
    "B3": ("#ee7d5c", "Leisure"),
    "M1": ("#b98a5e", "Industry, class 1"),
    "W1": ("#9c8fc4", "Storage, class 1"),
    "U1": ("#6f9fc0", "Supply facilities"),
    "U2": ("#88b1cb", "Environmental facilities"),
    "S1": ("#c9c9c9", "Urban roads"),
    "S4": ("#a9a9a9", "Transport stations"),
    "G1": ("#8fc87a", "Parks"),
    "G2": ("#5fa667", "Protective green"),
}
USE = {
    "住宅": ("#f0dc8c", "Dwelling"), "商业": ("#df6a5c", "Trade"), "办公": ("#d98ba6", "Offices"),
    "教育": ("#e8a7c4", "Education"), "医疗": ("#cf5f86", "Health care"),
    "文化": ("#b98ad0", "Culture"), "体育": ("#b7cf7a", "Sports"),
    "养老": ("#e3b18f", "Care of the aged"), "文物": ("#b5623f", "Heritage"),
    "仓储": ("#9c8fc4", "Storage"), "市政": ("#7ba5c2", "Utilities"), "其他": ("#bfc4cb", "Other"),
}  # fmt: skip
OWNERSHIP = {
    "直管公房": ("#4f86b8", "Public housing, direct"),
    "单位自管": ("#79b39b", "Owned by a work unit"),
    "私产": ("#d9a05b", "Private, inherited"),
    "商品房": ("#c98bb3", "Private, market"),
}
STRUCTURE = {
    "砖木": ("#c9a26b", "Brick and timber"),
    "砖混": ("#a8b5c4", "Brick and concrete"),
    "钢混": ("#6e86a6", "Reinforced concrete"),
}
STATES = {
    "完好": ("#2b8a57", "Sound"), "破损": ("#b7791f", "Damaged"), "丢失": ("#c53a3a", "Missing"),
    "废弃": ("#5b6776", "Abandoned"), "移除": ("#9aa7b6", "Removed"),
}  # fmt: skip
PART_CLASSES = {
    "01": ("#1f5fae", "市政公用设施", "Municipal utilities"),
    "02": ("#7a4fb5", "交通设施", "Traffic facilities"),
    "03": ("#b7791f", "市容环卫设施", "Sanitation facilities"),
    "04": ("#2b8a57", "园林绿化设施", "Greenery facilities"),
    "05": ("#5b6776", "其他管理部件", "Other parts"),
}


def titled(chinese: str, english: str) -> dict[str, str]:
    return {"zh-hans": chinese, "en": english}


def named(code: str, chinese: str, english: str, style: Style) -> Style:
    return {"code": code, "title": titled(chinese, english), **style}


def categories(field: str, values: dict[str, Style], default: str = "#d5d5d5") -> Style:
    return {
        "type": "categorical",
        "field": field,
        "values": values,
        "default": {"fill": default},
    }


def fills(palette: dict[str, tuple[str, str]]) -> dict[str, Style]:
    """A fill and a label for each value; the Chinese label is the value itself."""
    return {
        value: {"fill": colour, "title": titled(value, english)}
        for value, (colour, english) in palette.items()
    }


def graduated(field: str, steps: list[tuple[float, str, str, str]]) -> Style:
    """Colours from a value upwards: (from, colour, Chinese, English)."""
    return {
        "type": "graduated",
        "field": field,
        "steps": [
            {"from": start, "fill": colour, "title": titled(chinese, english)}
            for start, colour, chinese, english in steps
        ],
    }


def road(
    width: list[list[float]], colour: str = "#ffffff", casing: str = "#d3ccbf"
) -> Style:
    """`width`: pairs of zoom and pixels."""
    return {"line": colour, "casing": casing, "width": width}


PLANNING = [
    named("use", "用地性质", "Land use", {
        **categories("用地代码", fills(LAND_USE)), "opacity": 0.75, "outline": "#8a8172",
        "label": {"field": "用地代码", "minzoom": 16}}),
    named("ratio", "容积率", "Plot ratio", {
        **graduated("容积率", [
            (0, "#f2efe9", "0–0.5", "0–0.5"), (0.5, "#f5e3c0", "0.5–1.0", "0.5–1.0"),
            (1, "#efc58a", "1.0–2.0", "1.0–2.0"), (2, "#e09a5a", "2.0–3.0", "2.0–3.0"),
            (3, "#c2663d", "3.0 以上", "3.0 and more")]),
        "opacity": 0.8, "outline": "#8a8172", "label": {"field": "容积率", "minzoom": 16}}),
    named("limit", "限高", "Height limit", {
        **graduated("限高", [
            (0, "#eef1f4", "不足 9 米", "below 9 m"), (9, "#d3deea", "9–18 米", "9–18 m"),
            (18, "#a9c1da", "18–36 米", "18–36 m"), (36, "#7699c0", "36–60 米", "36–60 m"),
            (60, "#42699c", "60 米以上", "60 m and more")]),
        "opacity": 0.8, "outline": "#8a8172", "label": {"field": "限高", "minzoom": 16}}),
]  # fmt: skip

_HOUSE = {
    "outline": "#b9b0a0", "extrude": {"field": "高度", "minzoom": 14},
    "label": {"field": "楼号", "minzoom": 17},
}  # fmt: skip
HOUSING = [
    named("plain", "房屋", "Buildings", {"type": "single", "fill": "#dcd6cb", **_HOUSE}),
    named("use", "用途", "Use", {**categories("用途", fills(USE)), **_HOUSE}),
    named("floors", "层数", "Floors", {
        **graduated("层数", [
            (1, "#efe6d2", "1 层", "1 floor"), (2, "#e6cf9f", "2–3 层", "2–3 floors"),
            (4, "#d9ac6b", "4–6 层", "4–6 floors"), (7, "#c07f4d", "7–11 层", "7–11 floors"),
            (12, "#96533f", "12–19 层", "12–19 floors"),
            (20, "#643238", "20 层以上", "20 floors and more")]), **_HOUSE}),
    named("ownership", "产权", "Ownership", {**categories("产权", fills(OWNERSHIP)), **_HOUSE}),
    named("year", "建成年代", "Year built", {
        **graduated("建成年代", [
            (0, "#7a4a3a", "1949 年以前", "before 1949"),
            (1949, "#b57a4f", "1949–1977 年", "1949–1977"),
            (1978, "#dcb56e", "1978–1989 年", "1978–1989"),
            (1990, "#b9c98f", "1990–1999 年", "1990–1999"),
            (2000, "#86b3a8", "2000–2009 年", "2000–2009"),
            (2010, "#5b8fb5", "2010 年以后", "2010 and later")]), **_HOUSE}),
    named("structure", "结构", "Structure", {**categories("结构", fills(STRUCTURE)), **_HOUSE}),
]  # fmt: skip

GRID = [named("cells", "单元网格", "Unit grid cells", {
    "type": "single", "fill": None, "outline": "#d6219c", "opacity": 0.6, "width": 0.8,
    "label": {"field": "标识码", "minzoom": 16, "colour": "#a3157a"}})]  # fmt: skip

_STREET = {"outline": "#1c2530", "width": 2}
REGIONS = [named("borders", "行政界线", "Borders", {
    "type": "categorical", "field": "kind", "default": {"fill": None},
    "values": {
        "district": {"fill": None, "outline": "#1c2530", "width": 3, "title": titled("区界", "District")},
        "street": {"fill": None, **_STREET, "title": titled("街道界", "Street border")},
        "community": {"fill": None, "outline": "#1c2530", "width": 1, "dash": [4, 3],
                      "title": titled("社区界", "Community border")}},
    "label": {"field": "name", "minzoom": 11}})]  # fmt: skip

COURTYARDS = [named("courts", "院落", "Courtyards", {
    "type": "single", "fill": "#efe6d6", "outline": "#c8b899", "opacity": 0.7,
    "label": {"field": "门牌", "minzoom": 18}})]  # fmt: skip

BASE_LAND = [named("blocks", "街区", "Blocks", {
    "type": "single", "fill": "#f8f6f2", "outline": "#e4dfd5", "width": 0.5})]  # fmt: skip
BASE_WATER = [named("water", "水系", "Water", {
    "type": "single", "fill": "#a8c7e0", "outline": "#8fb3d0",
    "label": {"field": "name", "minzoom": 13, "colour": "#3f6f96"}})]  # fmt: skip
BASE_GREEN = [named("green", "绿地", "Green", {
    "type": "single", "fill": "#cfe0c3", "label": {"field": "name", "minzoom": 14, "colour": "#4c7440"}})]  # fmt: skip
BASE_ROADS = [named("roads", "道路", "Roads", {
    "type": "categorical", "field": "class", "default": road([[14, 0.5], [18, 4]]),
    "values": {
        "ring": {**road([[10, 2], [13, 5], [16, 18], [19, 110]]), "title": titled("环路", "Ring road")},
        "arterial": {**road([[10, 1.4], [13, 3.6], [16, 13], [19, 76]]), "title": titled("主干路", "Arterial")},
        "secondary": {**road([[11, 0.8], [13, 2.4], [16, 9], [19, 50]]), "title": titled("次干路", "Secondary road")},
        "branch": {**road([[13, 1], [16, 5], [19, 28]]), "title": titled("支路", "Branch road")},
        "lane": {**road([[14, 0.7], [16, 2.4], [19, 12]]), "title": titled("胡同", "Lane")},
        "service": {**road([[15, 0.7], [17, 2.5], [19, 10]]), "title": titled("院内路", "Service road")},
        "path": {**road([[15, 0.6], [18, 2]], "#f4efe4", "#d9d2c2"), "title": titled("园路", "Path")},
        "rail": {**road([[10, 1], [16, 3]], "#8d949d", "#8d949d"), "dash": [6, 4], "title": titled("铁路", "Railway")}},
    "label": {"field": "name", "minzoom": 14, "along": True}})]  # fmt: skip
ADDRESSES = [named("doors", "门牌", "Doors", {
    "type": "single", "circle": "#5b6776", "radius": 2.5, "label": {"field": "门牌号", "minzoom": 18}})]  # fmt: skip
PARTS = [
    named("class", "部件大类", "Main class", {
        "type": "categorical", "field": "GLBJDL", "default": {"circle": "#5b6776"}, "radius": 3.5,
        "values": {code: {"circle": colour, "title": titled(chinese, english)}
                   for code, (colour, chinese, english) in PART_CLASSES.items()},
        "label": {"field": "GLBJMC", "minzoom": 18}}),
    named("state", "状态", "State", {
        "type": "categorical", "field": "GLBJZT", "default": {"circle": "#5b6776"}, "radius": 3.5,
        "values": {value: {"circle": colour, "title": titled(value, english)}
                   for value, (colour, english) in STATES.items()}}),
]  # fmt: skip
