"""A file as the tables in it: its package, its format, its layers."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from layers.reading import delimited, package, parquet, sheets, sniffing, vectors
from layers.reading.job import Job
from layers.reading.tables import Table
from layers.reading.trouble import Trouble

OPENERS: dict[str, Callable[[package.Source, Job], Sequence[Any]]] = {
    sniffing.TEXT: delimited.tables,
    sniffing.EXCEL: sheets.tables,
    sniffing.PARQUET: parquet.tables,
    **dict.fromkeys(sniffing.DRIVERS, vectors.tables),
}


def tables_of(job: Job) -> list[Table]:
    """All layers with geometry, or with places, each by a name of its own.

    Raises Trouble.
    """
    sources = package.open_sources(job)
    pairs = [
        (source, table)
        for source in sources
        for table in _tables(source, job, alone=len(sources) == 1)
    ]
    often = Counter(table.name for _, table in pairs)
    return [
        replace(table, name=_longer(source, table)) if often[table.name] > 1 else table
        for source, table in pairs
    ]


def _tables(source: package.Source, job: Job, *, alone: bool) -> Sequence[Any]:
    """A list without places that lies beside the data is no layer."""
    if alone or source.format not in {sniffing.TEXT, sniffing.EXCEL}:
        return OPENERS[source.format](source, job)
    try:
        return [
            table for table in OPENERS[source.format](source, job) if table.is_table
        ]
    except Trouble:
        return []


def _longer(source: package.Source, table: Table) -> str:
    if source.name != table.name:
        return f"{source.name}/{table.name}"
    return f"{table.name} ({table.format})"
