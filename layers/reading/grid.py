"""Rows of cells, as a text file or a sheet has them, made a table with places.

Above the header there may be a title, below the rows a total; both are no data.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
import pyarrow

from layers.reading import places
from layers.reading.addresses import Register
from layers.reading.attributes import Refused
from layers.reading.job import INSPECT, Job
from layers.reading.tables import Block, Column, Opened
from layers.reading.trouble import Trouble

Cells = Sequence[Any]
Row = tuple[int, Cells]  # its number as a spreadsheet shows it

LOOK = 20  # rows in which the header must come
TOTALS = {"合计", "总计", "小计", "共计", "累计", "total", "grandtotal", "sum"}
_DIGITS = re.compile(r"[+-]?[\d.,]+([eE][+-]?\d+)?")
# What `extracting` puts before a cell that a spreadsheet would take for a formula.
_GUARDED = re.compile(r"'[=+\-@\t\r]")


@dataclass(frozen=True)
class Header:
    names: list[str]
    positions: list[int]


@dataclass
class Grid:
    """A table of cells (`tables.Table`). ``rows`` starts anew at each call."""

    name: str
    format: str
    encoding: str
    rows: Callable[[], Iterator[Row]]
    job: Job
    total: int | None = None

    @contextmanager
    def open(self) -> Iterator[Opened]:
        rows = (row for row in self.rows() if any(_is_filled(cell) for cell in row[1]))
        first = list(islice(rows, LOOK))
        header, below = self._header(first)
        place = places.find(header.names, self.job.places)
        self._check_place(place, header)
        notes: dict[str, int] = {}
        body = _without_totals(chain(first[below:], rows), notes)
        sample = [row[1] for row in first[below:]]
        yield Opened(
            columns=[
                Column(name, _type_of(_cells_at(sample, at)))
                for name, at in zip(header.names, header.positions, strict=True)
            ],
            blocks=self._blocks(body, header, place),
            crs=_declared(place, sample, header) if place else None,
            place=place.told() if place else None,
            notes=notes,
        )

    @property
    def is_table(self) -> bool:
        try:
            with self.open() as opened:
                return opened.place is not None
        except Trouble:
            return False

    def _check_place(self, place: places.Place | None, header: Header) -> None:
        """Who looks into a file sees its columns also where no place is known yet."""
        if self.job.mode == INSPECT:
            return
        if place is None:
            raise Trouble("no_places", columns=header.names)
        if place.address and not self.job.geocode:
            raise Trouble("no_register", columns=header.names)

    def _header(self, first: list[Row]) -> tuple[Header, int]:
        """The header and the index of the row below it. Raises Trouble."""
        if not first:
            raise Trouble("no_rows")
        widest = max(_filled(cells) for _, cells in first)
        wanted = self._wanted()
        ranked = [
            (len(wanted & {_name(cell) for cell in cells}), -index)
            for index, (_, cells) in enumerate(first)
            if _filled(cells) >= max(1, 0.6 * widest) and _is_header(cells)
        ]
        if not ranked:
            raise Trouble("no_header")
        index = -max(ranked)[1]
        header = _header_of(first[index][1])
        if len(header.names) > self.job.max_columns:
            raise Trouble("too_many_columns", limit=self.job.max_columns)
        return header, index + 1

    def _wanted(self) -> set[str]:
        job = self.job
        names = {entry["name"] for entry in job.schema} | {job.key}
        return names | set(job.mapping.values()) | set(job.places.values())

    def _blocks(
        self, rows: Iterator[Row], header: Header, place: places.Place | None
    ) -> Iterator[Block]:
        register = Register.at(self.job.geocode)
        width = max(header.positions) + 1
        while batch := list(islice(rows, self.job.batch)):
            faults = {
                index: Refused("ragged_row")
                for index, (_, cells) in enumerate(batch)
                if any(_is_filled(cell) for cell in cells[width:])
            }
            columns = {
                name: _column(_cells_at((cells for _, cells in batch), at))
                for name, at in zip(header.names, header.positions, strict=True)
            }
            found = places.placed(place, columns, register) if place else None
            wkb = found.wkb if found else np.full(len(batch), None, dtype=object)
            faults = {**found.faults, **faults} if found else faults
            numbers = np.array([number for number, _ in batch])
            yield Block(numbers, columns, wkb, faults)


def _cells_at(rows: Any, at: int) -> list[Any]:
    return [_value(cells[at]) if at < len(cells) else None for cells in rows]


def _value(cell: Any) -> Any:
    """The cell without what only says that it is empty, or no formula."""
    if isinstance(cell, str):
        cell = cell.strip()
        if not cell or cell in ERRORS:
            return None
        return cell[1:] if _GUARDED.match(cell) else cell
    return cell


# What a spreadsheet keeps of a formula that failed.
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}


def _column(values: list[Any]) -> Any:
    """Arrow's strings where all are: they are written faster."""
    if all(value is None or isinstance(value, str) for value in values):
        return pyarrow.array(values, pyarrow.string())
    return values


def _is_filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _filled(cells: Cells) -> int:
    return sum(_is_filled(cell) for cell in cells)


def _name(cell: Any) -> str:
    return re.sub(r"\s+", " ", str(cell)).strip().lstrip("\ufeff") if cell else ""


def _is_header(cells: Cells) -> bool:
    """Names, and no numbers."""
    return all(
        isinstance(cell, str) and not _DIGITS.fullmatch(cell.strip())
        for cell in cells
        if _is_filled(cell)
    )


def _header_of(cells: Cells) -> Header:
    """Columns without a name are left out; of twins the later ones are numbered."""
    header = Header([], [])
    for at, cell in enumerate(cells):
        plain = name = _name(cell)
        twin = 2
        while name in header.names:
            name, twin = f"{plain}_{twin}", twin + 1
        if name:
            header.names.append(name)
            header.positions.append(at)
    return header


def _without_totals(rows: Iterator[Row], notes: dict[str, int]) -> Iterator[Row]:
    for number, cells in rows:
        first = next((cell for cell in cells if _is_filled(cell)), "")
        if re.sub(r"[\s:：]", "", str(first)).casefold() in TOTALS:
            notes["totals"] = notes.get("totals", 0) + 1
        else:
            yield number, cells


def _declared(place: places.Place, sample: list[Cells], header: Header) -> str | None:
    """Columns called longitude and latitude are degrees; others must be asked for.

    Our own register of addresses is in the system that everything is stored in.
    """
    if place.degrees:
        return "EPSG:4326"
    if place.address:
        return "EPSG:4490"
    if place.wkt:
        at = header.positions[header.names.index(place.wkt)]
        return places.system_of_wkt(_cells_at(sample, at))
    return None


def _type_of(values: list[Any]) -> str:
    kinds = {type(value).__name__ for value in values if value is not None}
    if kinds == {"int"}:
        return "integer"
    if kinds and kinds <= {"int", "float"}:
        return "number"
    return "date" if kinds and kinds <= {"datetime", "date"} else "string"
