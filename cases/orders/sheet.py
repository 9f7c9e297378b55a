"""Writing the files of the hotline, cell by cell as they stand."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cases.tables.cells import Cell, clean, value_of
from cases.tables.source import WATERMARK
from govmap.lib.sheets import MARK


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
            note.append([clean(text) for text in row])
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
