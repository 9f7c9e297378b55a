"""Excel workbooks: each sheet that is shown is a table.

openpyxl rather than GDAL's driver: that one takes a title for a row, keeps all in
memory and shows no more of a sheet than its guess at the types leaves.
"""

import warnings
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl

from layers.reading import sniffing
from layers.reading.grid import Grid, Row
from layers.reading.job import Job
from layers.reading.package import Source
from layers.reading.trouble import Trouble

ERRORS = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError),
    *(ParseError, zipfile.BadZipFile),
)


def tables(source: Source, job: Job) -> list[Grid]:
    """The shown sheets that hold a table, with the values that formulas had last.

    A sheet of remarks is no table; where all are of that kind, all are answered, so
    that the trouble with them is told.
    """
    book = _opened(source.path)
    grids = [
        Grid(
            name=sheet.title,
            format=sniffing.EXCEL,
            encoding="UTF-8",
            rows=partial(_rows, sheet),
            job=job,
        )
        for sheet in book.worksheets
        if sheet.sheet_state == "visible"
    ]
    return [grid for grid in grids if grid.is_table] or grids


def _opened(path: Path) -> Any:
    warnings.simplefilter("ignore")
    try:
        return openpyxl.load_workbook(
            path, read_only=True, data_only=True, keep_links=False
        )
    except ERRORS as error:
        raise Trouble("broken", said=str(error)[:300]) from error


def _rows(sheet: Any) -> Iterator[Row]:
    # The size that a file declares may be a million columns.
    sheet.reset_dimensions()
    try:
        yield from enumerate(sheet.iter_rows(values_only=True), start=1)
    except ERRORS as error:
        raise Trouble("broken", said=str(error)[:300]) from error
