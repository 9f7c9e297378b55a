"""rules.json: where the demonstration's layers may not disagree."""

from typing import Any

from .built_tables import USE_OF, USES
from .styles import titled

Rule = dict[str, Any]
LOW_TOWN = 2  # storeys that a heritage line bears
STOREY = 3  # metres, at least


def rules() -> list[Rule]:
    return [*_against_the_plan(), *_on_the_ground()]


def _against_the_plan() -> list[Rule]:
    """Buildings of the housing bureau against plots of the planning bureau."""
    plan: Rule = {"left": "housing", "right": "planning"}
    return [
        {
            "code": "height-limit",
            "title": titled("房屋超过规划限高", "Building above the plan's height"),
            **plan,
            "relation": "compare",
            "tolerance": {"share": 0.5},
            "compare": {"left": "高度", "op": "at_most", "right": "限高", "slack": 1},
        },
        {
            "code": "storeys",
            "title": titled("层数超过规划限高", "Storeys above the plan's height"),
            **plan,
            "relation": "compare",
            "tolerance": {"share": 0.5},
            "compare": {
                "left": "层数",
                "op": "at_most",
                "right": "限高",
                "factor": STOREY,
                "slack": STOREY,
            },
        },
        {
            "code": "planned-use",
            "title": titled("现状用途与规划用途不一致", "Actual against planned use"),
            **plan,
            "relation": "compare",
            "tolerance": {"share": 0.5},
            "compare": {
                "left": "用途",
                "op": "equal",
                "right": "用地代码",
                "mapping": _mapping(),
            },
        },
        {
            "code": "outside-plot",
            "title": titled("房屋超出地块", "Building outside its plot"),
            **plan,
            "relation": "outside",
            "tolerance": {"metres": 0.3, "area": 1, "share": 0.02},
        },
        {
            "code": "heritage",
            "title": titled("文保范围内的多层房屋", "Storeys inside a heritage line"),
            **plan,
            "relation": "inside",
            "tolerance": {"area": 1},
            "compare": {"left": "层数", "op": "at_most", "value": LOW_TOWN},
            "only": {"right": {"用地代码": ["A7"]}},
        },
    ]


def _mapping() -> dict[str, list[str]]:
    """For each use of a building the land-use codes that plan it."""
    found: dict[str, list[str]] = {}
    for code in USES:
        use = USE_OF.get(code) or USE_OF.get(code[0])
        if use:
            found.setdefault(use, []).append(code)
    return found


def _on_the_ground() -> list[Rule]:
    """Within one layer, and against the base map."""
    return [
        {
            "code": "building-twice",
            "title": titled("重复的房屋", "The same building twice"),
            "left": "housing",
            "right": "housing",
            "relation": "twice",
            "tolerance": {"share": 0.2},
        },
        {
            "code": "plots-overlap",
            "title": titled("相互重叠的地块", "Plots that overlap"),
            "left": "planning",
            "right": "planning",
            "relation": "overlaps",
            "tolerance": {"area": 1},
        },
        {
            "code": "on-water",
            "title": titled("水面上的房屋", "Building on water"),
            "left": "housing",
            "right": "base_water",
            "relation": "inside",
            "tolerance": {"metres": 0.5, "area": 2},
        },
    ]
