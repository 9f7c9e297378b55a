"""The two classifications: GB/T 47678.5-2026 (default) and GB/T 30428.2-2013.

Codes, names and filing conditions are published facts; of 2013 three parts and seven
events are not known to us. The local classes and their conditions are the
demonstration's own: emergencies, which the edition of 2026 dropped, and the matters of
social governance that the six applications work on.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from .facts import rows
from .offices import disposer

OLD, NEW = "gbt30428.2-2013", "gbt47678.5-2026"

# Our own translations.
ENGLISH = {row["name"]: row["name_en"] for row in rows("category_names_en.csv")}

# The source leaves open whether bare hours and days are working time: here they are.
BARE = {"hours": "work_hours", "days": "work_days"}
OLD_LAST = 57  # the last number of a class of 2013 that the edition itself gives
STANDARDS = [
    {
        "code": NEW,
        "title": {
            "zh-hans": "GB/T 47678.5-2026 管理部件和事项",
            "en": "GB/T 47678.5-2026 Parts and matters",
        },
        "valid_from": "2026-07-01",
        "default": True,
        "local": {"subclass": [999, 80], "class": [21, 99], "tag": "自定义"},
        "bare": BARE,
    },
    {
        "code": OLD,
        "title": {
            "zh-hans": "GB/T 30428.2-2013 管理部件和事件",
            "en": "GB/T 30428.2-2013 Parts and events",
        },
        "valid_from": "2013-12-31",
        "default": False,
        "local": {"subclass": [99, 58], "class": [21, 99]},
        "bare": BARE,
    },
]

CATEGORY_COLUMNS = [
    "standard", "kind", "code", "parent", "name", "name_en", "local", "urgent",
    "photo", "radius", "hours", "tags",
]  # fmt: skip
CONDITION_COLUMNS = [
    "standard", "kind", "category", "text", "closing", "limit", "limit_unit",
    "second_limit", "second_unit", "second_closing", "department", "basis",
]  # fmt: skip
CROSSWALK_COLUMNS = ["from", "from_kind", "from_code", "to", "to_kind", "to_code"]
USUAL = {"part": ("20", "168"), "event": ("50", "72")}  # metres, hours of a duplicate


def crosswalk() -> dict[tuple[str, str], tuple[str, str]]:
    """(kind, 2013 code) -> (kind, 2026 code): a table, for numbers differ freely."""
    return {
        (row["from_kind"], row["code_2013"]): (row["to_kind"], row["code_2026"])
        for row in rows("crosswalk.csv")
    }


def crosswalk_rows() -> list[list[str]]:
    """Rows of crosswalk.csv."""
    return [[OLD, *old, NEW, *new] for old, new in crosswalk().items()]


def categories() -> list[list[str]]:
    """Rows of categories.csv for both standards and the local classes of the newer."""
    made: dict[tuple[str, str, str], list[str]] = {}

    def add(standard: str, kind: str, code: str, parent: str, name: str) -> None:
        row = [standard, kind, code, parent, name, ENGLISH.get(name, "")]
        local = _is_local(code) if standard == OLD and parent else ""
        made.setdefault((standard, kind, code), [*row, local, "", "", *USUAL[kind], ""])

    for row in rows("classification_2026.csv"):
        kind = "part" if row["kind"] == "part" else "event"
        add(NEW, kind, row["class_code"], "", row["class_name"])
        add(NEW, kind, row["code"], row["class_code"], row["name"])
    for row in rows("classification_2013.csv"):
        add(OLD, row["kind"], row["class_code"], "", row["class_name"])
        add(OLD, row["kind"], row["code"], row["class_code"], row["name"])
    for row in rows("local_classes.csv"):
        usual = USUAL[row["kind"]]
        tags = ";".join(filter(None, ("自定义", row["tags"])))
        made[NEW, row["kind"], row["code"]] = [
            NEW, row["kind"], row["code"], row["parent"], row["name"], row["name_en"],
            "yes", row["urgent"], "", row["radius"] or usual[0],
            row["hours"] or usual[1], tags,
        ]  # fmt: skip
    return [made[key] for key in sorted(made)]


def _is_local(code: str) -> str:
    """Whether a class of 2013 is an extension: they count down from 99."""
    return "yes" if int(code[2:]) > OLD_LAST else ""


def conditions() -> list[list[str]]:
    """Rows of conditions.csv: all on the 2013 classes and on the 2026 ones too."""
    walk = crosswalk()
    old: list[list[str]] = []
    new: list[list[str]] = []
    for row in rows("filing_conditions.csv"):
        kind, code = walk[row["kind"], row["code_2013"]]
        rest = [row["condition"], row["closing_condition"], row["limit"],
                row["limit_unit"], "", "", "", disposer(kind, code), ""]  # fmt: skip
        old.append([OLD, row["kind"], row["code_2013"], *rest])
        new.append([NEW, kind, code, *rest])
    for row in rows("local_conditions.csv"):
        department = f"110102-{row['department']}" if row["department"] else ""
        new.append([
            NEW, row["kind"], row["code"], row["condition"], row["closing_condition"],
            row["limit"], row["limit_unit"], row["second_limit"], row["second_unit"],
            row["second_closing"], department, row["basis"],
        ])  # fmt: skip
    return [*sorted(new, key=lambda row: row[1:3]), *old]


def write_csv(path: Path, columns: list[str], lines: Iterable[Iterable[str]]) -> None:
    """UTF-8 with a header line."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)
