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

from layers.importers import addresses, curves
from tests.layers import files
from tests.layers.hearing import Heard, here, job_of, trouble

KEYS = ["F1", "F2", "F3"]


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read_(path: Path, **job: Any) -> Heard:
        folder = tmp_path / f"scratch{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return here(job_of(path, folder, job))

    return read_


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


# Tables


def test_a_table_with_longitude_and_latitude(read, tmp_path):
    path = files.table(tmp_path / "f.csv", files.points())
    heard = read(path, geometry="point", schema=[])
    assert heard.keys == KEYS
    assert heard.said["place"] == {"x": "经度", "y": "纬度"}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_marks_and_encodings_are_found(read, tmp_path, encoding, mark):
    text = "\r\n".join(mark.join(map(str, row)) for row in files.points())
    path = tmp_path / "f.txt"
    path.write_text(text, encoding=encoding)
    assert read(path, geometry="point", schema=[]).keys == KEYS


def test_quotes_and_line_breaks_stay_in_their_cell(read, tmp_path):
    given = files.points(1)
    given[0].append("备注")
    given[1].append('两行\n带"引号", 逗号\\斜杠')
    path = files.table(tmp_path / "f.csv", given)
    heard = read(path, geometry="point", schema=[])
    assert heard.properties[0]["备注"] == given[1][3]


def test_a_quote_never_closed_is_said_with_its_line(read, tmp_path):
    path = tmp_path / "f.csv"
    path.write_text('编号,经度,纬度\n"F1,116.3,39.9\nF2,116.3,39.9\n', "utf-8")
    assert trouble(read, path, geometry="point").code == "broken_table"


@pytest.mark.parametrize(
    ("names", "code"),
    [(("lng", "lat"), ""), (("x坐标", "y坐标"), "no_crs"), (("a", "b"), "no_places")],
)
def test_columns_are_known_by_their_names(read, tmp_path, names, code):
    given = files.points()
    given[0][1:] = names
    path = files.table(tmp_path / "f.csv", given)
    job = {"geometry": "point", "schema": []}
    if code:
        assert trouble(read, path, **job).code == code
    else:
        assert read(path, **job).keys == KEYS


def test_columns_of_places_can_be_told(read, tmp_path):
    given = files.points()
    given[0][1:] = ["a", "b"]
    path = files.table(tmp_path / "f.csv", given)
    job = {"geometry": "point", "schema": [], "crs": "EPSG:4490"}
    assert read(path, places={"x": "a", "y": "b"}, **job).keys == KEYS


def test_a_column_of_wkt(read, tmp_path):
    given = [["编号", "几何"]]
    given += [[row["编号"], f"SRID=4490;{row['geometry'].wkt}"] for row in files.rows()]
    heard = read(files.table(tmp_path / "f.csv", given), schema=[])
    assert heard.keys == KEYS
    assert heard.said["crs"].startswith("EPSG:4490")


@pytest.mark.parametrize(
    ("x", "code"),
    [
        ("", "no_geometry"),
        ("nan", "not_finite"),
        ("1e999", "not_finite"),
        ("东边", "wrong_coordinates"),
    ],
)
def test_a_bad_coordinate_refuses_its_row(read, tmp_path, x, code):
    given = [*files.points(2), ["bad", x, "39.9"]]
    path = files.table(tmp_path / "f.csv", given)
    heard = read(path, geometry="point", schema=[])
    assert heard.codes == {"bad": code}
    assert heard.said["refused"][0]["row"] == 4


@pytest.mark.parametrize(
    "text", ["116°21'30\"", "E116°21′30″", "１１６.３５８３３３３"]
)
def test_coordinates_are_read_as_people_write_them(read, tmp_path, text):
    given = [["编号", "经度", "纬度"], ["F1", text, "39°54'"]]
    path = files.table(tmp_path / "f.csv", given)
    heard = read(path, geometry="point", schema=[], ground=None)
    assert heard.shapes[0].x == pytest.approx(116.3583333)


def test_a_code_that_a_spreadsheet_rounded_is_refused(read, tmp_path):
    given = files.points(2)
    given[1][0] = "1.10102E+11"
    path = files.table(tmp_path / "f.csv", given)
    assert read(path, geometry="point", schema=[]).said["reasons"] == {"rounded_key": 1}


def test_a_row_with_too_many_cells_is_refused(read, tmp_path):
    given = files.points()
    given[2] = ["F2", "甲", *given[2][1:]]
    path = files.table(tmp_path / "f.csv", given)
    assert read(path, geometry="point", schema=[]).said["reasons"] == {"ragged_row": 1}


# Workbooks


def test_a_workbook_as_offices_make_them(read, tmp_path):
    head, *rows = files.points()
    rows[0][0], rows[1][0] = 110102001004, "110102001011"
    rows[1][1] = f"{rows[1][1]}"
    given = [["房屋一览表"], head, rows[0], [], rows[1], ["合计", None, 2]]
    heard = read(
        files.workbook(tmp_path / "f.xlsx", 房屋=given), geometry="point", schema=[]
    )
    assert heard.keys == ["110102001004", "110102001011"]
    assert [row[0] for row in heard.rows] == ["3", "5"]
    assert heard.said["notes"] == {"totals": 1}


def test_several_sheets_are_several_layers(read, tmp_path):
    given = {"甲": files.points(), "乙": files.points(2), "说明": [["随机"]]}
    path = files.workbook(tmp_path / "f.xlsx", **given)
    assert trouble(read, path, geometry="point").details["names"] == "甲, 乙"
    assert read(path, geometry="point", schema=[], layer="乙").keys == ["F1", "F2"]


def test_a_workbook_without_columns_of_places_names_those_it_has(read, tmp_path):
    path = files.workbook(tmp_path / "f.xlsx", 甲=[["编号", "名称"], ["1", "a"]])
    found = trouble(read, path)
    assert (found.code, found.details["columns"]) == ("no_places", ["编号", "名称"])


# Addresses


@pytest.fixture
def register(tmp_path: Path) -> str:
    path = tmp_path / "addresses"
    near = (116.3, 39.9)
    known = [
        ("北京市西城区西长安街１号", near),
        ("德胜门大街12号", near),
        ("双名街1号", near),
        ("双名街1号", (116.31, 39.9)),
    ]
    addresses.write(path, known, prefixes=["北京市", "西城区"])
    return str(path)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("北京市西城区 西长安街1号", True),
        ("西长安街１号", True),
        ("西城区德胜门大街 12 号", True),
        ("德胜门大街1号", False),
        ("双名街1号", False),
    ],
)
def test_an_address_is_found_by_its_text(register, text, is_found):
    found = addresses.Register.at(register).find(text)
    assert (found == (116.3, 39.9)) is is_found


def test_a_table_of_addresses(read, tmp_path, register):
    given = [["编号", "地址"], ["F1", "西长安街1号"], ["F2", "无名路9号"]]
    path = files.table(tmp_path / "f.csv", given)
    heard = read(path, geometry="point", schema=[], geocode=register)
    assert heard.keys == ["F1"]
    assert heard.codes == {"F2": "address_unknown"}


def test_addresses_without_a_register_are_said_to_need_one(read, tmp_path):
    given = [["编号", "地址"], ["F1", "西长安街1号"]]
    path = files.table(tmp_path / "f.csv", given)
    assert trouble(read, path, geometry="point", schema=[]).code == "no_register"


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
