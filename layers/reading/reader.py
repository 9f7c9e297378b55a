"""The reading process: a file in, checked rows out, and nothing else.

It runs apart (``layers.reading.process``) with limits of its own, because what it
parses comes from outside. It knows no Django and no database: it writes frames to its
standard output, either rows as PostgreSQL's COPY text or a message as JSON.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from pyproj.exceptions import ProjError

from layers.reading import (
    attributes,
    copying,
    crs,
    extracting,
    inspecting,
    opening,
    shapes,
    sniffing,
    tables,
    wkb,
)
from layers.reading.attributes import Refused
from layers.reading.cells import Cells
from layers.reading.job import EXTRACT, INSPECT, Channel, Job
from layers.reading.trouble import Trouble

MAX_REFUSALS = 100_000  # told one by one; beyond that they are only counted
MAX_REPAIRS = 1000
LIBRARY_ERRORS = (
    *(pyarrow.ArrowException, shapely.GEOSException, ProjError),
    *(UnicodeError, OSError, RecursionError),
)
WORLD = (-180.0, -90.0, 180.0, 90.0)

__all__ = ["Channel", "Job", "Reader"]


@dataclass
class Tally:
    """What became of the rows so far."""

    read: int = 0
    repaired: int = 0
    placed: int = 0  # with a geometry that could be read
    outside: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    told: int = 0  # refusals reported one by one
    listed: int = 0  # repairs


class Reader:
    """Reads one layer in blocks, so that memory does not grow with the file."""

    def __init__(self, job: Job, channel: Channel) -> None:
        self.job = job
        self.channel = channel
        self.tally = Tally()
        self.system: crs.System | None = None
        self.reprojection: crs.Reprojection | None = None
        self.ground = job.ground or WORLD
        self.cells = Cells.read(job.cells) if job.cells else None

    def run(self) -> None:
        """Answers frames. Raises Trouble, with what a page needs to ask further."""
        self.asked: dict[str, Any] = {}
        try:
            self._run()
        except Trouble as trouble:
            trouble.details = {**self.asked, **trouble.details}
            raise

    def _run(self) -> None:
        found = opening.tables_of(self.job)
        self.asked["layers"] = tables.listed(found)
        table = tables.choose(found, self.job.layer)
        with table.open() as opened:
            self._begin(table, opened)
            for block in opened.blocks:
                self._block(block)
            self.tally.notes.update(opened.notes)
        if not self.tally.read:
            raise Trouble("no_rows")
        self._check_landing(self.tally.outside, self.tally.placed, None)
        self.channel.message(
            "end",
            read=self.tally.read,
            repaired=self.tally.repaired,
            reasons=dict(self.tally.refused),
            notes={name: count for name, count in self.tally.notes.items() if count},
        )

    def _begin(self, table: tables.Table, opened: tables.Opened) -> None:
        job, columns = self.job, opened.names
        if not columns:
            raise Trouble("no_rows")
        self.asked |= {"columns": columns, "layer": table.name}
        self.attributes, self.key = attributes.find(
            job.schema,
            columns,
            key=job.key,
            mapping=job.mapping,
            short=table.format == sniffing.SHAPEFILE,
        )
        self.format = table.format
        self.system = crs.resolve(
            opened.crs, told=job.crs, usual=job.usual_crs, local=job.systems
        )
        used = {attribute.column for attribute in self.attributes} | {self.key}
        used |= set((opened.place or {}).values())
        self.start = {
            "format": table.format,
            "layer": table.name,
            "encoding": table.encoding,
            "unused": sorted(set(columns) - used)[:50],
            "total": table.total,
            "place": opened.place,
        }

    def _block(self, block: tables.Block) -> None:
        job = self.job
        if self.tally.read + len(block.wkb) > job.max_rows:
            raise Trouble("too_many_rows", limit=job.max_rows)
        read = shapes.read(block.wkb, max_vertices=job.max_vertices)
        drawing = self.format == sniffing.DXF
        shapes.check_type(read, job.geometry, closed_lines=drawing)
        if self.reprojection is None:
            self._choose_system(read)
        assert self.reprojection is not None
        shapes.reproject(read, self.reprojection)
        outside = shapes.outside(read, self.ground)
        placed = int((read.reasons == "").sum())
        if not self.tally.read:
            self._check_landing(int(outside.sum()), placed, read)
        self.tally.placed += placed
        self.tally.outside += int(outside.sum())
        read.refuse(outside, "outside_ground")
        shapes.repair(read)
        self.tally.notes.update(read.notes)
        self._write(block, read)

    def _choose_system(self, read: shapes.Shapes) -> None:
        """Settled by the first rows: a GeoJSON says WGS 84 by saying nothing."""
        system, job = self.system, self.job
        believed = system is None or system.source == "told"
        silent = self.format in {sniffing.GEOJSON, sniffing.GEOJSON_LINES}
        if silent and system and not (believed or _plausible(system, read.raw)):
            system = crs.resolve(None, usual=job.usual_crs, local=job.systems)
        if system is None:
            raise Trouble("no_crs", candidates=self._candidates(read))
        self.system = system
        self.reprojection = crs.Reprojection(system)
        self.channel.message(
            "start", crs=system.name, crs_from=system.source, **self.start
        )

    def _candidates(self, read: shapes.Shapes) -> list[dict[str, Any]]:
        """The systems that the file may be in, with the shapes a map shows of each."""
        return crs.candidates(
            read.raw, self.ground, geometry=read.sample, local=self.job.systems
        )

    def _check_landing(
        self, outside: int, count: int, read: shapes.Shapes | None
    ) -> None:
        """A file that lands elsewhere is in another system than it says."""
        if outside * 2 > count:
            assert self.system is not None
            found = self._candidates(read) if read else []
            raise Trouble("lands_elsewhere", crs=self.system.name, candidates=found)

    def _write(self, block: tables.Block, read: shapes.Shapes) -> None:
        names, no_key = copying.keys(block.columns[self.key])
        parts, faults = [], dict[int, Refused]()
        for attribute in self.attributes:
            if attribute.column:
                part, wrong = copying.fragments(
                    attribute, block.columns[attribute.column]
                )
                parts.append(part)
                faults = wrong | faults
        faults |= {
            int(row): Refused(read.reasons[row])
            for row in np.flatnonzero(read.reasons != "")
        }
        # What is known of the source tells more than that there is no geometry.
        faults |= block.faults
        faults |= no_key
        other = self._other_kinds(read)
        faults = {row: fault for row, fault in faults.items() if not other[row]}
        good = ~other
        good[list(faults)] = False
        payload = self._lines(block, read, names, parts, good)
        refused = [
            (
                int(block.numbers[row]),
                "" if row in no_key else names[row].as_py(),
                fault,
            )
            for row, fault in sorted(faults.items())
        ]
        kept = [copying.refused_line(row, key) for row, key, _ in refused if key]
        self.tally.read += len(names)
        self.channel.rows(payload + b"".join(kept))
        self._refuse(refused)
        self._tell_repairs(block, read, names, good)
        self.channel.message("read", rows=self.tally.read)

    def _lines(
        self,
        block: tables.Block,
        read: shapes.Shapes,
        names: Any,
        parts: list[Any],
        good: shapes.Array,
    ) -> bytes:
        """The rows that can be taken, as COPY text with both copies of the geometry."""
        geometry, numbers = read.geometry, block.numbers
        if not good.all():
            mask = pyarrow.array(good)
            geometry, numbers, names = geometry[good], numbers[good], names.filter(mask)
            parts = [part.filter(mask) for part in parts]
        if not len(numbers):
            return b""
        cells = self.cells.of(geometry) if self.cells else None
        return copying.lines(numbers, names, wkb.both(geometry), parts, cells=cells)

    def _other_kinds(self, read: shapes.Shapes) -> shapes.Array:
        """In a drawing all kinds stand beside each other: the others are counted."""
        if self.format != sniffing.DXF:
            return np.zeros(len(read.reasons), dtype=bool)
        other = np.isin(read.reasons, ("wrong_geometry_type", "no_geometry"))
        self.tally.notes["other_kinds"] += int(other.sum())
        return other

    def _refuse(self, refused: list[tuple[int, str, Refused]]) -> None:
        self.tally.refused.update(error.code for _, _, error in refused)
        told = refused[: MAX_REFUSALS - self.tally.told]
        self.tally.told += len(told)
        if told:
            self.channel.message(
                "refused",
                rows=[
                    {"row": row, "key": key, "code": error.code, **error.details}
                    for row, key, error in told
                ],
            )

    def _tell_repairs(
        self,
        block: tables.Block,
        read: shapes.Shapes,
        names: Any,
        good: shapes.Array,
    ) -> None:
        rows = np.flatnonzero((read.repaired != "") & good)
        self.tally.repaired += len(rows)
        told = rows[: MAX_REPAIRS - self.tally.listed]
        self.tally.listed += len(told)
        if len(told):
            self.channel.message(
                "repaired",
                rows=[
                    {
                        "row": int(block.numbers[row]),
                        "key": names[int(row)].as_py(),
                        "what": read.repaired[row],
                    }
                    for row in told
                ],
            )


def _plausible(system: crs.System, raw: shapes.Array) -> bool:
    """False where a system of degrees meets numbers that cannot be degrees."""
    if not system.is_degrees or system.swapped or not len(raw):
        return True
    return bool((np.abs(np.median(raw, axis=0)) <= (360, 90)).all())


@contextmanager
def _own_words() -> Iterator[None]:
    """What libraries say of a broken file, as our own trouble."""
    try:
        yield
    except (DataSourceError, DataLayerError, FeatureError, GeometryError) as error:
        raise Trouble("broken", said=str(error).splitlines()[0][:300]) from error
    except LIBRARY_ERRORS as error:
        raise Trouble("broken", said=str(error)[:300]) from error
    except MemoryError as error:
        raise Trouble("too_big") from error


MODES = {INSPECT: inspecting.inspect, EXTRACT: extracting.extract}


def carry_out(job: Job, channel: Channel) -> None:
    """Answers the job's frames. Raises Trouble."""
    with _own_words():
        if job.mode in MODES:
            MODES[job.mode](job, channel)
        else:
            Reader(job, channel).run()


def main() -> None:
    # Libraries may print; the frames must stay alone in their pipe.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    channel = Channel(pipe)
    job = Job(**json.load(sys.stdin))
    try:
        if unwanted := set(pyogrio.list_drivers()) - set(sniffing.DRIVERS):
            raise Trouble("drivers", names=", ".join(sorted(unwanted))[:300])
        carry_out(job, channel)
    except Trouble as trouble:
        channel.message("trouble", code=trouble.code, details=trouble.details)


if __name__ == "__main__":
    main()
