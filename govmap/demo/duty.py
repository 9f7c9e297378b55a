"""Rosters and official numbers of the demonstration; people and numbers are invented.

No kind of shift is named: the site gets the usual ones.
"""

from typing import Any

from .accounts import FULLY_STAFFED, PREFIX
from .facts import Unit

DAYS = list(range(7))


def roster(units: list[Unit]) -> dict[str, Any]:
    """How the weeks of the fully staffed streets look: day, night, and who leads."""
    known = {unit.code for unit in units}
    rows = []
    for street in FULLY_STAFFED:
        prefix = PREFIX[street]
        rows += [
            _shift(street, "day", [0, 1, 2, 3, 4], f"{prefix}_desk", "chief"),
            _shift(street, "day", [5, 6], f"{prefix}_filer", "chief"),
            _shift(street, "day", DAYS, f"{prefix}_acceptor", "member"),
            _shift(street, "night", DAYS, f"{prefix}_dispatcher", "chief"),
            _shift(street, "whole", [0, 2, 4, 6], f"{prefix}_leader", "leader"),
            _shift(street, "whole", [1, 3, 5], f"{prefix}_filer", "standby"),
            _shift(f"{street}-HWD", "day", DAYS, f"{prefix}_hw", "member"),
            _shift(f"{street}-ZFD", "day", DAYS, f"{prefix}_zf", "member"),
        ]
    rows += [
        _shift("110102", "day", DAYS, "dispatcher", "chief"),
        _shift("110102", "night", DAYS, "filer", "chief"),
        _shift("110102-HW", "whole", DAYS, "hw", "member"),
    ]
    return {"weekly": [row for row in rows if row["unit"] in known]}


def _shift(
    unit: str, kind: str, weekdays: list[int], person: str, part: str
) -> dict[str, Any]:
    return {
        "unit": unit,
        "kind": kind,
        "weekdays": weekdays,
        "person": person,
        "part": part,
    }


CONTACT_COLUMNS = ["unit", "post", "phone", "always", "note", "order"]
# What a unit answers, by its kind: (post, day and night, note)
LINES = {
    "district": [
        ("指挥中心值班室", "yes", "演示号码，不可拨打"),
        ("受理派遣岗", "", "演示号码，不可拨打"),
    ],
    "street": [
        ("全响应分中心", "yes", "演示号码，不可拨打"),
        ("值班室", "yes", "演示号码，不可拨打"),
        ("市民诉求处置岗", "", "演示号码，不可拨打"),
    ],
    "community": [("社区值班电话", "", "演示号码，不可拨打")],
    "department": [("值班调度", "yes", "演示号码，不可拨打")],
    "team": [("执法值班", "yes", "演示号码，不可拨打")],
    "station": [("值班室", "yes", "演示号码，不可拨打")],
    "contractor": [("抢修值班", "yes", "演示号码，不可拨打")],
    "office": [("科室电话", "", "演示号码，不可拨打")],
}


def contacts(units: list[Unit]) -> list[list[Any]]:
    """010-0000…: no such number is given to anybody."""
    rows = []
    number = 0
    for unit in units:
        for order, (post, always, note) in enumerate(LINES.get(unit.kind, []), 1):
            number += 1
            phone = f"010-0000{number:04d}"
            rows.append([unit.code, post, phone, always, note, order])
    return rows
