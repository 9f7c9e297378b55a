"""What the demonstration's units call themselves on paper; telephones are invented."""

from typing import Any

from .facts import Unit

# The last part of a street's name that a number of a paper leaves out.
ENDING = "街道"


def papers(units: list[Unit]) -> dict[str, Any]:
    """The offices that sign; the papers themselves are the usual ones."""
    signing = [unit for unit in units if unit.kind in ("district", "street")]
    return {"templates": [], "offices": [_office(unit) for unit in signing]}


def _office(unit: Unit) -> dict[str, str]:
    is_street = unit.kind == "street"
    centre = "全响应分中心" if is_street else "城市管理指挥中心"
    return {
        "unit": unit.code,
        "short": unit.name.removesuffix(ENDING),
        "signs_as": f"{unit.name}{centre}",
        # 010-0000…: no such number is given to anybody.
        "phone": f"010-0000{unit.code[-4:]}",
        "address": f"{unit.name}（演示地址）",
    }
