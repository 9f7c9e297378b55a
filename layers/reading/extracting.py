"""Refused rows as a file of their own: corrected there, it is sent again.

A spreadsheet's rows become a CSV, all others a GeoPackage in the source's own system.
"""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyogrio
from pyproj.exceptions import ProjError

from layers.reading import crs, opening, shapes, sniffing, tables
from layers.reading.attributes import REASON, ROW, as_text
from layers.reading.job import Channel, Job
from layers.reading.trouble import Trouble

GEOMETRY = "geom"
LAYER = "refused"
# A spreadsheet takes a cell that begins so for a formula; a number may begin so too.
FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# More digits than a spreadsheet shows, of which it would keep only some.
LONG_CODE = re.compile(r"\d{12,}")


def extract(job: Job, channel: Channel) -> None:
    """Writes the job's ``rows`` to its ``target``; answers "end" with their number."""
    reasons = {
        int(number): str(reason)
        for number, reason in json.loads(Path(job.rows).read_text("utf-8")).items()
    }
    table = tables.choose(opening.tables_of(job), job.layer)
    with table.open() as opened:
        found = _wanted(opened, reasons)
        if table.format in {sniffing.TEXT, sniffing.EXCEL}:
            written = _write_text(job, opened, found)
        else:
            written = _write_package(job, table.format, opened, found)
    channel.message("end", written=written)


Chosen = Iterator[tuple[tables.Block, Any, list[str]]]


def _wanted(opened: tables.Opened, reasons: dict[int, str]) -> Chosen:
    """Blocks that have wanted rows, which of theirs, and their reasons."""
    left = len(reasons)
    for block in opened.blocks:
        rows = [
            row for row, number in enumerate(block.numbers) if int(number) in reasons
        ]
        if rows:
            left -= len(rows)
            yield block, np.array(rows), [reasons[int(block.numbers[r])] for r in rows]
        if not left:
            return


def _write_text(job: Job, opened: tables.Opened, found: Chosen) -> int:
    names, written = [name for name in opened.names if name not in (ROW, REASON)], 0
    with Path(job.target).open("x", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([_guarded(name) for name in (*names, ROW, REASON)])
        for block, rows, reasons in found:
            columns = [block.listed(name) for name in names]
            for row, reason in zip(rows, reasons, strict=True):
                values = [_guarded(column[row]) for column in columns]
                lines.writerow([*values, int(block.numbers[row]), _guarded(reason)])
            written += len(rows)
    return written


def _guarded(value: Any) -> str:
    """The value as a cell that no spreadsheet calculates, or rounds as a number."""
    text = "" if value is None else as_text(value)
    if LONG_CODE.fullmatch(text):
        return text + "\t"
    if FORMULA.match(text) and not NUMBER.fullmatch(text):
        return "'" + text
    return text


def _write_package(job: Job, format_: str, opened: tables.Opened, found: Chosen) -> int:
    names, written = [name for name in opened.names if name not in (ROW, REASON)], 0
    # What comes back is a package, in which a closed line is no polygon any more.
    closing = job.geometry == "polygon" and format_ == sniffing.DXF
    for block, rows, reasons in found:
        wkb = shapes.promoted(block.wkb[rows]) if closing else block.wkb[rows]
        columns = {
            _free(name): _writable(block.columns[name]).take(pyarrow.array(rows))
            for name in names
        }
        columns[ROW] = pyarrow.array(block.numbers[rows])
        columns[REASON] = pyarrow.array(reasons, pyarrow.string())
        columns[GEOMETRY] = pyarrow.array(list(wkb), pyarrow.binary())
        pyogrio.write_arrow(
            pyarrow.table(columns),
            job.target,
            layer=LAYER,
            driver=sniffing.GEOPACKAGE,
            geometry_name=GEOMETRY,
            geometry_type="Unknown",
            crs=_system(job, opened),
            append=bool(written),
            layer_options={"FID": "ogc_fid", "GEOMETRY_NAME": GEOMETRY},
        )
        written += len(rows)
    if not written:
        raise Trouble("no_rows")
    return written


def _free(name: str) -> str:
    """A name that the package's own columns leave free."""
    return f"{name}_" if name.casefold() in {GEOMETRY, "ogc_fid"} else name


def _writable(column: Any) -> Any:
    """What a GeoPackage has no type for becomes text."""
    types, kind = pyarrow.types, column.type
    if types.is_nested(kind) or types.is_time(kind) or types.is_decimal(kind):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return pyarrow.array(texts, pyarrow.string())
    return column


def _system(job: Job, opened: tables.Opened) -> str | None:
    """The system the rows are in, as far as a GeoPackage can say it."""
    system = crs.resolve(opened.crs, told=job.crs, local=job.systems)
    if system is None or system.shift or system.local or system.swapped:
        return opened.crs if job.crs == "" else None
    try:
        return str(system.crs.to_wkt())
    except ProjError:
        return None
