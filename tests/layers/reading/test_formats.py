"""The formats that departments send, each read into the same rows."""

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pyogrio
import pyproj
import pytest
import shapely

from layers.reading import curves
from tests.layers import files
from tests.layers.hearing import trouble

KEYS = ["F1", "F2", "F3"]


def placed(path: Path, driver: str, *, crs: str = "EPSG:4490") -> Path:
    return files.vector(path, files.rows(), crs=crs, driver=driver)


def lines(count: int = 3) -> list[str]:
    features = []
    for row in files.rows(count):
        shape = json.loads(shapely.to_geojson(row["geometry"]))
        values = {"编号": row["编号"]}
        feature = {"type": "Feature", "properties": values, "geometry": shape}
        features.append(json.dumps(feature, ensure_ascii=False))
    return features


def geoparquet(path: Path, *, group: int = 1000, **geo: Any) -> Path:
    given = files.rows()
    columns = {name: [row[name] for row in given] for name in ("编号", "层数")}
    columns["geometry"] = [shapely.to_wkb(row["geometry"]) for row in given]
    described = {"geometry": {"encoding": "WKB", "geometry_types": []} | geo}
    said = {"version": "1.1.0", "primary_column": "geometry", "columns": described}
    table = pyarrow.table(columns).replace_schema_metadata({"geo": json.dumps(said)})
    pyarrow.parquet.write_table(table, path, row_group_size=group)
    return path


# What comes with its own system


def test_flatgeobuf(read, tmp_path):
    heard = read(placed(tmp_path / "f.fgb", "FlatGeobuf"))
    assert sorted(heard.keys) == KEYS
    assert heard.said["format"] == "FlatGeobuf"


def test_kml(read, tmp_path):
    heard = read(placed(tmp_path / "f.kml", "LIBKML", crs="EPSG:4326"))
    assert heard.keys == KEYS
    assert heard.properties[0]["用途"] == "住宅"


def test_kml_that_declares_gbk(read, tmp_path):
    path = placed(tmp_path / "f.kml", "LIBKML", crs="EPSG:4326")
    text = path.read_text("utf-8").replace('encoding="UTF-8"', 'encoding="GBK"')
    path.write_bytes(text.encode("gbk"))
    assert read(path).properties[0]["用途"] == "住宅"


def test_a_kmz_is_a_zip_with_kml(read, tmp_path):
    inner = placed(tmp_path / "f.kml", "LIBKML", crs="EPSG:4326")
    path = tmp_path / "f.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "doc.kml")
        archive.writestr("images/roof.png", b"\x89PNG")
    assert read(path).keys == KEYS


@pytest.mark.parametrize("inside", ["房屋.gdb/", ""])
def test_a_zipped_geodatabase(read, tmp_path, inside):
    base = placed(tmp_path / "房屋.gdb", "OpenFileGDB")
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in base.iterdir():
            archive.write(part, f"{inside}{part.name}")
    assert read(path).keys == KEYS


def test_a_row_number_of_the_file_can_be_the_key(read, tmp_path):
    path = placed(tmp_path / "f.gpkg", "GPKG")
    assert read(path, key="fid", schema=[]).keys == ["1", "2", "3"]


def test_geoparquet_by_its_row_groups(read, tmp_path):
    heard = read(geoparquet(tmp_path / "f.parquet", group=2), batch=1)
    assert heard.keys == KEYS
    assert heard.properties[2]["层数"] == 3


@pytest.mark.parametrize(
    ("geo", "code"),
    [({"crs": None}, "no_crs"), ({"encoding": "polygon"}, "parquet_encoding")],
)
def test_geoparquet_that_must_be_asked_about(read, tmp_path, geo, code):
    assert trouble(read, geoparquet(tmp_path / "f.parquet", **geo)).code == code


def test_geoparquet_says_its_system_as_json(read, tmp_path):

    said = json.loads(pyproj.CRS(4490).to_json())
    heard = read(geoparquet(tmp_path / "f.parquet", crs=said))
    assert heard.said["crs"].startswith("EPSG:4490")


@pytest.mark.parametrize("mark", ["", "\x1e"])
def test_geojson_of_one_feature_a_line(read, tmp_path, mark):
    path = tmp_path / "f.json"
    path.write_text("".join(f"{mark}{line}\n" for line in lines()), encoding="utf-8")
    heard = read(path)
    assert heard.keys == KEYS
    assert heard.said["format"] == "GeoJSONSeq"


def test_lines_in_gbk(read, tmp_path):
    path = tmp_path / "f.geojsonl"
    path.write_text("\n".join(lines()), encoding="gbk")
    assert read(path).keys == KEYS


def test_a_line_that_is_no_feature_is_named(read, tmp_path):
    path = tmp_path / "f.geojsonl"
    given = lines()
    path.write_text("\n".join([given[0], '{"type": "Fea', *given[1:]]), "utf-8")
    found = trouble(read, path)
    assert (found.code, found.details["line"]) == ("broken_line", 2)


def test_one_feature_alone_on_one_line(read, tmp_path):
    path = tmp_path / "f.json"
    path.write_text(lines(1)[0], encoding="utf-8")
    assert read(path).keys == ["F1"]


# Drawings

DRAWING = [
    ("LWPOLYLINE", "90\n4\n70\n1\n", [(0, 0), (20, 0), (20, 20), (0, 20)]),
    ("LWPOLYLINE", "90\n2\n70\n0\n", [(0, 0), (30, 30)]),
    ("TEXT", "40\n2.5\n1\n住宅\n", [(10, 10)]),
]


def drawing(path: Path, *, encoding: str = "utf-8") -> Path:
    """A DXF around the test site, in metres of EPSG:4548."""

    move = pyproj.Transformer.from_crs(4490, 4548, always_xy=True)
    east, north = move.transform(*files.square(1).centroid.coords[0])
    text = "0\nSECTION\n2\nENTITIES\n"
    for number, (kind, more, ring) in enumerate(DRAWING, 1):
        text += f"0\n{kind}\n5\n{number:X}\n8\n建筑\n{more}"
        text += "".join(f"10\n{east + x}\n20\n{north + y}\n" for x, y in ring)
    path.write_bytes((text + "0\nENDSEC\n0\nEOF\n").encode(encoding))
    return path


def test_the_system_of_a_drawing_is_asked_for(read, tmp_path):
    found = trouble(read, drawing(tmp_path / "f.dxf"), key="EntityHandle", schema=[])
    assert found.code == "no_crs"
    assert "EPSG:4548" in [item["code"] for item in found.details["candidates"]]


DRAWN = {"schema": [], "crs": "EPSG:4548"}


def test_closed_lines_of_a_drawing_become_polygons(read, tmp_path):
    heard = read(drawing(tmp_path / "f.dxf"), key="EntityHandle", **DRAWN)
    assert heard.keys == ["1"]
    assert heard.said["notes"] == {"promoted": 1, "other_kinds": 2}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_texts_of_a_drawing_are_points(read, tmp_path, encoding):
    path = drawing(tmp_path / "f.dxf", encoding=encoding)
    heard = read(path, key="Text", geometry="point", **DRAWN)
    assert heard.keys == ["住宅"]
    assert heard.properties[0]["Layer"] == "建筑"


# Geometry


def arcs(*points: tuple[float, float]) -> bytes:
    head = struct.pack("<BII", 1, 8, len(points))
    return head + b"".join(struct.pack("<2d", *point) for point in points)


def test_an_arc_is_drawn_through_its_three_points():
    line = shapely.from_wkb(curves.linear(arcs((0, 0), (1, -1), (2, 0))))
    assert line.length == pytest.approx(np.pi, rel=1e-3)
    assert shapely.distance(line, shapely.Point(1, -1)) < 1e-3


def test_a_circle_becomes_a_polygon():
    ring = struct.pack("<BII", 1, 10, 1) + arcs((0, 0), (2, 0), (0, 0))
    circle = shapely.from_wkb(curves.linear(ring))
    assert circle.area == pytest.approx(np.pi, rel=1e-2)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_curves_cut_short_are_broken_and_no_more(cut):
    whole = struct.pack("<BII", 1, 10, 1) + arcs((0, 0), (1, 1), (0, 0))
    assert curves.linear(whole[:-cut]) is None


def test_heights_are_left_out_with_a_word(read, tmp_path):
    solid = [row | {"geometry": shapely.force_3d(row["geometry"], 9)}
             for row in files.rows()]  # fmt: skip
    heard = read(files.geojson(tmp_path / "f.geojson", solid))
    assert heard.said["notes"] == {"z_dropped": 3}


def test_a_collection_is_split_to_the_layers_kind(read, tmp_path):
    both = shapely.GeometryCollection([files.square(1), shapely.Point(0, 0)])
    given = [files.rows(1)[0] | {"geometry": both}]
    heard = read(files.geojson(tmp_path / "f.geojson", given))
    assert heard.shapes[0].equals(files.square(1))
    assert heard.said["repairs"] == [{"row": 1, "key": "F1", "what": "split"}]


def test_a_polygon_of_300_000_vertices(read, tmp_path):
    turns = np.linspace(0, 2 * np.pi, 300_001)
    ring = np.column_stack([np.cos(turns), np.sin(turns)]) * 0.001
    large = shapely.Polygon(ring + files.square(50).centroid.coords[0])
    given = [files.rows(1)[0] | {"geometry": large}]
    heard = read(files.geojson(tmp_path / "f.geojson", given))
    assert shapely.get_num_coordinates(heard.shapes[0]) == 300_001


def test_more_vertices_than_allowed_refuse_their_row(read, tmp_path):
    given = files.rows(2)
    given[0]["geometry"] = given[0]["geometry"].centroid.buffer(0.0001, quad_segs=99)
    heard = read(files.geojson(tmp_path / "f.geojson", given), max_vertices=100)
    assert heard.codes == {"F1": "too_many_vertices"}


# What is asked and told


def test_columns_are_mapped_to_the_schema(read, tmp_path):
    given = [{"bh": "F1", "yt": "办公", "用途": "x", "geometry": files.square(1)}]
    path = files.geojson(tmp_path / "f.geojson", given)
    heard = read(path, mapping={"编号": "bh", "用途": "yt", "层数": ""})
    assert heard.keys == ["F1"]
    assert heard.properties == [{"编号": "F1", "用途": "办公"}]


def test_all_missing_fields_are_named_at_once(read, tmp_path):
    given = [{"bh": "F1", "geometry": files.square(1)}]
    schema = [{**field, "required": True} for field in files.FIELDS]
    path = files.geojson(tmp_path / "f.geojson", given)
    found = trouble(read, path, schema=schema).details
    assert found["missing"] == ["编号", "用途", "层数"]
    assert found["columns"] == ["bh"]


def test_a_file_is_looked_into(read, tmp_path):
    path = files.vector(tmp_path / "f.gpkg", files.rows(), crs="EPSG:4548")
    said = read(path, mode="inspect").said
    (layer,) = said["layers"]
    assert (said["format"], layer["rows"], layer["kinds"]) == (
        "GPKG",
        3,
        {"polygon": 3},
    )
    first = {"name": "编号", "type": "string", "samples": KEYS}
    assert layer["columns"][0] == first


def test_looking_into_a_file_without_system_names_candidates(read, tmp_path):
    path = files.zipped_shapefile(tmp_path / "f.zip", files.rows(), without=(".prj",))
    (layer,) = read(path, mode="inspect").said["layers"]
    assert layer["candidates"][0]["code"] == "EPSG:4527"


def test_looking_into_a_table_without_places_shows_its_columns(read, tmp_path):
    path = files.table(tmp_path / "f.csv", [["编号", "a", "b"], ["F1", 1, 2]])
    (layer,) = read(path, mode="inspect").said["layers"]
    assert layer["place"] is None
    assert layer["columns"][1] == {"name": "a", "type": "string", "samples": ["1"]}


def test_a_drawing_elsewhere_is_noticed_among_other_kinds(read, tmp_path):
    path = drawing(tmp_path / "f.dxf")
    job = {"schema": [], "crs": "EPSG:4549", "key": "EntityHandle"}
    assert trouble(read, path, **job).code == "lands_elsewhere"


# Refused rows as a file


def extracted(read: Any, path: Path, folder: Path, name: str, rows: Any) -> Path:
    wanted = folder / "rows.json"
    wanted.write_text(json.dumps(rows))
    target = folder / name
    read(path, mode="extract", rows=str(wanted), target=str(target))
    return target


def test_refused_rows_of_a_layer_come_back_as_a_package(read, tmp_path):
    path = files.vector(tmp_path / "f.gpkg", files.rows(), crs="EPSG:4548")
    target = extracted(read, path, tmp_path, "r.gpkg", {"2": "不对", "3": "也不对"})
    info = pyogrio.read_info(target)
    assert (info["features"], info["crs"]) == (2, "EPSG:4548")
    heard = read(target, schema=[])
    assert heard.keys == ["F2", "F3"]
    assert set(heard.properties[0]) == {"编号", "用途", "层数"}


def test_a_refused_row_without_geometry_comes_back_too(read, tmp_path):
    given = [*files.rows(1), {"编号": "F2", "用途": "", "geometry": None}]
    path = files.geojson(tmp_path / "f.geojson", given)
    target = extracted(read, path, tmp_path, "r.gpkg", {"2": "without geometry"})
    assert pyogrio.read_info(target)["features"] == 1


def test_refused_rows_of_a_table_come_back_as_a_table(read, tmp_path):
    given = files.points()
    given[0].append("备注")
    for row, text in zip(given[1:], ["=1+1", "-1.5", "@x"], strict=True):
        row.append(text)
    given[1][0] = "110102001004"
    path = files.table(tmp_path / "f.csv", given)
    target = extracted(read, path, tmp_path, "r.csv", {"2": "=bad", "3": "b", "4": "c"})
    text = target.read_text("utf-8-sig")
    assert "'=1+1" in text and "'@x" in text and "'=bad" in text and ",-1.5," in text
    heard = read(target, geometry="point", schema=[])
    assert heard.keys == ["110102001004", "F2", "F3"]
    assert [row["备注"] for row in heard.properties] == ["=1+1", "-1.5", "@x"]


def test_refused_rows_of_a_drawing_come_back_as_polygons(read, tmp_path):
    job = {"key": "EntityHandle", "schema": []}
    wanted, target = tmp_path / "rows.json", tmp_path / "r.gpkg"
    wanted.write_text(json.dumps({"1": "不对"}))
    path = drawing(tmp_path / "f.dxf")
    more = {"mode": "extract", "rows": str(wanted), "target": str(target)}
    read(path, **job, **more, crs="EPSG:4548")
    assert read(target, **job).keys == ["1"]
