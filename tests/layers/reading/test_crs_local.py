"""A site's own coordinate systems: their formulas, their package file, their way in."""

import json
import math
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely.affinity
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from govmap.lib.errors import BadInput
from layers.imports import systems
from layers.models import LocalSystem
from layers.reading.crs import Reprojection, candidates, parse_system
from layers.reading.crs_local import Local
from layers.reading.trouble import Trouble
from tests.layers import files

# Not a real one: the origin at 445,000 / 4,419,000, the axes turned by 20 minutes.
TOWN: Any = {
    "code": "town",
    "title": {"zh-hans": "本地坐标系", "en": "Town grid"},
    "base": "EPSG:4548",
    "kind": "similarity",
    "parameters": {"dx": 445000, "dy": 4419000, "scale": 12.5, "rotation": 1200},
}
BOUND: Any = {
    "code": "old",
    "title": {"zh-hans": "旧坐标系"},
    "base": "EPSG:2436",
    "kind": "helmert",
    "parameters": {
        **{"tx": 15.8, "ty": -154.4, "tz": -82.3},
        **{"rx": 0.2, "ry": -0.1, "rz": 0.5, "scale": 1.5},
        "convention": "position_vector",
    },
}


def affine(**parameters: Any) -> Any:
    usual = {"a0": 445000, "a1": 1, "a2": 0, "b0": 4419000, "b1": 0, "b2": 1}
    return TOWN | {"kind": "affine", "parameters": usual | parameters}


def degrees(definition: dict, points: object) -> np.ndarray:
    system = parse_system("SITE:" + definition["code"], "told", local=[definition])
    return Reprojection(system)(np.asarray(points, dtype=float))


def plane(points: object) -> np.ndarray:
    return Reprojection(parse_system("EPSG:4548", "told"))(np.asarray(points, float))


def test_an_affine_set_leads_to_its_base():
    own = affine(a1=0.999, a2=0.01, b1=-0.02, b2=1.001)
    x, y = 790.0, 950.0
    known = [[445000 + 0.999 * x + 0.01 * y, 4419000 - 0.02 * x + 1.001 * y]]
    assert np.abs(degrees(own, [[x, y]]) - plane(known)).max() < 1e-10


def test_a_plane_helmert_set_turns_and_scales():
    x, y, turn, k = 790.0, 950.0, math.radians(1200 / 3600), 1 + 12.5e-6
    known = [[
        445000 + k * (x * math.cos(turn) + y * math.sin(turn)),
        4419000 + k * (y * math.cos(turn) - x * math.sin(turn)),
    ]]  # fmt: skip
    assert np.abs(degrees(TOWN, [[x, y]]) - plane(known)).max() < 1e-10


def test_seven_parameters_are_those_of_the_guidance_note():
    """WGS 72 to WGS 84 by 9606, the example of EPSG guidance note 7-2, 4.3.3."""
    values = {
        "tx": 0,
        "ty": 0,
        "tz": 4.5,
        "rx": 0,
        "ry": 0,
        "rz": 0.554,
        "scale": 0.219,
    }
    values["convention"] = "position_vector"
    step = Local(BOUND | {"base": "EPSG:4322", "parameters": values}).datum_step()
    (found,) = step(np.array([[4.0, 55.0]]))
    seconds = (found - [4.0, 55.0]) * 3600
    # The note gives 55 00 00.090 N, 4 00 00.554 E, from a place at a height.
    assert seconds == pytest.approx([0.554, 0.090], abs=2e-3)


@given(
    x=st.floats(4.2e5, 4.7e5),
    y=st.floats(4.38e6, 4.46e6),
    turn=st.floats(-3, 3),
    shift=st.floats(-200, 200),
)
def test_the_two_conventions_are_each_other_with_the_turn_reversed(x, y, turn, shift):
    one = {"tx": shift, "ty": -shift, "tz": 10, "rx": turn, "ry": -turn, "rz": turn}
    other = one | {"rx": -turn, "ry": turn, "rz": -turn}
    vector = {**one, "scale": 1, "convention": "position_vector"}
    frame = {**other, "scale": 1, "convention": "coordinate_frame"}
    found = [degrees(BOUND | {"parameters": p}, [[x, y]]) for p in (vector, frame)]
    assert np.abs(found[0] - found[1]).max() < 1e-11


def test_seven_parameters_come_back_through_proj():
    p = BOUND["parameters"]
    there = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
        " +step +proj=cart +ellps=GRS80 +step +inv +proj=helmert"
        f" +x={p['tx']} +y={p['ty']} +z={p['tz']} +rx={p['rx']} +ry={p['ry']}"
        f" +rz={p['rz']} +s={p['scale']} +convention=position_vector"
        " +step +inv +proj=cart +ellps=krass"
        " +step +proj=tmerc +lon_0=117 +x_0=500000 +ellps=krass"
    )
    x, y, _ = there.transform(116.366, 39.912, 0.0)
    assert np.abs(degrees(BOUND, [[x, y]]) - [116.366, 39.912]).max() < 1e-8


@pytest.mark.parametrize(
    ("definition", "wrong"),
    [
        (TOWN | {"base": "EPSG:2436"}, "base"),
        (TOWN | {"base": "nonsense"}, "base"),
        (TOWN | {"kind": "magic"}, "kind"),
        (TOWN | {"parameters": []}, "kind"),
        (affine(a1=float("nan")), "a1"),
        (affine(b1="1"), "b1"),
        (affine(a1=0, a2=0), "parameters"),
        (
            BOUND | {"parameters": BOUND["parameters"] | {"convention": ""}},
            "convention",
        ),
    ],
)
def test_a_set_that_is_not_whole_is_refused(definition, wrong):
    with pytest.raises(Trouble) as caught:
        Local(definition)
    assert caught.value.details == {"system": definition["code"], "wrong": wrong}


def test_the_sites_own_system_is_among_the_likely_ones():
    found = candidates(np.array([[790.0, 950.0]]), [116, 39, 117, 40], local=[TOWN])
    assert "SITE:town" in [candidate["code"] for candidate in found]


@pytest.mark.django_db
def test_a_package_brings_its_systems(tmp_path):
    (tmp_path / "systems.json").write_text(json.dumps([TOWN, BOUND]))
    assert systems.load(tmp_path) == systems.load(tmp_path) == 2
    codes = [definition["code"] for definition in systems.definitions()]
    assert codes == ["old", "town"]


@pytest.mark.django_db
def test_a_package_needs_none(tmp_path):
    assert systems.load(tmp_path) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("spoilt", [affine(a1=0, a2=0), TOWN | {"base": "x"}, {}])
def test_a_wrong_system_in_a_package_is_named(tmp_path, spoilt):
    (tmp_path / "systems.json").write_text(json.dumps([spoilt]))
    with pytest.raises(BadInput, match=r"systems\.json: (town|\?)"):
        systems.load(tmp_path)


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"parameters": {}}, {"code": "a b"}])
def test_the_database_keeps_no_half_system(values):
    given = {name: TOWN[name] for name in ("code", "base", "kind", "parameters")}
    with pytest.raises(IntegrityError):
        LocalSystem.objects.create(titles=TOWN["title"], **given | values)


@pytest.mark.django_db(transaction=True)
def test_a_file_in_the_sites_own_system_comes_in(tmp_path):
    (tmp_path / "systems.json").write_text(json.dumps([affine()]))
    systems.load(tmp_path)
    there = pyproj.Transformer.from_crs(4490, 4548, always_xy=True).transform
    rows = [
        row | {"geometry": shapely.affinity.translate(
            shapely.transform(row["geometry"], there, interleaved=False),
            -445000, -4419000,
        )}
        for row in files.rows()
    ]  # fmt: skip
    path = files.geojson(tmp_path / "f.geojson", rows)
    run = files.bring_in(files.a_layer(), path, crs="SITE:town")
    assert run.status == "done", run.message
    assert run.report["crs"] == "SITE:town 本地坐标系"
