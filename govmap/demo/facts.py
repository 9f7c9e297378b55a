"""Facts that stand in the project: Xicheng's units, classes of parts and matters."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    name_en: str
    kind: str
    parent: str


# English names of the streets (jiedao).
STREETS_EN = {
    "110102": "Xicheng District",
    "110102001": "Xichang'an Jie Subdistrict",
    "110102003": "Xinjiekou Subdistrict",
    "110102007": "Yuetan Subdistrict",
    "110102009": "Zhanlanlu Subdistrict",
    "110102010": "Desheng Subdistrict",
    "110102011": "Jinrong Jie Subdistrict",
    "110102012": "Shichahai Subdistrict",
    "110102013": "Dashilan Subdistrict",
    "110102014": "Tianqiao Subdistrict",
    "110102015": "Chunshu Subdistrict",
    "110102016": "Taoranting Subdistrict",
    "110102017": "Guang'anmennei Subdistrict",
    "110102018": "Niujie Subdistrict",
    "110102019": "Baizhifang Subdistrict",
    "110102020": "Guang'anmenwai Subdistrict",
}


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a data file beside this module."""
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def units() -> list[Unit]:
    """District, streets and communities (statistical codes of 2023)."""
    return [
        Unit(
            row["code"],
            row["name"],
            STREETS_EN.get(row["code"], ""),
            row["kind"],
            row["parent"],
        )
        for row in rows("xicheng_units.csv")
    ]


def chosen_units(streets: list[str], communities: int | None) -> list[Unit]:
    """The district, these streets, and at most so many communities of each."""
    kept: list[Unit] = []
    count: dict[str, int] = {}
    for unit in units():
        if unit.kind == "street" and unit.code not in streets:
            continue
        if unit.kind == "community":
            count[unit.parent] = count.get(unit.parent, 0) + 1
            if unit.parent not in streets or count[unit.parent] > (communities or 999):
                continue
        kept.append(unit)
    return kept
