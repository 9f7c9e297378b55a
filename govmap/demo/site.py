"""site.json: what the site is called and that it is a demonstration."""

from typing import Any

CENTRE = {"full": [116.3594, 39.9177], "small": [116.366, 39.912]}


def description(size: str) -> dict[str, Any]:
    """Title, notice and first view of the demonstration site."""
    return {
        "code": "xicheng-demo",
        "title": {
            "zh-hans": "西城区街道网格治理平台（演示）",
            "en": "Xicheng street grid governance (demonstration)",
        },
        "demonstration": True,
        "district": "110102",
        "center": CENTRE[size],
        "notice": {
            "zh-hans": "演示站点：街道、社区的名称与代码为公开事实，"
            "图形、人员、单位与数据均为虚构。",
            "en": "Demonstration: names and codes of streets and communities are "
            "public facts; all geometry, people, firms and figures are invented.",
        },
    }
