"""What the demonstration's units call themselves on paper; telephones are invented."""

from typing import Any

from .facts import Unit

# The last part of a street's name that a number of a paper leaves out.
ENDING = "街道"
# An office of a street signs as the street; its numbers tell which office gave them.
SHORT = {
    "support_office": "综",
    "party_office": "党",
    "safety_office": "安",
    "city_office": "城",
    "community_office": "社",
    "livelihood_office": "民",
    "service_center": "便",
}


def papers(units: list[Unit]) -> dict[str, Any]:
    """The offices that sign; the papers themselves are the usual ones."""
    signing = [unit for unit in units if unit.kind in ("district", "street")]
    names = {unit.code: unit.name for unit in signing}
    inner = [unit for unit in units if unit.kind == "office" and unit.parent in names]
    return {
        "templates": [],
        "offices": [
            *(_office(unit) for unit in signing),
            *(_inner(unit, names[unit.parent]) for unit in inner),
        ],
    }


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


def _inner(unit: Unit, street: str) -> dict[str, str]:
    suffix = unit.code.partition("-")[2]
    return {
        "unit": unit.code,
        "short": f"{street.removesuffix(ENDING)}{SHORT.get(suffix, '')}",
        "signs_as": f"{street}办事处",
        "phone": f"010-0000{unit.parent[-4:]}",
        "address": f"{street}（演示地址）",
    }
