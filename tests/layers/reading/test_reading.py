"""The reading process: what it takes, what it refuses, and what it cannot do."""

import gc
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from layers.reading import process, starting
from layers.reading.process import Limits
from layers.reading.trouble import Trouble
from tests.layers import files
from tests.layers.hearing import USUAL, XICHENG, Heard, apart, job_of, real, trouble
from tests.sites import package


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read_(path: Path, *, limits: Limits = USUAL, **job: Any) -> Heard:
        folder = tmp_path / "scratch"
        folder.mkdir(exist_ok=True)
        return apart(job_of(path, folder, job), limits)

    return read_


def test_geojson_comes_in_as_it_is(read, tmp_path):
    heard = read(files.geojson(tmp_path / "f.geojson", files.rows()))
    assert heard.keys == ["F1", "F2", "F3"]
    assert shapely.equals_exact(heard.shapes[0], files.square(1)).all()


def test_a_geopackage_in_gauss_kruger_is_reprojected(read, tmp_path):
    path = files.vector(tmp_path / "f.gpkg", files.rows(), crs="EPSG:4548")
    heard = read(path)
    assert heard.said["crs"].startswith("EPSG:4548")
    assert shapely.equals_exact(heard.shapes[2], files.square(3), 1e-9).all()


@pytest.mark.parametrize("without", [(), (".cpg",), (".cpg", ".shx")])
def test_a_zipped_gbk_shapefile_keeps_its_names(read, tmp_path, without):
    path = files.zipped_shapefile(tmp_path / "f.zip", files.rows(), without=without)
    heard = read(path)
    assert heard.said["encoding"] == "GB18030"
    assert '"用途": "住宅"' in heard.rows[0][4]


def test_a_table_in_utf_8_without_a_word_is_found_out(read, tmp_path):
    path = files.zipped_shapefile(
        tmp_path / "f.zip", files.rows(), encoding="UTF-8", without=(".cpg",)
    )
    assert read(path).said["encoding"] == "UTF-8"


def test_a_cpg_that_lies_is_not_believed(read, tmp_path):
    path = files.zipped_shapefile(tmp_path / "f.zip", files.rows(), without=(".cpg",))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("房屋.cpg", "UTF-8")
    assert read(path).said["encoding"] == "GB18030"


def test_an_encoding_that_is_told_must_fit(read, tmp_path):
    path = files.zipped_shapefile(tmp_path / "f.zip", files.rows())
    assert trouble(read, path, encoding="UTF-8").code == "encoding_does_not_fit"


def test_geojson_in_gbk_is_read(read, tmp_path):
    path = files.geojson(tmp_path / "f.geojson", files.rows(), encoding="gbk")
    assert read(path).keys == ["F1", "F2", "F3"]


def test_a_file_without_system_names_the_likely_one(read, tmp_path):
    path = files.zipped_shapefile(tmp_path / "f.zip", files.rows(), without=(".prj",))
    found = trouble(read, path)
    assert found.code == "no_crs"
    assert found.details["candidates"][0]["code"] == "EPSG:4527"


def test_a_system_that_is_told_is_used(read, tmp_path):
    path = files.zipped_shapefile(tmp_path / "f.zip", files.rows(), without=(".prj",))
    heard = read(path, crs="CGCS2000_3_Degree_GK_Zone_39")
    assert heard.said["crs_from"] == "told"
    assert len(heard.keys) == 3


def test_the_usual_system_serves_where_the_file_is_silent(read, tmp_path):
    path = files.zipped_shapefile(tmp_path / "f.zip", files.rows(), without=(".prj",))
    assert read(path, usual_crs="EPSG:4527").said["crs_from"] == "usual"


def test_a_wrong_system_is_refused_and_the_right_one_named(read, tmp_path):
    path = files.zipped_shapefile(tmp_path / "f.zip", files.rows(), crs="EPSG:4548")
    found = trouble(read, path, crs="EPSG:4549")
    assert found.code == "lands_elsewhere"
    assert "EPSG:4548" in [item["code"] for item in found.details["candidates"]]


def test_geojson_in_metres_is_not_taken_for_degrees(read, tmp_path):
    moved = [row | {"geometry": shapely.box(445790, 4419950, 445800, 4419960)}
             for row in files.rows(1)]  # fmt: skip
    path = files.geojson(tmp_path / "f.geojson", moved)
    assert trouble(read, path, ground=XICHENG).details["candidates"]


def test_axes_the_wrong_way_round_are_noticed(read, tmp_path):
    turned = [
        row | {"geometry": shapely.transform(row["geometry"], lambda at: at[:, ::-1])}
        for row in files.rows()
    ]
    found = trouble(read, files.geojson(tmp_path / "f.geojson", turned))
    assert found.details["candidates"][0]["code"] == "EPSG:4490 yx"


def test_an_older_datum_is_refused(read, tmp_path):
    path = files.geojson(tmp_path / "f.geojson", files.rows())
    assert trouble(read, path, crs="EPSG:4610").code == "crs_datum"


@pytest.mark.parametrize(
    "content", ["", " \n", '{"type":"FeatureCollection","features":[]}']
)
def test_an_empty_file_changes_nothing(read, tmp_path, content):
    path = tmp_path / "f.geojson"
    path.write_text(content)
    assert trouble(read, path).code in {"empty_file", "no_rows", "no_such_field"}


def test_a_geopackage_without_rows_is_said_to_have_none(read, tmp_path):
    path = files.vector(tmp_path / "f.gpkg", files.rows(1), crs="EPSG:4490")
    _execute(path, "DELETE FROM f")
    assert trouble(read, path).code == "no_rows"


def _execute(path: Path, statement: str, *values: Any) -> None:
    """Writes past the index that only GDAL's own SQLite can keep."""
    with sqlite3.connect(path) as database:
        found = database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        for (name,) in found.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(statement, values)


SOUTH, WEST = package.SOUTH, package.WEST
BOW_TIE = [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]
SPIKE = [[0, 0], [2, 0], [2, 2], [2, 3], [2, 2], [0, 2], [0, 0]]
UNCLOSED = [[0, 0], [2, 0], [2, 2], [0, 2]]
FLAT = [[0, 0], [2, 0], [1, 0], [0, 0]]


def _placed(ring: list[list[int]]) -> dict[str, Any]:
    points = (np.array(ring) * 1e-4 + [WEST, SOUTH]).tolist()
    return {"type": "Polygon", "coordinates": [points]}


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (_placed(BOW_TIE), "invalid_geometry"),
        (_placed(FLAT), "invalid_geometry"),
        (None, "no_geometry"),
        ({"type": "Polygon", "coordinates": []}, "empty_geometry"),
        ({"type": "Point", "coordinates": [WEST, SOUTH]}, "wrong_geometry_type"),
        (shapely.box(10, 10, 11, 11), "outside_ground"),
    ],
)
def test_a_row_without_good_geometry_is_refused(read, tmp_path, geometry, code):
    given = [*files.rows(2), {"编号": "bad", "用途": "", "geometry": geometry}]
    heard = read(files.geojson(tmp_path / "f.geojson", given))
    assert heard.codes == {"bad": code}
    assert heard.keys == ["F1", "F2"]


@pytest.mark.parametrize("ring", [SPIKE, UNCLOSED])
def test_a_harmless_fault_is_repaired(read, tmp_path, ring):
    given = [{"编号": "F1", "用途": "", "geometry": _placed(ring)}]
    heard = read(files.geojson(tmp_path / "f.geojson", given))
    assert shapely.is_valid(heard.shapes).all()
    assert heard.keys == ["F1"]


def test_the_height_of_a_point_is_left_out(read, tmp_path):
    solid = shapely.force_3d(files.square(1), 50)
    given = [{"编号": "F1", "geometry": solid}]
    assert not shapely.has_z(read(files.geojson(tmp_path / "f.json", given)).shapes)[0]


def test_infinite_coordinates_are_refused(read, tmp_path):
    given = files.rows(2)
    path = files.vector(tmp_path / "f.gpkg", given, crs="EPSG:4490")
    ring = shapely.get_coordinates(given[0]["geometry"])
    ring[1] = np.inf
    broken = shapely.to_wkb(shapely.polygons(ring))
    head = b"GP\x00\x01" + (4490).to_bytes(4, "little")
    _execute(path, "UPDATE f SET geom = ? WHERE fid = 1", head + broken)
    assert read(path).codes == {"F1": "not_finite"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"编号": None}, "no_key"),
        ({"编号": "  "}, "no_key"),
        ({"编号": "x" * 81}, "long_key"),
        ({"编号": "bad", "层数": "many"}, "wrong_attribute"),
        ({"编号": "bad", "层数": "2.5"}, "wrong_attribute"),
    ],
)
def test_a_row_with_a_bad_attribute_is_refused(read, tmp_path, row, code):
    fields = [*files.FIELDS[:2], files.FIELDS[2]]
    given = [{"用途": "", "层数": "3", "geometry": files.square(1)} | row]
    given += [{"编号": "F1", "用途": "", "层数": "3", "geometry": files.square(2)}]
    heard = read(files.geojson(tmp_path / "f.geojson", given), schema=fields)
    assert [item["code"] for item in heard.said["refused"]] == [code]
    assert heard.said["refused"][0]["row"] == 1


def test_a_required_attribute_must_be_there(read, tmp_path):
    given = [*files.rows(2), files.rows(3)[2] | {"用途": None}]
    schema = [{**field, "required": True} for field in files.FIELDS]
    heard = read(files.geojson(tmp_path / "f.geojson", given), schema=schema)
    assert heard.codes == {"F3": "missing_attribute"}


def test_a_missing_field_is_named_with_those_that_are_there(read, tmp_path):
    found = trouble(read, files.geojson(tmp_path / "f.geojson", files.rows()), key="id")
    assert found.code == "no_such_field"
    assert "编号" in found.details["fields"]


def test_a_field_name_cut_by_dbase_is_known_again(read, tmp_path):
    given = [{"building_number": "F1", "geometry": files.square(1)}]
    path = files.zipped_shapefile(tmp_path / "f.zip", given)
    schema = [{"name": "building_number", "type": "string"}]
    assert read(path, key="building_number", schema=schema).keys == ["F1"]


# What a hostile file may try


def test_a_vrt_named_geojson_opens_nothing(read, tmp_path):
    secret = files.geojson(tmp_path / "secret.geojson", files.rows())
    path = tmp_path / "f.geojson"
    path.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>'
        f"{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    assert trouble(read, path).code == "unknown_format"


def test_only_our_drivers_are_there(read, tmp_path, monkeypatch):
    # Past our own look at the first bytes, GDAL itself knows no VRT.
    monkeypatch.setattr(process, "_unwanted_drivers", lambda: "CSV,KML")
    path = files.geojson(tmp_path / "f.geojson", files.rows())
    assert trouble(read, path).code == "drivers"


@pytest.mark.parametrize(
    "name", ["../evil.geojson", "/tmp/evil.geojson", "C:\\evil.shp"]
)
def test_a_zip_that_writes_elsewhere_is_refused(read, tmp_path, name):
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "{}")
    assert trouble(read, path).code == "zip_paths"
    assert [item.name for item in (tmp_path / "scratch").iterdir()] == ["errors.txt"]


def test_a_link_in_a_zip_is_refused(read, tmp_path):
    path = tmp_path / "f.zip"
    link = zipfile.ZipInfo("f.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert trouble(read, path).code == "zip_links"


def test_a_zip_bomb_is_stopped(read, tmp_path):
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("f.geojson", b" " * (64 << 20))
    assert trouble(read, path).code == "zip_bomb"


def test_a_shape_alone_is_answered_with_what_to_send(read, tmp_path):
    folder = tmp_path / "shape"
    folder.mkdir()
    shape = files.vector(folder / "f.shp", files.rows(), crs="EPSG:4527")
    assert trouble(read, shape).code == "lone_shp"


def test_a_file_that_eats_memory_ends_its_reader_only(read, tmp_path):
    path = tmp_path / "f.csv"
    rows = [f"F{number},116.3,39.9,{'x' * 20_000}" for number in range(4000)]
    path.write_text("\n".join(["编号,经度,纬度,备注", *rows]), "utf-8")
    tight, points = Limits(memory=150 << 20), {"geometry": "point", "schema": []}
    found = trouble(read, path, limits=tight, **points)
    assert found.code in {"too_big", "reader_died"}


def test_a_reader_that_takes_too_long_is_stopped(read, tmp_path):
    path = tmp_path / "f.geojson"
    os.mkfifo(path)  # nobody ever writes into it
    assert trouble(read, path, limits=Limits(time=0.05)).code == "too_slow"


def test_two_files_are_read_side_by_side(tmp_path):
    jobs = []
    for name, count in (("one", 2), ("two", 3)):
        (folder := tmp_path / name).mkdir()
        path = files.geojson(folder / "f.geojson", files.rows(count))
        jobs.append(process.read(job_of(path, folder, {}), USUAL))
    first, second = (next(job) for job in jobs), (list(job) for job in jobs)
    assert [said.kind for said in first] == ["start", "start"]
    assert [said[-1].content["read"] for said in second] == [2, 3]


def test_a_process_that_forks_no_more_is_replaced(read, tmp_path):
    path = files.geojson(tmp_path / "f.geojson", files.rows())
    with pytest.raises(Trouble):
        read(tmp_path / "nothing.geojson")
    starting._forkers[0].process.kill()
    assert read(path).keys == ["F1", "F2", "F3"]


def test_of_a_reader_that_is_gone_at_once_no_pipe_is_closed_twice(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    told, other = socket.socketpair()
    with told, other, (tmp_path / "pipe").open("wb") as pipe:
        with pytest.raises(ProcessLookupError):
            starting.Started(gone.pid, pipe.fileno(), pipe.fileno(), told)
        gc.collect()
        assert os.fstat(pipe.fileno())


def test_a_process_that_does_not_answer_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(starting, "PATIENCE", 0.1)
    forker = starting.Forker(process._environment())
    forker.process.send_signal(signal.SIGSTOP)
    with (
        (tmp_path / "errors").open("wb") as stderr,
        pytest.raises(starting.NotReady),
    ):
        forker.start(str(tmp_path), stderr)
    forker.end()
    assert forker.process.returncode == -signal.SIGKILL


def test_a_reader_knows_no_secret(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://hidden")
    monkeypatch.setenv("GOVMAP_SECRET_KEY", "hidden")
    assert "hidden" not in str(process._environment())


def test_a_geopackage_cut_short_is_said_to_be_damaged(read, tmp_path):
    path = files.vector(tmp_path / "f.gpkg", files.rows(), crs="EPSG:4490")
    path.write_bytes(path.read_bytes()[:9000])
    assert trouble(read, path).code in {"broken", "no_geometry_layer"}


# Real files

STREETS = {"key": "code9", "schema": [], "ground": XICHENG}


@real
def test_the_real_streets_come_in(read):
    heard = read(files.SHARED / "admin" / "xicheng_streets_wgs84.geojson", **STREETS)
    assert len(heard.keys) == 15


@real
@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("xicheng_gbk_cm117_prj_cpg936.zip", ""),
        ("xicheng_gbk_gk39_noprj_nocpg.zip", "EPSG:4527"),
    ],
)
def test_the_same_streets_as_surveyors_send_them(read, name, crs):
    job = {"key": "街道代码", "schema": [], "ground": XICHENG, "crs": crs}
    heard = read(files.SHARED / "nasty" / name, **job)
    known = read(files.SHARED / "admin" / "xicheng_streets_wgs84.geojson", **STREETS)
    assert len(heard.keys) == 15
    both = shapely.union_all(heard.shapes), shapely.union_all(known.shapes)
    assert both[0].symmetric_difference(both[1]).area < 1e-6 * both[1].area


@real
def test_every_feature_of_the_zoo_is_answered(read):
    path = files.SHARED / "nasty" / "geometry_zoo.geojson"
    heard = read(path, key="k", schema=[], ground=None)
    assert heard.keys == ["unclosed ring", "clockwise", "collection", "3D"]
    assert len(heard.said["refused"]) == 12


@real
def test_a_file_of_several_layers_asks_which(read):
    path = files.SHARED / "nasty" / "mixed_geometry.gpkg"
    assert trouble(read, path).details["names"] == "mixed, 街道"


@real
def test_real_plots_are_read_and_repaired(read):
    path = files.SHARED / "derived" / "xicheng_standin_landuse_wgs84.gpkg"
    heard = read(path, key="plan_id", schema=[], ground=XICHENG)
    assert heard.said["read"] == 430
    assert shapely.is_valid(heard.shapes).all()


@real
def test_real_buildings_are_read_in_batches(read):
    path = files.SHARED / "buildings" / "tokyo_bunkyo_buildings.gpkg.zip"
    heard = read(path, key="building_id", schema=[], ground=None)
    assert heard.said["read"] == 34_828
    assert len(heard.keys) + sum(heard.said["reasons"].values()) == 34_828
