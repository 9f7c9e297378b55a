"""Cells of a table as they stood in the file. Knows no Django: the reader uses it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

NUMBER, MOMENT, TRUTH = "number", "date", "bool"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, and what it was in a workbook where it was none."""

    text: str = ""
    form: str = ""


EMPTY = Cell()
Row = tuple[int, list[Cell]]  # its number as a spreadsheet shows it


def cell_of(value: Any) -> Cell:
    """The cell of a value as a workbook or a CSV gives it."""
    match value:
        case None | "":
            return EMPTY
        case str():
            return Cell(clean(value))
        case bool():
            return Cell("TRUE" if value else "FALSE", TRUTH)
        case float() if value.is_integer():
            return Cell(str(int(value)), NUMBER)
        case int() | float():
            return Cell(repr(value), NUMBER)
        case datetime():
            return Cell(value.isoformat(sep=" "), MOMENT)
        case date() | time():
            return Cell(str(value))
    return Cell(clean(str(value)))


def clean(text: str) -> str:
    """Without characters that no workbook and no database keeps."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


def packed(cells: Iterable[Cell]) -> list[Any]:
    """As the reader sends a row: a text, or a pair where it was none."""
    return [[cell.text, cell.form] if cell.form else cell.text for cell in cells]


def unpacked(cells: Iterable[Any]) -> list[Cell]:
    return [Cell(one) if isinstance(one, str) else Cell(*one) for one in cells]


def value_of(cell: Cell) -> Any:
    """What the cell was when it came; a text where that cannot be told any more."""
    try:
        if cell.form == NUMBER:
            number = float(cell.text)
            return int(cell.text) if cell.text.lstrip("-").isdigit() else number
        if cell.form == MOMENT:
            return datetime.fromisoformat(cell.text)
    except ValueError:
        return cell.text
    if cell.form == TRUTH:
        return cell.text == "TRUE"
    return cell.text or None


@dataclass(frozen=True)
class Column:
    """One column: the name of our field, and its title."""

    name: str
    title: str


def plain(title: str) -> str:
    """Without what people put around a title: spaces, stars, a remark in brackets."""
    text = unicodedata.normalize("NFKC", title)
    return re.sub(r"\(.*?\)|[\s*:]", "", text)


def find_columns(
    header: Sequence[str],
    wanted: Sequence[Column],
    words: Mapping[str, str] | None = None,
) -> tuple[dict[str, int], list[str]]:
    """Where each wanted column stands, and the titles that mean none of them.

    ``words``: other titles, each with the name of our field. Of two columns that mean
    the same the first counts.
    """
    names = {plain(word): name for word, name in (words or {}).items()}
    names |= {plain(column.title): column.name for column in wanted}
    known = {column.name for column in wanted}
    found: dict[str, int] = {}
    unknown = []
    for index, title in enumerate(header):
        name = names.get(plain(title))
        if name in known and name not in found:
            found[name] = index
        elif title.strip():
            unknown.append(title.strip())
    return found, unknown
