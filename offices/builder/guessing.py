"""From a title, a line or a column of a table to what a field is likely to be."""

import re
from collections.abc import Iterable
from typing import Any

from offices.builder.kinds import SIMPLE, Column, Given
from offices.builder.words import WORDS
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    DAY,
    NUMBER,
    S1,
    S3,
    TEXT,
    TIME,
    TRUTH,
    WHOLE,
    Field,
)
from offices.modules.values import Wrong, read

LONGEST = 60  # signs of a title
FEW, SEEN = 8, 6  # a column of few words that come again is a list
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SEVERAL = re.compile(r"[（(](多选|可多选)[）)]$")
NEEDED = re.compile(r"(\s*[*＊]|[（(]必填[）)])$")  # behind the name
UNIT = re.compile(r"[（(]([^（()）]{1,8})[）)]$")
PARTS = re.compile(r"[/、|／]")


def kind_of(title: str) -> tuple[str, str]:
    """What a title says of the kind, and the unit."""
    for rule in WORDS["guesses"]:
        starts, ends = tuple(rule.get("starts", ())), tuple(rule.get("ends", ()))
        if (starts and title.startswith(starts)) or (ends and title.endswith(ends)):
            return str(rule["kind"]), str(rule.get("unit", ""))
    return TEXT, ""


def level_of(title: str, kind: str = TEXT) -> str:
    """How sensitive what is so called usually is; whether there is a telephone is no
    telephone.
    """
    if kind == TRUTH and not any(word in title for word in WORDS["levels"][S3]):
        return S1
    for level, words in WORDS["levels"].items():
        if any(word in title for word in words):
            return str(level)
    return S1


def read_line(line: str) -> tuple[str, Given] | None:
    """``等级：高/中/低``, ``面积（㎡）`` or a title alone; None of an empty line."""
    title, _colon, rest = line.replace(":", "：").partition("：")
    title, rest = title.strip(), rest.strip()
    needed = bool(NEEDED.search(title))
    title = NEEDED.sub("", title).strip()
    several = bool(SEVERAL.search(title))
    title = SEVERAL.sub("", title).strip()
    unit = UNIT.search(title)
    if unit and kind_of(title[: unit.start()])[0] in (NUMBER, WHOLE):
        title = title[: unit.start()].strip()
    title = title[:LONGEST]
    if not title:
        return None
    options = [part.strip()[:LONGEST] for part in PARTS.split(rest) if part.strip()]
    if len(options) > 1:
        kind = CHOICES if several else CHOICE
        found = list(dict.fromkeys(options))[:100]
        return title, Given(kind, options=found, needed=needed)
    kind, usual = kind_of(title)
    return title, Given(kind, unit=unit[1] if unit else usual, needed=needed)


def read_lines(text: str) -> list[tuple[str, Given]]:
    """One field a line; titles only once."""
    found: dict[str, Given] = {}
    for line in text.replace("\r", "").split("\n")[:100]:
        if (one := read_line(line)) and one[0] not in found:
            found[one[0]] = one[1]
    return list(found.items())


def read_columns(text: str) -> list[Column]:
    """The columns of a table of rows: what must be simpler becomes text."""
    found = []
    for title, given in read_lines(text):
        simple = given if given.kind in SIMPLE else Given(TEXT, needed=given.needed)
        found.append(Column(title, simple))
    return found


def line_of(title: str, given_options: Iterable[str]) -> str:
    options = list(given_options)
    return f"{title}：{'/'.join(options)}" if options else title


def guessed(title: str, cells: Iterable[str]) -> tuple[str, Given] | None:
    """A column of a spreadsheet: by its title, and by what stands in its cells."""
    found = read_line(title)
    if found is None:
        return None
    name, given = found
    filled = [cell.strip() for cell in cells if cell.strip()][:200]
    if not filled or given.kind not in (TEXT, WHOLE, NUMBER):
        return found
    if _all(filled, DAY, {"type": "string", "format": "date"}):
        return name, Given(DAY)
    if _all(filled, TIME, {"type": "string", "format": "time"}):
        return name, Given(TIME)
    if _all(filled, NUMBER, {"type": "number"}) and level_of(name) == S1:
        whole = all(re.fullmatch(r"-?\d{1,9}", cell) for cell in filled)
        is_code = any(cell.startswith("0") and len(cell) > 1 for cell in filled)
        if is_code:
            return name, Given(TEXT)
        return name, Given(WHOLE if whole else NUMBER, unit=given.unit)
    words = list(dict.fromkeys(filled))
    comes_again = len(filled) >= SEEN and 1 < len(words) <= min(FEW, len(filled) // 2)
    if comes_again and all(len(word) <= 20 for word in words):
        return name, Given(CHOICE, options=words)
    return found


def _all(cells: list[str], kind: str, spec: dict[str, Any]) -> bool:
    one = Field("", spec)
    if kind in (DAY, TIME) and all(cell.isdigit() for cell in cells):
        return False
    try:
        return all(read(one, cell, None) is not None for cell in cells)  # type: ignore[arg-type]
    except Wrong:
        return False
