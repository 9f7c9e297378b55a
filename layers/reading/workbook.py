"""A workbook's sheets and their rows, in little memory.

openpyxl reads what a book says of itself: its sheets, which formats are dates, from
which day it counts. Its rows are parsed here, for openpyxl makes an object of every
element of a sheet and takes five times as long. Values are the same as openpyxl's
(`read_only`, `data_only`): numbers as they are written, to the last digit.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from layers.reading.trouble import Trouble

Row = tuple[int, list[Any]]  # its number as a spreadsheet shows it
# Little, for all rows of a chunk are held at once, and an empty cell costs a row as
# much as a full one: a value far to the right makes many of few bytes.
CHUNK = 1 << 14
MOST_COLUMNS = 1024
ROW, CELL, VALUE, TEXT, PHONETIC, STRING = (
    f"{SHEET_MAIN_NS} {name}" for name in ("row", "c", "v", "t", "rPh", "si")
)
ENDS = {VALUE, TEXT}  # of what is text
NUMBER, INLINE = "n", "inlineStr"


@dataclass(frozen=True)
class Sheet:
    name: str
    is_shown: bool
    rows: Callable[[], Iterator[Row]]  # anew at each call


class Book(ExcelReader):
    """A book that is read and not written; its sheets are `Sheet`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, read_only=True, data_only=True, keep_links=False)
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as file:
                self.shared_strings = list(strings_of(file))

    def sheets(self) -> list[Sheet]:
        """The sheets of cells, as the book orders them."""
        return [
            Sheet(sheet.name, sheet.state == "visible", self._rows_at(link.target))
            for sheet, link in self.parser.find_sheets()
            if link.target in self.valid_files and "chartsheet" not in link.Type
        ]

    def _rows_at(self, path: str) -> Callable[[], Iterator[Row]]:
        def rows() -> Iterator[Row]:
            with self.archive.open(path) as file:
                found = _Rows(self)
                for _fed in _parsed(file, found.start, found.end, found.data):
                    yield from found.ready
                    found.ready.clear()

        return rows


def strings_of(file: IO[bytes]) -> Iterator[str]:
    """The texts that cells share, without how they are pronounced."""
    found = _Strings()
    for _fed in _parsed(file, found.start, found.end, found.data):
        yield from found.ready
        found.ready.clear()


def _parsed(file: IO[bytes], start: Any, end: Any, data: Any) -> Iterator[None]:
    """Feed the file to a parser, a chunk between two yields."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = _refuse_type
    while chunk := file.read(CHUNK):
        parser.Parse(chunk)
        yield
    parser.Parse(b"", True)
    yield


def _refuse_type(*_told: object) -> None:
    raise Trouble("xml_entities")


class _Strings:
    def __init__(self) -> None:
        self.ready: list[str] = []
        self.parts: list[str] = []
        self.is_open = self.is_phonetic = False

    def start(self, tag: str, told: dict[str, str]) -> None:
        if tag == TEXT:
            self.is_open = not self.is_phonetic
        elif tag == STRING:
            self.parts = []
        elif tag == PHONETIC:
            self.is_phonetic = True

    def end(self, tag: str) -> None:
        if tag == TEXT:
            self.is_open = False
        elif tag == STRING:
            # As openpyxl does: an underscore before an escape is escaped by this.
            self.ready.append("".join(self.parts).replace("x005F_", ""))
        elif tag == PHONETIC:
            self.is_phonetic = False

    def data(self, text: str) -> None:
        if self.is_open:
            self.parts.append(text)


class _Rows:
    """The handlers of a sheet's parser: what they tell of becomes rows of values."""

    def __init__(self, book: Book) -> None:
        self.strings = book.shared_strings
        self.epoch = book.wb.epoch
        self.dates = book.wb._date_formats
        self.spans = book.wb._timedelta_formats
        self.columns: dict[str, int] = {}
        self.ready: list[Row] = []
        self.number = self.last = self.at = 0
        self.row: list[Any] = []
        self.kind, self.style = NUMBER, "0"
        self.parts: list[str] = []
        self.is_open = self.is_phonetic = self.has_value = False

    def start(self, tag: str, told: dict[str, str]) -> None:
        if tag == CELL:
            self.kind = told.get("t", NUMBER)
            self.style = told.get("s", "0")
            where = told.get("r")
            self.at = self._column(where) if where else self.at + 1
            self.parts, self.has_value = [], False
        elif tag == VALUE:
            # The first one counts; a text of the cell's own stands beside none.
            self.is_open = self.kind != INLINE and not self.has_value
            self.has_value = True
        elif tag == TEXT:
            self.is_open = self.kind == INLINE and not self.is_phonetic
        elif tag == ROW:
            self.number = _whole(told["r"]) if "r" in told else self.number + 1
            self.row, self.at = [], 0
        elif tag == PHONETIC:
            self.is_phonetic = True

    def end(self, tag: str) -> None:
        if tag == CELL:
            if self.parts:
                self._put("".join(self.parts))
        elif tag in ENDS:
            self.is_open = False
        elif tag == ROW:
            if self.number > self.last:
                self.ready.append((self.number, self.row))
                self.last = self.number
        elif tag == PHONETIC:
            self.is_phonetic = False

    def data(self, text: str) -> None:
        if self.is_open:
            self.parts.append(text)

    def _column(self, where: str) -> int:
        letters = where.rstrip("0123456789")
        found = self.columns.get(letters)
        if found is None:
            found = self.columns[letters] = column_index_from_string(letters)
        return found

    def _put(self, text: str) -> None:
        if self.at > MOST_COLUMNS:
            raise Trouble("too_many_columns", limit=MOST_COLUMNS)
        row, missing = self.row, self.at - len(self.row) - 1
        value: Any = text if self.kind == INLINE else self._value(text)
        if missing < 0:
            row[self.at - 1] = value
            return
        if missing:
            row.extend([None] * missing)
        row.append(value)

    def _value(self, text: str) -> Any:
        """What openpyxl makes of the text of a cell of this kind."""
        match self.kind:
            case "n":
                return self._number(text)
            case "s":
                return self.strings[int(text)]
            case "b":
                return bool(int(text))
            case "d":
                return from_ISO8601(text)
        return text

    def _number(self, text: str) -> Any:
        is_broken = "." in text or "E" in text or "e" in text
        value = float(text) if is_broken else int(text)
        if self.dates and (style := int(self.style)) in self.dates:
            with suppress(OverflowError, ValueError):
                return from_excel(value, self.epoch, timedelta=style in self.spans)
            return "#VALUE!"
        return value


def _whole(text: str) -> int:
    """The number of a row; some programs write 3.0."""
    return int(text) if text.isdecimal() else int(float(text))
