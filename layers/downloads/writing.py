"""The files of downloads, written in batches: memory does not grow with the rows.

GeoPackage, GeoJSON, Shapefile and DXF by GDAL (pyogrio), GeoParquet 1.1 by pyarrow,
CSV by hand. Coordinates stand with east first in all of them, as each format asks.
"""

import csv
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow
import pyogrio
import pyproj
import shapely
from django.utils.translation import gettext as _
from pyarrow import parquet

from govmap.lib.geo import SRID
from govmap.lib.sheets import MARK
from layers.downloads.asked import AT_A_TIME, Asked, Row, asked_of, plane_system
from layers.finding.places import field_title
from layers.permissions import visible_fields
from workflow.export_files import plain, watermark
from workflow.exporting import Rows
from workflow.models import Export

TYPES = {"integer": pyarrow.int64(), "number": pyarrow.float64()}
SHAPES = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "Point"}
NAME_BYTES = 10  # of a dBASE field
README = "说明.txt"


@dataclass(frozen=True)
class Field:
    name: str
    title: str
    kind: str

    def value(self, said: dict[str, Any]) -> Any:
        """As the column's type has it; what is none is left empty."""
        found = said.get(self.name)
        if found is None or found == "":
            return None
        try:
            if self.kind == "integer":
                return int(found)
            if self.kind == "number":
                return float(found)
        except (TypeError, ValueError, OverflowError):
            return None
        is_plain = isinstance(found, str)
        return found if is_plain else json.dumps(found, ensure_ascii=False)


class Download:
    """One file's rows, as batches of Arrow or one by one."""

    def __init__(self, export: Export, rows: Rows) -> None:
        self.export = export
        self.asked: Asked = asked_of(export.by, export.query)
        self.layer = self.asked.layer
        self.rows: Iterator[Row] = (values[0] for values, _place in rows)

    @cached_property
    def fields(self) -> list[Field]:
        """Those that whoever asked may see."""
        shown = visible_fields(self.layer, self.export.by)
        return [
            Field(row["name"], field_title(row), row.get("type", "string"))
            for row in self.layer.schema
            if row["name"] in shown
        ]

    def reader(
        self, names: list[str], shape: Callable[[Any], Any], *, column: str
    ) -> pyarrow.RecordBatchReader:
        """``names`` of the columns; ``shape`` makes geometries of a batch's, which
        stand in ``column``."""
        types = [TYPES.get(field.kind, pyarrow.string()) for field in self.fields]
        schema = pyarrow.schema(
            [*zip(names, types, strict=True), (column, pyarrow.binary())]
        )
        return pyarrow.RecordBatchReader.from_batches(
            schema, self._batches(schema, shape)
        )

    def _batches(
        self, schema: pyarrow.Schema, shape: Callable[[Any], Any]
    ) -> Iterator[pyarrow.RecordBatch]:
        for rows in batched(self.rows):
            columns = [
                pyarrow.array([field.value(row.properties) for row in rows], of.type)
                for field, of in zip(self.fields, schema, strict=False)
            ]
            shapes = shape(shapely.from_wkb([row.wkb for row in rows]))
            columns.append(pyarrow.array(shapely.to_wkb(shapes), pyarrow.binary()))
            yield pyarrow.record_batch(columns, schema=schema)


def batched(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while found := list(islice(rows, AT_A_TIME)):
        yield found


def moved(crs: str) -> Callable[[Any], Any]:
    """Geometries of ours as they lie in another system; east first."""
    if crs == f"EPSG:{SRID}":
        return lambda shapes: shapes
    move = pyproj.Transformer.from_crs(SRID, crs, always_xy=True)

    def transform(points: Any) -> Any:
        x, y = move.transform(points[:, 0], points[:, 1])
        points[:, 0], points[:, 1] = x, y
        return points

    return lambda shapes: shapely.transform(shapes, transform)


def _write(download: Download, path: Path, names: list[str], **said: Any) -> None:
    crs = said.pop("crs", download.asked.crs)
    column = free_name("geometry", names)
    pyogrio.write_arrow(
        download.reader(names, moved(crs), column=column),
        path,
        geometry_name=column,
        geometry_type=SHAPES[download.layer.geometry],
        crs=said.pop("told", crs),
        **said,
    )


def free_name(name: str, taken: Iterable[str]) -> str:
    """One that no attribute has: surveyors call theirs fid and geom too."""
    used = {one.casefold() for one in taken}
    while name in used:
        name = f"{name}_"
    return name


def _names(download: Download) -> list[str]:
    return [field.name for field in download.fields]


def geopackage(export: Export, rows: Rows, path: Path) -> None:
    """The watermark is the description of its one table."""
    download = Download(export, rows)
    names = _names(download)
    with TemporaryDirectory(dir=path.parent) as folder:
        # GDAL wants the ending, and writes a journal beside the file.
        made = Path(folder, "made.gpkg")
        _write(
            download,
            made,
            names,
            driver="GPKG",
            layer=download.layer.code,
            layer_options={
                "DESCRIPTION": watermark(export),
                "IDENTIFIER": download.layer.title,
                "FID": free_name("fid", names),
                "GEOMETRY_NAME": free_name("geom", names),
            },
        )
        made.replace(path)


def geojson(export: Export, rows: Rows, path: Path) -> None:
    """RFC 7946: degrees, longitude first, whatever system was asked for."""
    download = Download(export, rows)
    _write(
        download,
        path,
        _names(download),
        driver="GeoJSON",
        crs=f"EPSG:{SRID}",
        told="OGC:CRS84",
        layer_options={"RFC7946": "YES", "DESCRIPTION": watermark(export)},
    )


def shapefile(encoding: str) -> Callable[[Export, Rows, Path], None]:
    """Packed with a text that names the fields in full: dBASE has ten bytes a name."""

    def write(export: Export, rows: Rows, path: Path) -> None:
        download = Download(export, rows)
        short = short_names([field.name for field in download.fields], encoding)
        with TemporaryDirectory(dir=path.parent) as folder:
            shape = Path(folder, f"{download.layer.code}.shp")
            _write(download, shape, short, driver="ESRI Shapefile", encoding=encoding)
            lines = [watermark(export), ""]
            lines += [
                f"{name}\t{field.name}\t{field.title}"
                for name, field in zip(short, download.fields, strict=True)
            ]
            readme = (MARK + "\r\n".join(lines) + "\r\n").encode()
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
                for part in sorted(Path(folder).iterdir()):
                    packed.write(part, part.name)
                packed.writestr(README, readme)

    return write


def short_names(names: list[str], encoding: str) -> list[str]:
    """At most ten bytes each, none twice; what is cut is numbered."""
    made: list[str] = []
    for name in names:
        short = _first_bytes(name, encoding, NAME_BYTES)
        number = 1
        while short.casefold() in {one.casefold() for one in made}:
            tail = f"_{number}"
            short = _first_bytes(name, encoding, NAME_BYTES - len(tail)) + tail
            number += 1
        made.append(short)
    return made


def _first_bytes(name: str, encoding: str, most: int) -> str:
    """Without half a sign; what the encoding has not becomes _."""
    safe = "".join(
        sign if sign.encode(encoding, "ignore") else "_" for sign in name.strip()
    )
    return safe.encode(encoding)[:most].decode(encoding, "ignore") or "f"


def geoparquet(export: Export, rows: Rows, path: Path) -> None:
    """GeoParquet 1.1: WKB, and the system as PROJJSON."""
    download = Download(export, rows)
    crs, names = download.asked.crs, _names(download)
    column = free_name("geometry", names)
    reader = download.reader(names, moved(crs), column=column)
    told = {
        "encoding": "WKB",
        "geometry_types": [SHAPES[download.layer.geometry]],
        "crs": pyproj.CRS(crs).to_json_dict(),
    }
    said = {
        "version": "1.1.0",
        "primary_column": column,
        "columns": {column: told},
    }
    schema = reader.schema.with_metadata(
        {"geo": json.dumps(said), "watermark": watermark(export)}
    )
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch.replace_schema_metadata(schema.metadata))


def dxf(export: Export, rows: Rows, path: Path) -> None:
    """DXF of R12, which every CAD reads: borders of areas as polylines, in metres of
    the site's zone, for CAD knows no degrees. Attributes have no place in it; each
    row lies on the layer's own.
    """
    download = Download(export, rows)
    move, layer = moved(f"EPSG:{plane_system()}"), download.layer.code
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(_groups((999, _ascii(watermark(export))), (0, "SECTION")))
        file.write(_groups((2, "ENTITIES")))
        for some in batched(download.rows):
            for shape in move(shapely.from_wkb([row.wkb for row in some])):
                file.writelines(_entities(shape, layer))
        file.write(_groups((0, "ENDSEC"), (0, "EOF")))


def _entities(shape: Any, layer: str) -> Iterator[str]:
    """Group codes: 0 entity, 8 layer, 66 vertices follow, 70 flags (1: closed)."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Point":
            place = ((10, f"{part.x:.4f}"), (20, f"{part.y:.4f}"))
            yield _groups((0, "POINT"), (8, layer), *place)
            continue
        is_area = part.geom_type == "Polygon"
        for line in [part.exterior, *part.interiors] if is_area else [part]:
            closed = (70, "1" if is_area else "0")
            yield _groups((0, "POLYLINE"), (8, layer), (66, "1"), closed)
            points = shapely.get_coordinates(line)
            for x, y in points[:-1] if is_area else points:
                place = ((10, f"{x:.4f}"), (20, f"{y:.4f}"))
                yield _groups((0, "VERTEX"), (8, layer), *place)
            yield _groups((0, "SEQEND"), (8, layer))


def _groups(*pairs: tuple[int, str]) -> str:
    return "".join(f"{code}\r\n{text}\r\n" for code, text in pairs)


def _ascii(text: str) -> str:
    """Signs beyond ASCII as DXF writes them."""
    return "".join(sign if sign.isascii() else f"\\U+{ord(sign):04X}" for sign in text)


def table(export: Export, rows: Rows, path: Path) -> None:
    """CSV in UTF-8 with its mark: a point on each row's shape, and the shape as
    well-known text; the last line says whose export it is."""
    download = Download(export, rows)
    move = moved(download.asked.crs)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(MARK)
        writer = csv.writer(file, lineterminator="\r\n")
        titles = [field.title for field in download.fields]
        head = [*titles, _("East, longitude"), _("North, latitude"), "WKT"]
        writer.writerow([plain(title) for title in head])
        for some in batched(download.rows):
            shapes = move(shapely.from_wkb([row.wkb for row in some]))
            spots = shapely.point_on_surface(shapes)
            x, y = shapely.get_x(spots), shapely.get_y(spots)
            texts = shapely.to_wkt(shapes, rounding_precision=8)
            for number, row in enumerate(some):
                cells = [
                    plain(field.value(row.properties)) for field in download.fields
                ]
                place = [round(float(x[number]), 8), round(float(y[number]), 8)]
                writer.writerow([*cells, *place, texts[number]])
        writer.writerow([plain(watermark(export))])
