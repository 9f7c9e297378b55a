"""A file as the one table in it, row by row. Knows no Django.

Called here for small files, and in a process of its own for others (`reader`). What a
file is, what a workbook may unpack to and how a text is encoded is found by the
importer of layers.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from cases.tables.cells import cell_of, packed, plain
from layers.reading import delimited, sheets, sniffing
from layers.reading.grid import Grid
from layers.reading.job import INSPECT, Job
from layers.reading.package import open_sources
from layers.reading.trouble import Trouble

LOOK = 20  # rows in which the header must come
MOST_COLUMNS = 300
# The last line of a CSV of ours says who took it out; it is no row.
WATERMARK = "# "
PackedRow = tuple[int, list[Any]]  # its number, and its cells as `cells.packed`
OPENERS = {sniffing.TEXT: delimited.tables, sniffing.EXCEL: sheets.shown}


@dataclass(frozen=True)
class Head:
    """The titles, the line that they stand on, and how the file was read."""

    titles: list[str]
    line: int
    format: str
    encoding: str


def read(
    path: Path, folder: Path, titles: Collection[str], most_unpacked: int
) -> tuple[Head, Iterator[PackedRow]]:
    """The table with most of ``titles`` in its header. Raises Trouble, also later."""
    job = Job(
        path=str(path),
        folder=str(folder),
        name="table",
        mode=INSPECT,
        max_unpacked=most_unpacked,
    )
    grids: list[Grid] = [
        grid
        for source in open_sources(job)
        if source.format in OPENERS
        for grid in OPENERS[source.format](source, job)
    ]
    if not grids:
        raise Trouble("unknown_format")
    wanted = {plain(title) for title in titles}
    found = [(*_head(grid, wanted), grid) for grid in grids]
    _known, head, grid = max(found, key=lambda one: one[0])
    if not head.titles:
        raise Trouble("no_rows")
    if len(head.titles) > MOST_COLUMNS:
        raise Trouble("too_many_columns", limit=MOST_COLUMNS)
    return head, _rows(grid, head)


def _head(grid: Grid, wanted: set[str]) -> tuple[int, Head]:
    """The first of the rows with most known titles, and how many those are."""
    best, found = -1, Head([], 0, grid.format, grid.encoding)
    for line, cells in islice(grid.rows(), LOOK):
        texts = [cell_of(cell).text.strip() for cell in cells]
        known = len(wanted & {plain(text) for text in texts})
        if known > best and any(texts):
            while texts and not texts[-1]:
                texts.pop()
            best, found = known, Head(texts, line, grid.format, grid.encoding)
    return best, found


def _rows(grid: Grid, head: Head) -> Iterator[PackedRow]:
    width = len(head.titles)
    for line, cells in grid.rows():
        if line <= head.line:
            continue
        row = packed(cells[:width])
        if any(map(_says, row)) and not _text(row[0]).startswith(WATERMARK):
            yield line, row + [""] * (width - len(row))


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else str(cell[0])


def _says(cell: Any) -> bool:
    return bool(cell) and bool(_text(cell).strip())
