"""Cells of a table as they stood in the file. Knows no Django: the reader uses it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from layers.reading.grid import ERRORS

NUMBER, MOMENT, TRUTH = "number", "date", "bool"
FAILED = "failed"  # a formula's error: says nothing, and was not left empty either
REMARK = re.compile(r"\(.*?\)")
# Remarks that are units, as `whole` writes them; ㎡ and m² become m2 there.
UNITS = {
    **dict.fromkeys(("m2", "平方米", "平米"), "m2"),
    **{one: one for one in ("亩", "公顷", "平方公里", "米", "公里", "元", "万元")},
}
ASKING = {"必填", "选填"}  # remarks that say nothing of the values


class Cell(NamedTuple):
    """A cell's text, and what it was in a workbook where it was none."""

    text: str = ""
    form: str = ""


EMPTY, BROKEN = Cell(), Cell("", FAILED)
Row = tuple[int, list[Cell]]  # its number as a spreadsheet shows it


def cell_of(value: Any) -> Cell:
    """The cell of a value as a workbook or a CSV gives it."""
    match value:
        case None | "":
            return EMPTY
        case str() if value.strip() in ERRORS:
            return BROKEN
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


def packed(values: Iterable[Any]) -> list[Any]:
    """As the reader sends a row: a text, or a pair where it was none."""
    return [
        value
        if type(value) is str and value.isprintable() and "#" not in value
        else _packed(value)
        for value in values
    ]


def _packed(value: Any) -> str | list[str]:
    cell = cell_of(value)
    return list(cell) if cell.form else cell.text


class Unpacking(dict[str, Cell]):
    """Makes cells again of what the reader sends: one of each text that comes again."""

    def __missing__(self, text: str) -> Cell:
        found = self[text] = Cell(text)
        return found

    def row(self, cells: Iterable[Any]) -> list[Cell]:
        return [self[one] if type(one) is str else Cell(*one) for one in cells]


def value_of(cell: Cell) -> Any:
    """What the cell was when it came; a text where that cannot be told any more."""
    try:
        if cell.form == NUMBER:
            number = float(cell.text)
            return int(cell.text) if cell.text.lstrip("-").isdecimal() else number
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
    return REMARK.sub("", whole(title))


def whole(title: str) -> str:
    """Without spaces, stars and colons, in half width; brackets stay."""
    return re.sub(r"[\s*:]", "", unicodedata.normalize("NFKC", title))


def find_columns(
    header: Sequence[str],
    wanted: Sequence[Column],
    words: Mapping[str, str] | None = None,
) -> tuple[dict[str, int], list[str]]:
    """Where each wanted column stands, and the titles that mean none of them.

    ``words``: other titles, each with the name of our field. A title that is written
    the same counts before one that is the same but for a remark in brackets; 面积(亩)
    is no 面积(平方米), whatever else that is called. Of two columns that mean the same
    the first counts.
    """
    known = {column.name for column in wanted}
    said = [*((column.title, column.name) for column in wanted), *(words or {}).items()]
    same = {whole(title): name for title, name in reversed(said) if name in known}
    like: dict[str, list[tuple[str, str]]] = {}
    for title, name in same.items():
        like.setdefault(REMARK.sub("", title), []).append((title, name))
    units: dict[str, set[str]] = {}
    for title, name in same.items():
        if said_in := _remarks(title) & UNITS.keys():
            units.setdefault(name, set()).update(UNITS[one] for one in said_in)
    found: dict[str, int] = {}
    for index, title in enumerate(header):
        if known_as := same.get(whole(title)):
            found.setdefault(known_as, index)
    taken = set(found.values())
    for index, title in enumerate(header):
        meant = "" if index in taken else _like(whole(title), like, units)
        if meant and found.setdefault(meant, index) == index:
            taken.add(index)
    others = (title.strip() for at, title in enumerate(header) if at not in taken)
    return found, [title for title in others if title]


def _like(
    title: str,
    like: Mapping[str, list[tuple[str, str]]],
    units: Mapping[str, set[str]],
) -> str:
    """The one field whose title is the same but for a remark that one of them has.

    A field of a known unit is meant by no title with another remark.
    """
    bare, remarks = REMARK.sub("", title), _remarks(title) - ASKING
    names = {
        name
        for other, name in like.get(bare, ())
        if bare in (title, other)
        and not (name in units and {UNITS.get(one) for one in remarks} - units[name])
    }
    return names.pop() if len(names) == 1 else ""


def _remarks(title: str) -> set[str]:
    return {one[1:-1].casefold() for one in REMARK.findall(title)}
