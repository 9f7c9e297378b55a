"""Which columns of a table say where its rows lie."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.tables.cells import Cell, Column, find_columns

# (name, title, other titles, what stands behind a bare number)
Field = tuple[str, str | Promise, tuple[str, ...], str]
FIELDS: tuple[Field, ...] = (
    (
        "street",
        _("Street office"),
        ("街道", "所属街道", "街乡", "镇街", "乡镇街道"),
        "",
    ),
    ("community", _("Community"), ("社区", "所属社区", "居委会"), ""),
    (
        "address",
        _("Standard address"),
        (
            *("地址", "详细地址", "标准地址", "门牌地址", "住址", "居住地址", "现住址"),
            *(
                "经营地址",
                "注册地址",
                "所在地址",
                "位置",
                "地点",
                "事发地址",
                "address",
            ),
        ),
        "",
    ),
    ("estate", _("Estate"), ("小区", "小区名称", "院落", "院落名称"), ""),
    ("building", _("Building"), ("楼号", "楼栋", "楼栋号", "楼门牌", "幢号"), "号楼"),
    ("unit", _("Entrance"), ("单元", "单元号"), "单元"),
    ("room", _("Room"), ("房号", "室号", "户室", "门牌号码", "房间号"), "室"),
)
NAMES = {name for name, *_rest in FIELDS}
NEEDED = {"address", "estate"}  # one of them
LONGEST = 200


def titles() -> list[str]:
    """What a header is known by."""
    return [word for _name, _title, words, _unit in FIELDS for word in words]


def guess(header: Sequence[str], told: Mapping[str, str]) -> dict[str, str]:
    """{field: title of its column}: as told, else as the titles say."""
    columns = [Column(name, str(title)) for name, title, _words, _unit in FIELDS]
    words = {word: name for name, _title, words, _unit in FIELDS for word in words}
    found, _others = find_columns(header, columns, words)
    chosen = {name: header[at].strip() for name, at in found.items()}
    chosen |= {name: title for name, title in told.items() if name in NAMES}
    there = {title.strip() for title in header}
    return {name: title for name, title in chosen.items() if title in there}


class Reader:
    """Says of a row the address that its columns make up."""

    def __init__(self, header: Sequence[str], columns: Mapping[str, str]) -> None:
        plain = [title.strip() for title in header]
        self.places = [
            (plain.index(columns[name]), unit)
            for name, _title, _words, unit in FIELDS
            if columns.get(name) in plain
        ]

    def address(self, cells: Sequence[Cell]) -> str:
        """In the order of the levels; a bare 3 in the column of buildings is 3号楼."""
        parts = []
        for at, unit in self.places:
            text = cells[at].text.strip() if at < len(cells) else ""
            bare = text.isascii() and text.isalnum()
            parts.append(f"{text}{unit}" if text and bare else text)
        return " ".join(part for part in parts if part)[:LONGEST]
