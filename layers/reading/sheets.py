"""Excel workbooks: each sheet that is shown is a table.

openpyxl rather than GDAL's driver: that one takes a title for a row, keeps all in
memory and shows no more of a sheet than its guess at the types leaves.
"""

import warnings
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from layers.reading import sniffing
from layers.reading.grid import Grid, Row
from layers.reading.job import Job
from layers.reading.package import Source
from layers.reading.trouble import Trouble
from layers.reading.workbook import Book

ERRORS = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError),
    *(ParseError, ExpatError, zipfile.BadZipFile),
)


def tables(source: Source, job: Job) -> list[Grid]:
    """The shown sheets that hold a table of places.

    A sheet of remarks is no table; where all are of that kind, all are answered, so
    that the trouble with them is told.
    """
    grids = shown(source, job)
    return [grid for grid in grids if grid.is_table] or grids


def shown(source: Source, job: Job) -> list[Grid]:
    """All sheets that are shown, with the values that formulas had last."""
    return [
        Grid(
            name=sheet.name,
            format=sniffing.EXCEL,
            encoding="UTF-8",
            rows=partial(_rows, sheet.rows),
            job=job,
        )
        for sheet in _opened(source.path).sheets()
        if sheet.is_shown
    ]


def _opened(path: Path) -> Book:
    warnings.simplefilter("ignore")
    try:
        return Book(path)
    except ERRORS as error:
        raise Trouble("broken", said=str(error)[:300]) from error


def _rows(read: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    try:
        yield from read()
    except ERRORS as error:
        raise Trouble("broken", said=str(error)[:300]) from error
