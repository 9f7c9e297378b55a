"""Writing vector files the way departments send them."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely

from .curves import Array
from .plan import ORIGIN, ORIGIN_4527

# 1e-9 degrees are a tenth of a millimetre: the centimetre grid survives the rounding.
DEGREES = 9
STAMP = (2026, 1, 1, 0, 0, 0)  # one date in every archive, so that only content counts


def to_degrees(shapes: Array) -> Array:
    """Local metres to longitude and latitude in CGCS2000 (EPSG:4490)."""
    transformer = pyproj.Transformer.from_crs(4548, 4490, always_xy=True)

    def move(points: Array) -> Array:
        lon, lat = transformer.transform(
            points[:, 0] + ORIGIN[0], points[:, 1] + ORIGIN[1]
        )
        return np.round(np.stack([lon, lat], axis=1), DEGREES)

    return shapely.transform(shapes, move)


def to_gauss_kruger(shapes: Array) -> Array:
    """Local metres to EPSG:4527 (zone number in the easting), millimetres kept."""
    return shapely.transform(shapes, lambda points: np.round(points + ORIGIN_4527, 3))


def write_json(path: Path, content: Any) -> None:
    """JSON for people to read."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def write_geojson(path: Path, shapes: Array, fields: Mapping[str, Array]) -> None:
    """GeoJSON in longitude and latitude."""
    _write(path, to_degrees(shapes), fields, driver="GeoJSON", crs="EPSG:4326",
           layer=path.stem, COORDINATE_PRECISION=str(DEGREES),
           WRITE_NAME="NO")  # fmt: skip


def write_geopackage(path: Path, shapes: Array, fields: Mapping[str, Array]) -> None:
    """A GeoPackage with one layer named like the file, EPSG:4490."""
    _write(
        path,
        to_degrees(shapes),
        fields,
        driver="GPKG",
        crs="EPSG:4490",
        layer=path.stem,
    )


def write_shapefile_zip(path: Path, shapes: Array, fields: Mapping[str, Array]) -> None:
    """A zipped GBK shapefile in EPSG:4527, no `.cpg`, no code page mark."""
    folder = path.with_suffix("")
    folder.mkdir()
    shape = folder / f"{path.stem}.shp"
    _write(shape, to_gauss_kruger(shapes), fields, driver="ESRI Shapefile",
           crs="EPSG:4527",
           layer=path.stem, encoding="GBK")  # fmt: skip
    shape.with_suffix(".cpg").unlink(missing_ok=True)
    with shape.with_suffix(".dbf").open("r+b") as table:
        table.seek(29)
        table.write(b"\0")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            info = zipfile.ZipInfo(part.name, STAMP)
            archive.writestr(info, part.read_bytes(), zipfile.ZIP_DEFLATED)
            part.unlink()
    folder.rmdir()


def _write(
    path: Path,
    shapes: Array,
    fields: Mapping[str, Array],
    *,
    driver: str,
    crs: str,
    layer: str,
    encoding: str | None = None,
    **options: str,
) -> None:
    kinds = {shape.geom_type for shape in shapes.tolist()}
    columns = [_column(values) for values in fields.values()]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapes),
        [values for values, _ in columns],
        list(fields),
        field_mask=[mask for _, mask in columns],
        layer=layer,
        driver=driver,
        crs=crs,
        encoding=encoding,
        geometry_type=_geometry_type(kinds),
        promote_to_multi=len(kinds) > 1,
        layer_options=options or None,
    )


def _geometry_type(kinds: set[str]) -> str:
    """The one type of the file; a mixture of single and multi is written as multi."""
    if len(kinds) == 1:
        return next(iter(kinds))
    return "Multi" + min(kinds, key=len).removeprefix("Multi")


def _column(values: Array) -> tuple[Array, Array | None]:
    """Text as objects; empty text and None become null."""
    values = np.asarray(values)
    if values.dtype.kind in "US":
        values = values.astype(object)
    if values.dtype.kind != "O":
        return values, None
    mask = np.array([value is None or value == "" for value in values])
    filled = values.copy()
    filled[mask] = None
    return filled, mask
