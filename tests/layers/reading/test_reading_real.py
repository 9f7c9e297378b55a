"""Real files, each read to its last row, and those that are meant to hurt."""

import csv
import gzip
import shutil
from pathlib import Path
from typing import Any

import pytest
import shapely

from layers.reading.trouble import Trouble
from tests.layers import files
from tests.layers.hearing import XICHENG, Heard, apart, here, job_of, real

pytestmark = real

NASTY = files.SHARED / "nasty"
VECTORS = (
    "admin/beijing_districts_dissolved_wgs84.gpkg",
    "admin/beijing_streets_wgs84.gpkg",
    "admin/xicheng_streets_wgs84.geojson",
    "buildings/tokyo_4wards_buildings.parquet",
    "buildings/tokyo_bunkyo_buildings.gpkg.zip",
    "buildings/tokyo_chiyoda_buildings.fgb",
    "components/cambridge_components.gpkg",
    "derived/xicheng_standin_buildings_3streets_wgs84.parquet",
    "derived/xicheng_standin_landuse_wgs84.gpkg",
    "grid/dc_wards_anc_smd.gpkg",
    "planning/cambridge_parcels_landuse_fy2014.gpkg",
    "planning/cambridge_planning.gpkg",
    "planning/dc_planning_2016.gpkg",
    "planning/wuxi_xinwu_landuse_roads.gpkg",
)
POINTS = {
    "cases/boston_311_100rows.csv": 100,
    "cases/nyc_311_2011_2000rows.csv": 2000,
    "cases/dc_311_2015_2016.csv.gz": None,
    "derived/xicheng_standin_cases_wgs84.csv.gz": None,
}


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read_(path: Path, run: Any = apart, **job: Any) -> Heard:
        folder = tmp_path / f"scratch{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        usual: dict[str, Any] = {"schema": [], "ground": None}
        return run(job_of(path, folder, usual | job))

    return read_


def whole(read: Any, path: Path, layer: dict[str, Any], **job: Any) -> Heard:
    """A layer read as what most of it is; every row is written or answered."""
    kind = max(layer["kinds"], key=layer["kinds"].get)
    names = [column["name"] for column in layer["columns"]]
    key = "fid" if "fid" in names else names[0]
    heard = read(path, layer=layer["name"], geometry=kind, key=key, **job)
    refused = sum(heard.said["reasons"].values())
    assert len(heard.keys) + refused == heard.said["read"]
    assert shapely.is_valid(heard.shapes).all()
    return heard


@pytest.mark.parametrize("name", VECTORS)
def test_every_layer_is_read_to_its_last_row(read, name):
    path = files.SHARED / name
    layers = read(path, mode="inspect").said["layers"]
    for layer in layers:
        heard = whole(read, path, layer, run=apart if len(layers) == 1 else here)
        assert heard.said["read"] == (layer["rows"] or heard.said["read"])
        assert len(heard.keys) > 0.95 * heard.said["read"]


@pytest.mark.parametrize("name", POINTS)
def test_every_table_with_places_is_read_to_its_last_row(read, tmp_path, name):
    path = files.SHARED / name
    if path.suffix == ".gz":
        plain = tmp_path / path.stem
        with gzip.open(path) as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file)
        path = plain
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sum(1 for line in csv.reader(file) if line) - 1
    (layer,) = read(path, mode="inspect").said["layers"]
    assert whole(read, path, layer).said["read"] == rows


@pytest.mark.parametrize("name", ["monaco", "liechtenstein", "baltimore"])
def test_extracts_of_openstreetmap_are_refused_with_a_sentence(read, name):
    with pytest.raises(Trouble, match="unknown_format"):
        read(files.SHARED / "osm" / f"{name}.osm.pbf")


# What EXPECTED.csv says of the nasty ones, a test each

HURT = {"ground": XICHENG}


def test_a_shapefile_without_a_word_asks_and_then_is_right(read):
    path = NASTY / "xicheng_gbk_gk39_noprj_nocpg.zip"
    with pytest.raises(Trouble, match="no_crs") as caught:
        read(path, key="街道代码", **HURT)
    asked = caught.value.details
    assert asked["candidates"][0]["code"] == "EPSG:4527"
    assert "街道名称" in asked["columns"]
    heard = read(path, key="街道代码", crs="EPSG:4527", **HURT)
    west, south, east, north = shapely.total_bounds(heard.shapes)
    assert (west > 116.31, south > 39.86, east < 116.41, north < 39.98) == (True,) * 4
    assert heard.said["encoding"] == "GB18030"


def test_a_shapefile_that_says_all_is_believed(read):
    heard = read(NASTY / "xicheng_gbk_cm117_prj_cpg936.zip", key="街道代码", **HURT)
    assert len(heard.keys) == 15
    assert heard.properties[0]["街道名称"] == "西长安街街道"
    assert heard.said["crs"].startswith("EPSG:4548")


def test_shifted_coordinates_are_offered_as_such_and_come_right(read):
    path = NASTY / "xicheng_gcj02.geojson"
    (layer,) = read(path, mode="inspect", **HURT).said["layers"]
    assert "GCJ-02" in [item["code"] for item in layer["candidates"]]
    heard = read(path, key="街道代码", crs="GCJ-02", **HURT)
    known = read(
        files.SHARED / "admin/xicheng_streets_wgs84.geojson", key="code9", **HURT
    )
    right = dict(zip(known.keys, known.shapes, strict=True))
    for key, shape in zip(heard.keys, heard.shapes, strict=True):
        assert shape.intersection(right[key]).area > 0.999 * right[key].area


def test_the_zoo_is_answered_animal_by_animal(read):
    heard = read(NASTY / "geometry_zoo.geojson", key="k")
    assert heard.keys == ["unclosed ring", "clockwise", "collection", "3D"]
    assert len(heard.codes) == 12
    repaired = {row["key"]: row["what"] for row in heard.said["repairs"]}
    assert repaired == {"unclosed ring": "closed", "collection": "split"}


def test_a_table_in_gbk_keeps_its_line_breaks(read):
    heard = read(
        NASTY / "points_gbk_crlf.csv", key="街道代码", geometry="point", **HURT
    )
    assert len(heard.keys) == 15
    assert heard.properties[0]["街道名称"] == "西长安街街道"
    assert "\n" in heard.properties[0]["备注"]


def test_an_offices_workbook_keeps_its_codes(read):
    path = NASTY / "xicheng_communities_points.xlsx"
    heard = read(path, key="社区代码", geometry="point", **HURT)
    assert len(heard.keys) == 263
    assert all(len(key) == 12 and key.isdigit() for key in heard.keys)


def test_a_kmz_has_its_polygons(read):
    heard = read(NASTY / "xicheng_streets.kmz", key="街道代码", **HURT)
    assert len(heard.keys) == 15
    assert heard.properties[0]["Name"] == "西长安街街道"


@pytest.mark.parametrize(
    ("kind", "count"), [("polygon", 16), ("point", 15), ("line", 17)]
)
def test_a_drawing_gives_each_layer_its_kind(read, kind, count):
    path = NASTY / "xicheng_planning_r2010_utf8.dxf"
    with pytest.raises(Trouble, match="no_crs"):
        read(path, key="EntityHandle", geometry=kind, **HURT)
    heard = read(path, key="EntityHandle", geometry=kind, crs="EPSG:4548", **HURT)
    assert heard.said["read"] == 33
    assert len(heard.keys) == count
    assert heard.said["notes"]["other_kinds"] == 33 - count


def test_a_geodatabase_keeps_its_chinese_names(read):
    heard = read(NASTY / "xicheng.gdb.zip", key="街道代码", **HURT)
    assert (len(heard.keys), heard.said["layer"]) == (15, "街道")


def test_a_package_of_three_layers_asks_and_then_sorts_by_kind(read):
    path = NASTY / "mixed_geometry.gpkg"
    with pytest.raises(Trouble, match="several_layers") as caught:
        read(path, **HURT)
    names = [layer["name"] for layer in caught.value.details["layers"]]
    assert names == ["mixed", "街道"]
    heard = read(path, layer="mixed", key="fid", **HURT)
    assert heard.said["reasons"] == {"wrong_geometry_type": 30}


def test_a_zip_that_slips_is_refused_whole(read, tmp_path):
    with pytest.raises(Trouble, match="zip_paths"):
        read(NASTY / "zip_slip.zip")
    assert not list(tmp_path.rglob("*.geojson"))


# Of the test files of GDAL


def test_a_raw_street_file_is_read(read):
    heard = read(NASTY / "beijing_streets_mosstool_raw.zip", key="乡")
    assert heard.said["read"] == 331


@pytest.mark.parametrize(
    ("name", "job", "keys"),
    [
        ("example.parquet", {"key": "name"}, 5),
        ("hatch.dxf", {"key": "EntityHandle", "crs": "EPSG:4490"}, None),
        ("samples.kml", {"key": "Name", "layer": "Google Campus"}, 4),
        ("testopenfilegdb.gdb.zip", {"key": "id", "layer": "polygon"}, None),
        ("testopenfilegdb.gdb.zip", {"key": "id", "layer": "multipatch"}, 5),
    ],
)
def test_foreign_test_files_are_read(read, name, job, keys):
    heard = read(NASTY / "gdal" / name, **job)
    assert len(heard.keys) == (keys or len(heard.keys))
    assert len(heard.keys) + sum(heard.said["reasons"].values()) == heard.said["read"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("test.gpx", "unknown_format"),
        ("chinese.dbf", "unknown_format"),
        ("LICENSE.TXT", "unknown_format"),
        ("multipolygon_as_invalid_polygon.shp", "lone_shp"),
        ("csv_with_utf8_bom.csv", "no_crs"),
        ("test.xlsx", "several_layers"),
    ],
)
def test_what_cannot_be_read_is_answered(read, name, code):
    with pytest.raises(Trouble, match=code):
        read(NASTY / "gdal" / name, key="id")


def test_an_older_datum_of_elsewhere_is_refused(read):
    with pytest.raises(Trouble, match="crs_datum"):
        read(NASTY / "gdal/poly.zip", key="EAS_ID")


def test_no_file_of_the_list_is_without_a_test():
    with (NASTY / "EXPECTED.csv").open(encoding="utf-8") as file:
        named = {row["file"].split(" ")[0] for row in csv.DictReader(file)}
    tested = Path(__file__).read_text("utf-8")
    there = {name for name in named if (NASTY / name).exists()}
    assert {name for name in there if name not in tested} == set()
    assert len(there) >= 10
