"""Coordinate systems of files: their codes, their way to degrees, likely ones."""

import json

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.reading import crs, crs_preview
from layers.reading.crs import Reprojection, parse_system
from layers.reading.trouble import Trouble
from tests.layers import files

PLACE = np.array([[116.366, 39.912]])
XICHENG = [116.2, 39.8, 116.5, 40.0]
METRE = 1e-5  # degrees, about
real = pytest.mark.skipif(not files.SHARED.exists(), reason="no shared real data here")


def degrees(code: str, points: object) -> np.ndarray:
    return Reprojection(parse_system(code, "told"))(np.asarray(points, dtype=float))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4527", "EPSG:4527"),
        ("epsg:4527", "EPSG:4527"),
        ("EPSG:4527 yx", "EPSG:4527 yx"),
        ("EPSG:4527 (y, x)", "EPSG:4527 yx"),
        ("CGCS2000_3_Degree_GK_Zone_39", "EPSG:4527"),
        ("CGCS2000_3_Degree_GK_CM_117E", "EPSG:4548"),
        ("GCS_China_Geodetic_Coordinate_System_2000", "EPSG:4490"),
        ("GCJ02", "GCJ-02"),
        ("gcj-02 yx", "GCJ-02 yx"),
        ("BD-09", "BD-09"),
    ],
)
def test_a_system_is_known_by_code_or_usual_name(text, code):
    system = parse_system(text, "told")
    assert system.code == code
    assert parse_system(system.code, "told").code == code


@pytest.mark.parametrize("code", [4490, 4498, 4509, 4527, 4547, 4548, 32650])
def test_what_esri_writes_into_a_prj_is_known(code):
    declared = pyproj.CRS.from_epsg(code).to_wkt("WKT1_ESRI")
    found = crs.resolve(declared)
    assert found is not None
    assert found.code == f"EPSG:{code}"
    assert Reprojection(found).system is found


@pytest.mark.parametrize(
    "text",
    [
        "Beijing_1954_3_Degree_GK_CM_117E",
        "Xian_1980_3_Degree_GK_Zone_39",
        "GCS_Beijing_1954",
        pyproj.CRS.from_epsg(2384).to_wkt("WKT1_ESRI"),
        "EPSG:27700",
    ],
)
def test_another_datum_is_refused(text):
    with pytest.raises(Trouble) as caught:
        Reprojection(parse_system(text, "told"))
    assert caught.value.code == "crs_datum"


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "SITE:unknown",
        "+proj=longlat +nadgrids=/etc/passwd +type=crs",
        "+init=/etc/passwd:4326",
        'GEOGCS["x",DATUM["WGS_1984",SPHEROID["x",6378137,298.257]],'
        'PRIMEM["Greenwich",0],UNIT["degree",0.0174],'
        'EXTENSION["PROJ4","+proj=longlat +nadgrids=/etc/passwd"]]',
    ],
)
def test_what_is_no_system_or_names_a_file_is_unheard_of(text):
    with pytest.raises(Trouble) as caught:
        parse_system(text, "told")
    assert caught.value.code == "crs_unheard_of"


def test_the_known_point_of_xicheng_is_hit():
    for code, east in (("EPSG:4527", 39445790.666), ("EPSG:4548", 445790.666)):
        found = degrees(code, [[east, 4419950.495]])
        assert np.abs(found - PLACE).max() < 0.01 * METRE


@given(
    zone=st.integers(25, 45),
    across=st.floats(-1.5, 1.5),
    north=st.floats(3, 54),
)
def test_every_zone_leads_there_and_back(zone, across, north):
    place = np.array([[zone * 3 + across, north]])
    for code in (4513 + zone - 25, 4534 + zone - 25):
        there = pyproj.Transformer.from_crs(4490, code, always_xy=True).transform
        plane = np.column_stack(there(*place.T))
        assert np.abs(degrees(f"EPSG:{code}", plane) - place).max() < 1e-3 * METRE
        turned = degrees(f"EPSG:{code} yx", plane[:, ::-1])
        assert np.abs(turned - place).max() < 1e-3 * METRE


@pytest.mark.parametrize(
    ("point", "codes"),
    [
        ((39445790, 4419950), ["EPSG:4527"]),
        ((20445790, 4419950), ["EPSG:4498"]),
        ((445790, 4419950), ["EPSG:4548", "EPSG:32650"]),
        ((4419950, 445790), ["EPSG:4548 yx", "EPSG:32650 yx"]),
        ((4419950, 39445790), ["EPSG:4527 yx"]),
        ((116.366, 39.912), ["EPSG:4490", "GCJ-02", "BD-09"]),
        ((39.912, 116.366), ["EPSG:4490 yx", "GCJ-02 yx", "BD-09 yx"]),
        ((12953800, 4852000), ["EPSG:3857"]),
        ((1, 2), []),
        ((float("nan"), 1), []),
    ],
)
def test_the_magnitude_names_the_likely_systems(point, codes):
    found = crs.candidates(np.array([point], dtype=float), XICHENG)
    assert [candidate["code"] for candidate in found] == codes


def test_a_candidate_shows_where_the_rows_would_lie():
    plane = shapely.points([[39445790.666, 4419950.495]])
    (found,) = crs.candidates(
        shapely.get_coordinates(plane), XICHENG, geometry=plane, local=[]
    )
    (shown,) = found["shapes"]["geometries"]
    assert shown == {"type": "Point", "coordinates": [116.366, 39.912]}


@pytest.mark.parametrize("count", [1, 150, 5000])
@pytest.mark.parametrize("vertices", [4, 3000])
def test_what_a_map_shows_is_bounded(count, vertices):
    angles = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 0.001
    given = np.array(
        [
            shapely.Polygon(ring + np.array([116.3 + n * 1e-5, 39.9]))
            for n in range(count)
        ]
    )
    shapes = crs_preview.sample(given)
    shown = json.dumps(crs_preview.placed(shapes, lambda points: points))
    assert len(shown) <= 60_000
    assert len(json.loads(shown)["geometries"]) == min(count, crs_preview.SHAPES)


def test_rows_without_geometry_or_place_are_not_shown():
    given = np.array([None, shapely.Point(), shapely.Point(np.inf, 1), shapely.Point()])
    shown = crs_preview.placed(crs_preview.sample(given), lambda points: points)
    assert shown["geometries"] == []


@real
def test_a_shifted_file_comes_back_upon_the_true_streets():
    known = _streets("admin/xicheng_streets_wgs84.geojson", "code9")
    move = Reprojection(parse_system("GCJ-02", "told"))
    for name, shape in _streets("nasty/xicheng_gcj02.geojson", "街道代码").items():
        back = shapely.transform(shape, move)
        both = shapely.intersection(back, known[name]).area
        assert both > 0.999 * shapely.union(back, known[name]).area


def _streets(path: str, key: str) -> dict[str, shapely.Geometry]:
    content = json.loads((files.SHARED / path).read_text())
    return {
        row["properties"][key]: shapely.make_valid(
            shapely.from_geojson(json.dumps(row["geometry"]))
        )
        for row in content["features"]
    }
