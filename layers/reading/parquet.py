"""GeoParquet: read by Arrow a batch at a time, however large its row groups are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from layers.reading import sniffing
from layers.reading.job import Job
from layers.reading.package import Source
from layers.reading.tables import Column, Opened
from layers.reading.trouble import Trouble
from layers.reading.vectors import blocks_of, is_value, sliced, type_of

# The specification: a file that does not say its system is in longitude and latitude
# of WGS 84, and one that says null is in none that is known.
UNSAID = "OGC:CRS84"
BUFFER = 1 << 20  # bytes of a column's chunk that are read at once


def tables(source: Source, job: Job) -> list["Parquet"]:
    """The file's one table. Raises Trouble."""
    with pyarrow.parquet.ParquetFile(source.path, buffer_size=BUFFER) as file:
        total = file.metadata.num_rows
    name = source.name or Path(job.name).stem
    return [Parquet(name, sniffing.PARQUET, "UTF-8", total, source.path, job)]


@dataclass
class Parquet:
    """A file of GeoParquet (`tables.Table`)."""

    name: str
    format: str
    encoding: str
    total: int | None
    path: Path
    job: Job

    @contextmanager
    def open(self) -> Iterator[Opened]:
        with pyarrow.parquet.ParquetFile(
            self.path, buffer_size=BUFFER, pre_buffer=False
        ) as file:
            schema = file.schema_arrow
            geometry, described = _geometry(schema)
            columns = [
                Column(field.name, type_of(_plain(field.type)))
                for field in schema
                if field.name != geometry and _is_value(field)
            ]
            if len(columns) > self.job.max_columns:
                raise Trouble("too_many_columns", limit=self.job.max_columns)
            names = [column.name for column in columns]
            batches = file.iter_batches(
                self.job.batch, columns=[*names, geometry], use_threads=False
            )
            plain = sliced(map(_undictionaried, batches), geometry)
            yield Opened(
                columns=columns,
                blocks=blocks_of(plain, geometry, {name: name for name in names}),
                crs=_declared(described),
            )


def _geometry(schema: Any) -> tuple[str, dict[str, Any]]:
    """The geometry's column and what the file says of it. Raises Trouble."""
    try:
        said = json.loads((schema.metadata or {})[b"geo"])
        name = said["primary_column"]
        described = said["columns"][name]
        if str(described.get("encoding")).upper() != "WKB":
            raise Trouble("parquet_encoding", encoding=str(described.get("encoding")))
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Trouble("no_geometry_layer") from error
    if name not in schema.names:
        raise Trouble("no_geometry_layer")
    return name, described


def _declared(described: dict[str, Any]) -> str | None:
    if "crs" not in described:
        return UNSAID
    said = described["crs"]
    return json.dumps(said) if isinstance(said, dict) else said


def _is_value(field: Any) -> bool:
    """No nested column (a row's box), nor pandas' own numbering."""
    own = field.name.startswith("__index_level_")
    return is_value(field.type) and not (own or pyarrow.types.is_struct(field.type))


def _plain(kind: Any) -> Any:
    return kind.value_type if pyarrow.types.is_dictionary(kind) else kind


def _undictionaried(batch: Any) -> Any:
    columns = [
        column.dictionary_decode()
        if pyarrow.types.is_dictionary(column.type)
        else column
        for column in batch.columns
    ]
    return pyarrow.RecordBatch.from_arrays(columns, names=batch.schema.names)
