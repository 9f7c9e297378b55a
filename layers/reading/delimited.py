"""Tables as text: CSV and its relatives, in whatever encoding and with any mark."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from layers.reading import encoding, sniffing
from layers.reading.grid import Grid, Row
from layers.reading.job import Job
from layers.reading.package import Source
from layers.reading.trouble import Trouble

MARKS = ",\t;|"
LOOK = 256 << 10  # characters
SAMPLE = 50  # records
MAX_CELL = 64 << 20  # characters; a WKT of a million vertices is half of it


def tables(source: Source, job: Job) -> list[Grid]:
    """The file's one table. Raises Trouble where its text cannot be read."""
    charset = encoding.of_text(source.path, told=job.encoding, usual=job.usual_encoding)
    mark = _mark(source.path, charset)
    return [
        Grid(
            name=source.name or Path(job.name).stem,
            format=sniffing.TEXT,
            encoding=encoding.shown(charset),
            rows=lambda: _rows(source.path, charset, mark),
            job=job,
        )
    ]


def _rows(path: Path, charset: str, mark: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=charset, newline="") as file:
        # Strict: a quote that is never closed would swallow the rest in silence.
        lines = csv.reader(
            (line.replace("\x00", "") for line in file), delimiter=mark, strict=True
        )
        try:
            yield from enumerate(lines, 1)
        except csv.Error as error:
            raise Trouble(
                "broken_table", line=lines.line_num, said=str(error)
            ) from error


def _mark(path: Path, charset: str) -> str:
    """The mark that divides most rows into the same number of cells, above one."""
    with path.open(encoding=charset, newline="") as file:
        head = file.read(LOOK)
    ranked = []
    for mark in MARKS:
        widths = Counter(_widths(head, mark))
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            ranked.append((width > 1, count, width, mark))
    best = max(ranked, default=(False, 0, 0, ","))
    if not best[0]:
        raise Trouble("unknown_format")
    return best[3]


def _widths(head: str, mark: str) -> Iterator[int]:
    csv.field_size_limit(MAX_CELL)
    lines = csv.reader(head.splitlines(keepends=True), delimiter=mark)
    for _ in range(SAMPLE):
        try:
            cells = next(lines, None)
        except csv.Error:
            return
        if cells is None:
            return
        if len(cells) > 1 or (cells and cells[0].strip()):
            yield len(cells)
