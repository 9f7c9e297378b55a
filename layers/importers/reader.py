"""The reading process: a file in, checked rows out, and nothing else.

It runs apart (``layers.importers.process``) with limits of its own, because what it
parses comes from outside. It knows no Django and no database: it writes frames to its
standard output, either rows as PostgreSQL's COPY text or a message as JSON.
"""

import json
import os
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from pyogrio.raw import open_arrow
from pyproj.exceptions import ProjError

from layers.importers import attributes, crs, encoding, package, shapes
from layers.importers.trouble import Trouble

MAX_REFUSALS = 1000
LIBRARY_ERRORS = (
    *(pyarrow.ArrowInvalid, shapely.GEOSException, ProjError),
    *(UnicodeDecodeError, OSError),
)
COPY, MESSAGE = b"C", b"M"
WORLD = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Job:
    """What to read and what it must be. ``usual_*`` serve where the file is silent."""

    path: str
    folder: str
    geometry: str
    key: str
    name: str  # the file's, as its sender calls it
    schema: list[dict[str, Any]]
    layer: str = ""
    crs: str = ""
    usual_crs: str = ""
    encoding: str = ""
    usual_encoding: str = ""
    ground: list[float] | None = None  # degrees; None: anywhere on earth
    batch: int = 5000
    # Definitions of the site's own coordinate systems (`crs_local.Local`).
    systems: list[dict[str, Any]] = field(default_factory=list)


class Channel:
    """Frames: a kind of one byte, a length of four, the payload."""

    def __init__(self, pipe: BinaryIO) -> None:
        self.pipe = pipe

    def rows(self, payload: bytes) -> None:
        self._send(COPY, payload)

    def message(self, kind: str, **content: Any) -> None:
        payload = json.dumps({"kind": kind, **content}, ensure_ascii=False)
        self._send(MESSAGE, payload.encode())

    def _send(self, kind: bytes, payload: bytes) -> None:
        self.pipe.write(struct.pack(">cI", kind, len(payload)) + payload)
        self.pipe.flush()


@dataclass
class Tally:
    """What became of the rows so far."""

    read: int = 0
    repaired: int = 0
    outside: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    told: int = 0  # refusals reported one by one


class Reader:
    """Reads one data set in batches, so that memory does not grow with the file."""

    def __init__(self, job: Job, channel: Channel) -> None:
        self.job = job
        self.channel = channel
        self.tally = Tally()
        self.system: crs.System | None = None
        self.reprojection: crs.Reprojection | None = None
        self.ground = job.ground or WORLD

    def run(self) -> None:
        job = self.job
        source = package.open_source(Path(job.path), Path(job.folder), wanted=job.layer)
        path, charset = self._text_of(source)
        layer = self._layer_of(path, source)
        total = _count(path, layer, source)
        with open_arrow(
            path, layer=layer, encoding=charset, batch_size=job.batch, use_pyarrow=True
        ) as (meta, batches):
            self._begin(meta, source, layer=layer, charset=charset, total=total)
            for batch in batches:
                self._batch(batch)
        if not self.tally.read:
            raise Trouble("no_rows")
        self._check_landing(self.tally.outside, self.tally.read, None)
        self.channel.message(
            "end",
            read=self.tally.read,
            repaired=self.tally.repaired,
            reasons=dict(self.tally.refused),
        )

    def _text_of(self, source: package.Source) -> tuple[Path, str | None]:
        """The path to open and the encoding to open it with."""
        if source.format == package.SHAPEFILE:
            job, table = self.job, source.path.with_suffix(".dbf")
            name = encoding.of_table(table, told=job.encoding, usual=job.usual_encoding)
            # GDAL would believe it before what was found out.
            source.path.with_suffix(".cpg").unlink(missing_ok=True)
            return source.path, name
        if source.format == package.GEOJSON:
            return encoding.as_utf8(source.path, told=self.job.encoding), None
        return source.path, None

    def _layer_of(self, path: Path, source: package.Source) -> str:
        """The one layer with geometry, or the one that was asked for."""
        found = [
            str(name)
            for name, kind in pyogrio.list_layers(path)
            if kind is not None or source.format == package.GEOJSON
        ]
        if len(found) == 1:
            return found[0]
        if self.job.layer in found:
            return self.job.layer
        if not found:
            raise Trouble("no_geometry_layer")
        raise Trouble("several_layers", names=", ".join(found))

    def _begin(
        self,
        meta: dict[str, Any],
        source: package.Source,
        *,
        layer: str,
        charset: str | None,
        total: int | None,
    ) -> None:
        job, columns = self.job, [str(name) for name in meta["fields"]]
        short = source.format == package.SHAPEFILE
        self.attributes = attributes.find(job.schema, columns, short=short)
        key = attributes.column_of(job.key, columns, short=short)
        if key is None:
            attributes.missing(job.key, columns)
        self.key: str = key
        self.geometry_column = meta["geometry_name"] or "wkb_geometry"
        self.is_geojson = source.format == package.GEOJSON
        self.system = crs.resolve(
            meta["crs"], told=job.crs, usual=job.usual_crs, local=job.systems
        )
        used = {attribute.column for attribute in self.attributes} | {key}
        self.start = {
            "format": source.format,
            "layer": self._name_of(layer, source),
            "encoding": charset or "UTF-8",
            "unused": sorted(set(columns) - used)[:50],
            "total": total,
        }

    def _name_of(self, layer: str, source: package.Source) -> str:
        if source.format == package.GEOPACKAGE:
            return layer
        return source.name or Path(self.job.name).stem

    def _batch(self, batch: pyarrow.RecordBatch) -> None:
        wkb = np.empty(batch.num_rows, dtype=object)
        wkb[:] = batch.column(self.geometry_column).to_pylist()
        read = shapes.read(wkb)
        shapes.check_type(read, self.job.geometry)
        if self.reprojection is None:
            self._choose_system(read)
        assert self.reprojection is not None
        shapes.reproject(read, self.reprojection)
        outside = shapes.outside(read, self.ground)
        if not self.tally.read:
            self._check_landing(int(outside.sum()), len(wkb), read)
        self.tally.outside += int(outside.sum())
        read.refuse(outside, "outside_ground")
        shapes.repair(read)
        self._write(batch, read)

    def _choose_system(self, read: shapes.Shapes) -> None:
        """Settled by the first rows: a GeoJSON says WGS 84 by saying nothing."""
        system, job = self.system, self.job
        believed = system is None or system.source == "told"
        if (
            self.is_geojson
            and system
            and not (believed or _plausible(system, read.raw))
        ):
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

    def _write(self, batch: pyarrow.RecordBatch, read: shapes.Shapes) -> None:
        names: set[str] = {item.column for item in self.attributes if item.column}
        columns = {name: batch.column(name).to_pylist() for name in {*names, self.key}}
        rows: list[dict[str, Any]] = [
            dict(zip(columns, values, strict=True))
            for values in zip(*columns.values(), strict=True)
        ]
        first = self.tally.read + 1
        lines, refused = [], []
        placed = _hexed(read.geometry)
        for index, row in enumerate(rows):
            key, number = "", first + index
            try:
                key = attributes.key_of(row[self.key])
                if reason := read.reasons[index]:
                    raise attributes.Refused(reason)
                values = attributes.properties(self.attributes, row)
            except attributes.Refused as error:
                refused.append((number, key, error))
                if key:
                    lines.append(f"{number}\t{_escaped(key)}\t\\N\t\\N\t\\N\n")
                continue
            self.tally.repaired += bool(read.repaired[index])
            text = _escaped(json.dumps(values, ensure_ascii=False))
            lines.append(f"{number}\t{_escaped(key)}\t{placed[index]}\t{text}\n")
        self.tally.read += len(rows)
        self.channel.rows("".join(lines).encode())
        self._refuse(refused)
        self.channel.message("read", rows=self.tally.read)

    def _refuse(self, refused: list[tuple[int, str, attributes.Refused]]) -> None:
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


def _count(path: Path, layer: str, source: package.Source) -> int | None:
    """How many rows there are, where the format knows without reading them all."""
    if source.format == package.GEOJSON:
        return None
    return int(pyogrio.read_info(path, layer=layer)["features"])


def _plausible(system: crs.System, raw: shapes.Array) -> bool:
    """False where a system of degrees meets numbers that cannot be degrees."""
    if not system.is_degrees or system.swapped or not len(raw):
        return True
    return bool((np.abs(np.median(raw, axis=0)) <= (360, 90)).all())


def _hexed(geometry: shapes.Array) -> list[str]:
    """Both copies of each geometry as two columns of COPY text."""
    plane = shapes.mercator_of(geometry)
    stored = shapely.to_wkb(
        shapely.set_srid(geometry, crs.STORED), hex=True, include_srid=True
    )
    drawn = shapely.to_wkb(shapely.set_srid(plane, 3857), hex=True, include_srid=True)
    return [f"{one}\t{other}" for one, other in zip(stored, drawn, strict=True)]


def _escaped(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
    )


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


def main() -> None:
    # Libraries may print; the frames must stay alone in their pipe.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    channel = Channel(pipe)
    job = Job(**json.load(sys.stdin))
    try:
        if unwanted := set(pyogrio.list_drivers()) - set(package.FORMATS):
            raise Trouble("drivers", names=", ".join(sorted(unwanted))[:300])
        with _own_words():
            Reader(job, channel).run()
    except Trouble as trouble:
        channel.message("trouble", code=trouble.code, details=trouble.details)


if __name__ == "__main__":
    main()
