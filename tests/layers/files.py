"""Files as departments send them, made for a test."""

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio
import pyproj
import shapely
from uuid_utils.compat import uuid7

from accounts.models import Unit
from layers.imports import carrying, intake
from layers.models import ImportRun, Layer
from tests.sites import package

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
FIELDS = [
    {"name": "编号", "type": "string", "required": True, "sensitivity": "public"},
    {"name": "用途", "type": "string", "required": False, "sensitivity": "public"},
    {"name": "层数", "type": "integer", "required": False, "sensitivity": "public"},
]
Row = dict[str, Any]


def square(number: int, *, size: float = 0.0002) -> shapely.Polygon:
    """A square of about 20 m on the test site, from west to east, row by row."""
    row, column = divmod(number, 300)
    x = package.WEST + 0.0001 + column * 0.0003
    y = package.SOUTH + 0.0005 + row * 0.0003
    return shapely.box(x, y, x + size, y + size)


def rows(count: int = 3) -> list[Row]:
    return [
        {"编号": f"F{n}", "用途": "住宅", "层数": n, "geometry": square(n)}
        for n in range(1, count + 1)
    ]


def geojson(
    path: Path, given: list[Row], *, encoding: str = "utf-8", **more: Any
) -> Path:
    """GeoJSON; a geometry may be a shape, a dict as it is written, or None."""
    features = []
    for row in given:
        shape = row["geometry"]
        if isinstance(shape, shapely.Geometry):
            shape = json.loads(shapely.to_geojson(shape))
        values = {name: row[name] for name in row if name != "geometry"}
        features.append({"type": "Feature", "properties": values, "geometry": shape})
    content = {"type": "FeatureCollection", "features": features, **more}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding=encoding)
    return path


def vector(path: Path, given: list[Row], *, crs: str | None, **more: Any) -> Path:
    """A GeoPackage or shapefile, reprojected from degrees to ``crs``."""
    shapes = np.array([row["geometry"] for row in given])
    if crs:
        move = pyproj.Transformer.from_crs(4490, crs, always_xy=True).transform
        shapes = shapely.transform(shapes, move, interleaved=False)
    names = [name for name in given[0] if name != "geometry"]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        [np.array([row[name] for row in given]) for name in names],
        names,
        geometry_type=more.pop("geometry_type", "Polygon"),
        crs=crs,
        **more,
    )
    return path


def zipped_shapefile(
    path: Path,
    given: list[Row],
    *,
    crs: str = "EPSG:4527",
    encoding: str = "GBK",
    without: tuple[str, ...] = (),
) -> Path:
    """A zip with a shapefile, ``without`` some of its parts."""
    folder = path.with_suffix("")
    folder.mkdir()
    shape = folder / "房屋.shp"
    vector(shape, given, crs=crs, encoding=encoding, driver="ESRI Shapefile")
    if ".cpg" in without:
        with shape.with_suffix(".dbf").open("r+b") as table:
            table.seek(29)
            table.write(b"\0")
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.iterdir()):
            if part.suffix not in without:
                archive.write(part, part.name)
    return path


def a_layer(**values: Any) -> Layer:
    """A layer of buildings in the catalogue."""
    usual = {
        "code": "buildings",
        "titles": {"zh-hans": "房屋", "en": "Buildings"},
        "kind": Layer.Class.FRAME,
        "provider": Unit.objects.get(code="sanitation"),
        "geometry": "polygon",
        "key": "编号",
        "schema": FIELDS,
    }
    return Layer.objects.create(**usual | values)


def run_of(layer: Layer, path: Path, **more: Any) -> ImportRun:
    """A waiting import of a file."""
    usual: dict[str, Any] = {"name": path.name, "uuid": uuid7(), "by": None}
    with path.open("rb") as file:
        return intake.begin(layer, file, **usual | more)


def bring_in(layer: Layer, path: Path, **options: Any) -> ImportRun:
    """Imports a file and answers its ended run."""
    return carrying.carry_out(run_of(layer, path, options=options))


def table(path: Path, lines: list[list[Any]], *, encoding: str = "utf-8") -> Path:
    """A CSV of cells as they are given."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    """An Excel file of cells as they are given, a sheet for each keyword."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def points(count: int = 3) -> list[list[Any]]:
    """A header and rows of key and place."""
    centres = [square(n).centroid for n in range(1, count + 1)]
    return [
        ["编号", "经度", "纬度"],
        *([f"F{n}", at.x, at.y] for n, at in enumerate(centres, 1)),
    ]
