"""Tables of the formats that GDAL reads, by the drivers named and no other."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute
import pyogrio
from pyogrio.raw import open_arrow

from layers.reading import encoding, markup, sniffing
from layers.reading.job import Job
from layers.reading.package import Source
from layers.reading.tables import Block, Column, Opened
from layers.reading.trouble import Trouble

Array = np.ndarray[Any, Any]

MAX_LAYERS = 200
_BLANK = b" \t\r\n\x1e\xef\xbb\xbf"
BLOCK_BYTES = 16 << 20  # of WKB that become shapes at once
# These say how Google Earth draws a place.
KML_OWN = {
    *("timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude"),
    *("visibility", "drawOrder", "icon", "snippet"),
}
FID = "fid"
# Formats whose row number of their own stays with the row.
WITH_FID = {sniffing.GEOPACKAGE, sniffing.FILE_GDB}
# A file of one layer that GDAL would read whole to say its name or its rows.
STREAMS = {sniffing.GEOJSON, sniffing.GEOJSON_LINES}
UNNAMED = {*STREAMS, sniffing.SHAPEFILE, sniffing.FLATGEOBUF, sniffing.DXF}


def tables(source: Source, job: Job) -> list["Vector"]:
    """The layers with geometry. Raises Trouble where the text cannot be read."""
    path, charset, shown = _text_of(source, job)
    named = source.name or Path(job.name).stem
    if source.format in STREAMS:
        return [Vector(named, source.format, shown, None, path, None, charset, job)]
    found = [(str(name), kind) for name, kind in pyogrio.list_layers(path)[:MAX_LAYERS]]
    return [
        Vector(
            name=named if source.format in UNNAMED else layer,
            format=source.format,
            encoding=shown,
            total=_total(path, layer),
            path=path,
            layer=layer,
            charset=charset,
            job=job,
        )
        for layer, kind in found
        if kind is not None
    ]


def _total(path: Path, layer: str) -> int | None:
    count = int(pyogrio.read_info(path, layer=layer)["features"])
    return count if count >= 0 else None


def _text_of(source: Source, job: Job) -> tuple[Path, str | None, str]:
    """The path to open, the encoding to open it with, and the one to tell."""
    path = source.path
    if source.format == sniffing.SHAPEFILE:
        table = path.with_suffix(".dbf")
        name = encoding.of_table(table, told=job.encoding, usual=job.usual_encoding)
        # GDAL would believe it before what was found out.
        path.with_suffix(".cpg").unlink(missing_ok=True)
        return path, name, name
    if source.format in STREAMS:
        path, name = encoding.as_utf8(path, told=job.encoding, usual=job.usual_encoding)
        return path, None, name
    if source.format == sniffing.KML:
        return markup.as_utf8(path), None, "UTF-8"
    if source.format == sniffing.DXF:
        # Since 2007 a drawing is in UTF-8, whatever code page its header still names.
        pyogrio.set_gdal_config_options({"DXF_ENCODING": "UTF-8"})
        path, name = encoding.as_utf8(path, told=job.encoding, usual=job.usual_encoding)
        return _headed(path), None, name
    return path, None, "UTF-8"


def _headed(path: Path) -> Path:
    """The drawing, or a copy with an empty header where it has none.

    Without a header GDAL does not ask which encoding it was told.
    """
    with path.open("rb") as file:
        if b"HEADER" in file.read(markup.PROLOG):
            return path
    copy = path.with_name("headed.dxf")
    with path.open("rb") as old, copy.open("xb") as new:
        new.write(b"0\nSECTION\n2\nHEADER\n0\nENDSEC\n")
        shutil.copyfileobj(old, new)
    return copy


def _lines_read(blocks: Iterator[Block], path: Path) -> Iterator[Block]:
    """The blocks; raises Trouble where GDAL passed over a line in silence."""
    rows = 0
    for block in blocks:
        rows += len(block.wkb)
        yield block
    with path.open("rb") as file:
        if rows >= sum(1 for line in file if line.strip(_BLANK)):
            return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip(_BLANK) and not _is_feature(line):
                raise Trouble("broken_line", line=number)
    raise Trouble("broken_line", line="?")


def _is_feature(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.strip(_BLANK)), dict)
    except (ValueError, RecursionError):
        return False


@dataclass
class Vector:
    """A layer that GDAL opens (`tables.Table`)."""

    name: str
    format: str
    encoding: str
    total: int | None
    path: Path
    layer: str | None
    charset: str | None
    job: Job

    @contextmanager
    def open(self) -> Iterator[Opened]:
        with open_arrow(
            self.path,
            layer=self.layer,
            encoding=self.charset,
            batch_size=self.job.batch,
            use_pyarrow=True,
            return_fids=self.format in WITH_FID,
        ) as (meta, batches):
            geometry = meta["geometry_name"] or "wkb_geometry"
            fid = self._fid(batches.schema, geometry, meta)
            columns = [
                Column(name, type_of(batches.schema.field(name).type))
                for name in (str(name) for name in meta["fields"])
                if is_value(batches.schema.field(name).type)
                and not (self.format == sniffing.KML and name in KML_OWN)
            ]
            if len(columns) > self.job.max_columns:
                raise Trouble("too_many_columns", limit=self.job.max_columns)
            if fid and FID not in {column.name.casefold() for column in columns}:
                columns.append(Column(FID, "integer"))
            names = {column.name: column.name for column in columns}
            if fid and FID in names and FID not in batches.schema.names:
                names[FID] = fid
            blocks = blocks_of(sliced(batches, geometry), geometry, names)
            if self.format == sniffing.GEOJSON_LINES:
                blocks = _lines_read(blocks, self.path)
            yield Opened(
                columns=columns,
                blocks=blocks,
                crs=meta["crs"],
            )

    def _fid(self, schema: Any, geometry: str, meta: dict[str, Any]) -> str:
        """The column in which GDAL gives its own row number."""
        if self.format not in WITH_FID:
            return ""
        taken = {geometry, *(str(name) for name in meta["fields"])}
        return next((name for name in schema.names if name not in taken), "")


def blocks_of(
    batches: Iterator[Any], geometry: str, names: dict[str, str]
) -> Iterator[Block]:
    """Blocks of Arrow batches; ``names``: a column's name and that in the batch."""
    first = 1
    for batch in batches:
        wkb = np.empty(batch.num_rows, dtype=object)
        wkb[:] = batch.column(geometry).to_pylist()
        columns = {name: batch.column(inner) for name, inner in names.items()}
        yield Block(np.arange(first, first + len(wkb)), columns, wkb)
        first += len(wkb)


def sliced(batches: Any, geometry: str) -> Iterator[Any]:
    """Batches cut where their shapes would take much memory at once."""
    for batch in batches:
        column = batch.column(geometry)
        if column.nbytes <= BLOCK_BYTES:
            yield batch
            continue
        lengths = pyarrow.compute.binary_length(column).fill_null(0)
        ends = np.cumsum(lengths.to_numpy(zero_copy_only=False))
        start = 0
        while start < batch.num_rows:
            before = ends[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, before + BLOCK_BYTES)))
            yield batch.slice(start, stop - start)
            start = stop


def is_value(kind: Any) -> bool:
    """Whether a column of that Arrow type can be an attribute: pictures cannot."""
    types = pyarrow.types
    return not (types.is_binary(kind) or types.is_large_binary(kind))


def type_of(kind: Any) -> str:
    """What a page calls an Arrow type."""
    types = pyarrow.types
    if types.is_boolean(kind):
        return "boolean"
    if types.is_integer(kind):
        return "integer"
    if types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_date(kind) or types.is_timestamp(kind):
        return "date"
    text = types.is_string(kind) or types.is_large_string(kind)
    return "string" if text or types.is_dictionary(kind) else "other"
