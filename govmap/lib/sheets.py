"""Tables that people keep in spreadsheets: read as they come, written as Excel reads.

CSV in UTF-8 (with or without its mark) or GBK, or an Excel workbook's first sheet.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import openpyxl
from django.http import HttpResponse
from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput

MARK = "\ufeff"  # by this mark Excel and WPS know UTF-8
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
# Unpacked, a workbook is larger than it came; beyond this it is no table of ours.
MOST_UNPACKED = 60_000_000

# (line, {column: cell}): what every table of rules is read from.
Row = tuple[str, dict[str, str]]


class BadSheet(BadInput):
    """The file is no table that can be read. Save it as CSV or Excel and try again."""

    message = gettext_noop(
        "The file is no table that can be read. Save it as CSV or Excel and try again."
    )


class TooLong(BadInput):
    """The file is too large: at most 5,000 rows and 2 MB. Send it in parts."""

    message = gettext_noop(
        "The file is too large: at most 5,000 rows and 2 MB. Send it in parts."
    )


class NoColumn(BadInput):
    """Column “%(column)s” is missing. The first line must name: %(columns)s."""

    message = gettext_noop(
        "Column “%(column)s” is missing. The first line must name: %(columns)s."
    )


def read_sheet(
    data: bytes, columns: Iterable[str], known: Mapping[str, str] | None = None
) -> list[Row]:
    """Rows with stripped cells by column. ``known``: other words for the columns.

    Empty lines are left out. Raises BadSheet, TooLong or NoColumn (400).
    """
    if len(data) > MOST_BYTES:
        raise TooLong
    table = _workbook(data) if data.startswith(b"PK") else _csv(data)
    other = known or {}
    try:
        header = [other.get(cell.strip(), cell.strip()) for cell in next(table, [])]
        for column in columns:
            if column not in header:
                raise NoColumn(column=column, columns=", ".join(columns))
        rows = [
            (str(number), dict(zip(header, map(str.strip, cells), strict=False)))
            for number, cells in enumerate(table, start=2)
            if number <= MOST_ROWS + 2 and any(map(str.strip, cells))
        ]
    except csv.Error as error:
        raise BadSheet from error
    if len(rows) > MOST_ROWS:
        raise TooLong
    return [(line, dict.fromkeys(header, "") | row) for line, row in rows]


def _csv(data: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return csv.reader(io.StringIO(text, newline=""))
    raise BadSheet


def _workbook(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise TooLong
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=MOST_ROWS + 2, values_only=True):
            yield [_text(value) for value in row]
    except TooLong:
        raise
    except Exception as error:  # whatever a broken workbook makes its reader say
        raise BadSheet from error


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def plain(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


def csv_text(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A CSV with the mark by which Excel knows UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([plain(value) for value in row] for row in rows)
    return MARK + file.getvalue()


def csv_answer(
    name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]
) -> HttpResponse:
    """The CSV as a file to keep, called ``name``.csv."""
    answer = HttpResponse(
        csv_text(header, rows), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
