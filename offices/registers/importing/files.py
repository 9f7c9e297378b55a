"""Workbooks of an import: the empty table, and the rows that were refused.

Excel and not CSV: a spreadsheet reads the 18 signs of a number in a CSV as a figure
and drops the last three. Every cell is text, written row by row.
"""

import codecs
import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import openpyxl
from django.http import FileResponse
from openpyxl.utils import get_column_letter

from cases.tables import keeping
from govmap.lib.errors import NotFound
from govmap.lib.sheets import MARK, plain
from offices.models import RegisterImport
from offices.registers.importing.columns import columns_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 18  # of a column, in signs


def workbook(header: Sequence[str], rows: Iterable[Sequence[str]]) -> IO[bytes]:
    """A file that goes when it is closed."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for at in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(at)].width = WIDTH
    sheet.append(list(header))
    for row in rows:
        sheet.append([plain(cell) for cell in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    book.save(file)
    file.seek(0)
    return file


def answer(name: str, file: IO[bytes]) -> FileResponse:
    said = FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)
    said["Cache-Control"] = "no-store"
    return said


def empty(register: str) -> FileResponse:
    """With the titles that are known, to be filled in."""
    titles = [column.title for column in columns_of(register)]
    return answer(f"{register}.xlsx", workbook(titles, []))


def refused(run: RegisterImport) -> FileResponse:
    """The sender's own rows, with what is wrong of each. Raises NotFound (404)."""
    if not keeping.refused_path(run).exists():
        raise NotFound
    rows = csv.reader(_lines(run))
    header = next(rows, [])
    return answer(f"refused-{run.uuid}.xlsx", workbook(header, rows))


def _lines(run: RegisterImport) -> Iterator[str]:
    """The sealed file line by line, a chunk in memory at a time."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest, is_first = "", True
    for chunk in keeping.opened(keeping.refused_path(run)):
        text = decoder.decode(chunk)
        if is_first:
            text, is_first = text.removeprefix(MARK), False
        *lines, rest = (rest + text).split("\n")
        yield from (f"{line}\n" for line in lines)
    if rest:
        yield rest
