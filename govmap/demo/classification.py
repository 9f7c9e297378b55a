"""The two classifications: GB/T 47678.5-2026 (default) and GB/T 30428.2-2013.

Codes, names and filing conditions are published facts. A 2013 class maps to 2026 by
rule (parts keep their number, matters move up by five main classes) where the names
agree, and by the table below for local subclasses.
"""

import csv
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path

from .facts import rows
from .offices import disposer

OLD, NEW = "gbt30428.2-2013", "gbt47678.5-2026"

# Our own translations.
ENGLISH = {row["name"]: row["name_en"] for row in rows("category_names_en.csv")}

STANDARDS = [
    {
        "code": NEW,
        "title": {
            "zh-hans": "GB/T 47678.5-2026 管理部件和事项",
            "en": "GB/T 47678.5-2026 Parts and matters",
        },
        "valid_from": "2026-07-01",
        "default": True,
    },
    {
        "code": OLD,
        "title": {
            "zh-hans": "GB/T 30428.2-2013 管理部件和事件",
            "en": "GB/T 30428.2-2013 Parts and events",
        },
        "valid_from": "2013-12-31",
        "default": False,
    },
]

# Urgent matters that the 2026 list dropped, kept as local classes counted from the top.
LOCAL = {
    "10999": "供水管道破裂", "10998": "燃气管道破裂", "10997": "排水管道堵塞、破裂",
    "10996": "热力管道破裂", "10995": "路面塌陷", "10994": "道路积水",
}  # fmt: skip

# (kind, 2013 code) -> 2026 code, where the rule does not lead there.
CROSSWALK = {
    ("part", "0101"): "01001", ("part", "0151"): "01051", ("part", "0154"): "01054",
    ("part", "0192"): "01061", ("part", "0190"): "01074", ("part", "0211"): "02011",
    ("part", "0219"): "02019", ("part", "0299"): "02008", ("part", "0283"): "02010",
    ("part", "0304"): "03004", ("part", "0397"): "03016", ("part", "0405"): "04005",
    ("part", "0499"): "04013", ("part", "0498"): "04009", ("part", "0497"): "04011",
    ("part", "0496"): "04012", ("part", "0506"): "01069", ("part", "0507"): "01070",
    ("part", "0508"): "01071", ("event", "0104"): "06004", ("event", "0128"): "06028",
    ("event", "0136"): "06036", ("event", "0197"): "06039", ("event", "0196"): "06040",
    ("event", "0193"): "06041", ("event", "0192"): "06042", ("event", "0191"): "06045",
    ("event", "0182"): "06046", ("event", "0180"): "10002", ("event", "0299"): "07008",
    ("event", "0397"): "08014", ("event", "0398"): "08014", ("event", "0399"): "08015",
    ("event", "0404"): "09004", ("event", "0498"): "09020", ("event", "0496"): "09012",
    ("event", "0495"): "09022", ("event", "0494"): "09021", ("event", "0493"): "09011",
    ("event", "0491"): "09002", ("event", "0492"): "09006", ("event", "0501"): "10999",
    ("event", "0502"): "10998", ("event", "0503"): "10997", ("event", "0504"): "10996",
    ("event", "0505"): "10995", ("event", "0506"): "10994", ("event", "0507"): "10001",
    ("event", "0508"): "10002", ("event", "0602"): "09013", ("event", "0698"): "09017",
    ("part", "0186"): "", ("part", "0188"): "",
}  # fmt: skip
AGREES = 0.5  # share of characters that two names must have in common

# The source leaves open whether bare hours and days are working time: here they are.
UNIT = {
    "hours": "work_hours", "days": "work_days",
    "urgent_hours": "urgent_hours", "urgent_days": "urgent_days",
}  # fmt: skip
CATEGORY_COLUMNS = ["standard", "kind", "code", "parent", "name", "name_en"]
CONDITION_COLUMNS = [
    "standard", "kind", "category", "text", "closing", "limit", "limit_unit",
    "department",
]  # fmt: skip


def new_code(kind: str, code: str, name: str, known: dict[tuple[str, str], str]) -> str:
    """The 2026 class of a 2013 class, "" when there is none."""
    if (kind, code) in CROSSWALK:
        return CROSSWALK[kind, code]
    main = int(code[:2]) + (0 if kind == "part" else 5)
    candidate = f"{main:02d}0{code[2:]}"
    other = known.get((kind, candidate))
    if other and SequenceMatcher(None, name, other).ratio() >= AGREES:
        return candidate
    return ""


def _main_class(kind: str, code: str) -> str:
    """The 2026 main class of a 2013 code. Sudden and other events have none."""
    main = int(code[:2]) + (0 if kind == "part" else 5)
    return f"{main:02d}" if main < 10 else ""


def categories() -> list[list[str]]:
    """Rows of categories.csv for both standards."""
    made: dict[tuple[str, str, str], list[str]] = {}

    def add(standard: str, kind: str, code: str, parent: str, name: str) -> None:
        row = [standard, kind, code, parent, name, ENGLISH.get(name, "")]
        made.setdefault((standard, kind, code), row)

    for row in rows("classification_2026.csv"):
        kind = "part" if row["kind"] == "part" else "event"
        add(NEW, kind, row["class_code"], "", row["class_name"])
        add(NEW, kind, row["code"], row["class_code"], row["name"])
    for code, name in LOCAL.items():
        add(NEW, "event", code, code[:2], name)
    for row in rows("filing_conditions.csv"):
        add(OLD, row["kind"], row["code_2013"][:2], "", row["class_name"])
        add(
            OLD,
            row["kind"],
            row["code_2013"],
            row["code_2013"][:2],
            row["subclass_name"],
        )
    return [made[key] for key in sorted(made)]


def conditions() -> list[list[str]]:
    """Rows of conditions.csv: all on the 2013 classes, most on the 2026 ones too."""
    known = {(row[1], row[2]): row[4] for row in categories() if row[0] == NEW}
    old: list[list[str]] = []
    new: list[list[str]] = []
    for row in rows("filing_conditions.csv"):
        kind, code = row["kind"], row["code_2013"]
        mapped = new_code(kind, code, row["subclass_name"], known)
        main = _main_class(kind, code)
        department = disposer(kind, mapped or main)
        rest = [row["condition"], row["closing_condition"], row["limit"],
                UNIT[row["limit_unit"]], department]  # fmt: skip
        old.append([OLD, kind, code, *rest])
        if mapped:
            new.append([NEW, kind, mapped, *rest])
    return [*sorted(new, key=lambda row: row[1:3]), *old]


def write_csv(path: Path, columns: list[str], lines: Iterable[Iterable[str]]) -> None:
    """UTF-8 with a header line."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)
