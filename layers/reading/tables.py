"""A data set as tables of rows that come block by block, whatever its format."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from layers.reading.attributes import Refused
from layers.reading.trouble import Trouble

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # string, integer, number, date, boolean or other


@dataclass(frozen=True)
class Block:
    """Some rows: their numbers as the sender counts them, their values, their WKB."""

    numbers: Array
    columns: Mapping[str, Any]  # a list or an Arrow array each
    wkb: Array  # bytes or None
    faults: Mapping[int, Refused] = field(default_factory=dict)

    def listed(self, name: str) -> list[Any]:
        column = self.columns[name]
        return column.to_pylist() if hasattr(column, "to_pylist") else list(column)


@dataclass(frozen=True)
class Opened:
    """A table while it is read."""

    columns: Sequence[Column]
    blocks: Iterator[Block]
    crs: str | None = None
    place: dict[str, str] | None = None  # of a plain table: where its places stand
    notes: dict[str, int] = field(default_factory=dict)  # grows as blocks are read

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


class Table(Protocol):
    """One layer of a file. ``total``: its rows, where known without reading them."""

    name: str
    format: str
    encoding: str
    total: int | None

    def open(self) -> AbstractContextManager[Opened]: ...


def choose(tables: Sequence[Table], wanted: str) -> Table:
    """The one with rows, or the one that was asked for. Raises Trouble."""
    if len(tables) == 1:
        return tables[0]
    for table in tables:
        if table.name == wanted:
            return table
    filled = [table for table in tables if table.total != 0]
    if len(filled) == 1:
        return filled[0]
    if not tables:
        raise Trouble("no_geometry_layer")
    names = ", ".join(table.name for table in tables)
    raise Trouble("several_layers", names=names[:1000])


def listed(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """What a page needs to let a person choose."""
    return [{"name": table.name, "rows": table.total} for table in tables]
