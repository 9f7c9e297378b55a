"""Reading and writing the files of the hotline, cell by cell as they stand."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl
from django.utils.translation import gettext_noop
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from govmap.lib.errors import BadInput

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 2000
MOST_COLUMNS = 80
# Unpacked, a workbook is larger than it came; beyond this it is no sheet of orders.
MOST_UNPACKED = 120 * 1024 * 1024
MARK = "\ufeff"  # by this mark Excel and WPS know UTF-8
# The last line of a CSV of ours says who took it out; it is no order.
WATERMARK = "# "
NUMBER, MOMENT, TRUTH = "number", "date", "bool"


class BadSheet(BadInput):
    """The file cannot be read."""

    message = gettext_noop(
        "The file is no table that can be read. Save it as .xlsx or .csv and send it"
        " again."
    )


class LongSheet(BadInput):
    """The file is too long."""

    message = gettext_noop(
        "The file has more than %(count)s rows or is too large. Send it in parts."
    )


@dataclass(frozen=True)
class Cell:
    """A cell's text, and what it was in a workbook where it was none."""

    text: str = ""
    form: str = ""


@dataclass(frozen=True)
class Table:
    """The header, and each row with the line it stands on."""

    header: list[str]
    rows: list[tuple[int, list[Cell]]]


EMPTY = Cell()


def read_table(data: bytes) -> Table:
    """The first sheet of a workbook, or a CSV in UTF-8 or GBK; empty rows left out.

    Raises BadSheet or LongSheet (400).
    """
    if len(data) > MOST_BYTES:
        raise LongSheet(count=MOST_ROWS)
    lines = _workbook(data) if data.startswith(b"PK") else _csv(data)
    if not lines:
        raise BadSheet
    rows = [
        (number, cells)
        for number, cells in enumerate(lines[1:], start=2)
        if any(cell.text.strip() for cell in cells)
        and not cells[0].text.startswith(WATERMARK)
    ]
    if len(rows) > MOST_ROWS:
        raise LongSheet(count=MOST_ROWS)
    return Table([cell.text for cell in lines[0]], rows)


def _csv(data: bytes) -> list[list[Cell]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error as error:
            raise BadSheet from error
        return [[Cell(_clean(cell)) for cell in line] or [EMPTY] for line in lines]
    raise BadSheet


def _workbook(data: bytes) -> list[list[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise LongSheet(count=MOST_ROWS)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(
            max_row=MOST_ROWS + 50, max_col=MOST_COLUMNS, values_only=True
        )
        return _trimmed([[_cell(value) for value in row] for row in rows])
    except LongSheet:
        raise
    except Exception as error:  # whatever a broken workbook makes its reader say
        raise BadSheet from error


def _trimmed(lines: list[list[Cell]]) -> list[list[Cell]]:
    """Without the empty columns that follow the header's last."""
    titled = [at for at, cell in enumerate(lines[0], 1) if cell.text] if lines else []
    width = max(titled, default=1)
    return [line[:width] or [EMPTY] for line in lines]


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return EMPTY
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
    return Cell(_clean(str(value)))


def _clean(text: str) -> str:
    """Without characters that no workbook and no database keeps."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


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


def as_workbook(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    about: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A workbook whose first sheet is the table; a second one says ``about`` it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for column, title in enumerate(header, start=1):
        sheet.cell(1, column, title).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 16
    for line, cells in enumerate(rows, start=2):
        for column, cell in enumerate(cells, start=1):
            _put(sheet.cell(line, column), value_of(cell))
    sheet.freeze_panes = "A2"
    if about:
        words = " · ".join(text for _title, text in about)
        # A & would begin a command of the footer.
        sheet.oddFooter.center.text = words.replace("&", "&&")[:200]
        note = book.create_sheet("导出说明")
        for row in about:
            note.append([_clean(text) for text in row])
        note.column_dimensions["B"].width = 60
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(target: Any, value: Any) -> None:
    if isinstance(value, str):
        # A text that begins like a formula stays a text.
        target.value, target.data_type = value, "s"
        return
    target.value = value
    if isinstance(value, datetime):
        target.number_format = "yyyy-mm-dd hh:mm:ss"


def as_csv(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    encoding: str = "utf-8",
    about: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A CSV in UTF-8 with its mark, or in GBK; the last line says ``about`` it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell.text for cell in cells] for cells in rows)
    if about:
        writer.writerow([WATERMARK + "；".join(f"{a}：{b}" for a, b in about)])
    text = out.getvalue()
    return text.encode("gb18030") if encoding == "gbk" else (MARK + text).encode()
