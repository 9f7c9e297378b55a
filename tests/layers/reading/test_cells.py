"""Registers: cells tile their community; what lies in them lies in exactly one."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from accounts import loading as accounts_loading
from accounts.models import Site, Unit
from govmap import demo
from layers import loading
from layers.models import Address, Feature, GridCell, Layer, Part, Region
from tests.layers import files
from tests.sites import package

FIRST = package.cell_code(1, 1, 1)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    demo.make(folder, progress=lambda line: None, size="small")
    return folder


def one(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("db")
def test_the_demonstration_site_keeps_the_grid_rules(demo_folder):
    """One long test, since loading takes seconds: all rules of the grid at once."""
    Site.objects.all().delete()
    accounts_loading.load(demo_folder, print)
    loading.load(demo_folder, print)
    cells = GridCell.objects.filter(code__startswith="110102")
    assert cells.count() == Feature.objects.filter(layer__code="grid", key__startswith="110102").count()  # noqa: E501 # fmt: skip
    assert cells.count() > 50
    assert not prefix_faults()
    assert not overlaps()
    assert not gaps()
    assert not strays()


def prefix_faults() -> int:
    """Cells whose code does not begin with the community that covers them."""
    return one(
        "SELECT count(*) FROM layers_gridcell cell"
        " JOIN accounts_unit unit ON unit.id = cell.community_id"
        " JOIN layers_region region ON region.unit_id = unit.id"
        " WHERE left(cell.code, 12) <> unit.code"
        " OR NOT ST_Covers(region.geometry, ST_PointOnSurface(cell.geometry))"
    )


def overlaps() -> int:
    """Pairs of cells that share more than a tenth of a square metre."""
    return one(
        "SELECT count(*) FROM layers_gridcell one JOIN layers_gridcell other"
        " ON one.id < other.id AND one.geometry && other.geometry"
        " WHERE ST_Area(ST_Intersection(one.geometry, other.geometry)::geography) > 0.1"
    )


def gaps() -> int:
    """Communities that their cells do not cover, to half a square metre."""
    return one(
        "SELECT count(*) FROM (SELECT community_id, ST_Union(geometry) ground"
        " FROM layers_gridcell GROUP BY community_id) tiled"
        " JOIN layers_region region ON region.unit_id = tiled.community_id"
        " WHERE ST_Area(ST_SymDifference(tiled.ground, region.geometry)::geography)"
        " > 0.5"
    )


def strays() -> int:
    """Buildings and parts that do not lie in exactly the one cell they name."""
    return one(
        "SELECT count(*) FROM layers_feature feature"
        " JOIN layers_layer layer ON layer.id = feature.layer_id"
        " WHERE layer.code IN ('housing', 'parts') AND (feature.cell = '' OR 1 <> ("
        " SELECT count(*) FROM layers_gridcell cell WHERE ST_Area(ST_Intersection("
        "  cell.geometry, feature.geometry)) > 0.001 * ST_Area(feature.geometry)"
        " AND cell.geometry && feature.geometry AND ST_Dimension(feature.geometry) = 2"
        " OR ST_Dimension(feature.geometry) = 0"
        "  AND ST_Covers(cell.geometry, feature.geometry)))"
    )


# Changes of the grid, on the test site


@pytest.fixture
def regrid(site_folder: Path, tmp_path: Path, db: None) -> Any:
    """Imports the test site's grid again after a change of its features."""
    content = json.loads((site_folder / "layers" / "grid.geojson").read_text())

    def regrid_(change: Any) -> Any:
        change(content["features"])
        path = tmp_path / "grid.geojson"
        path.write_text(json.dumps(content))
        return files.bring_in(Layer.objects.get(code="grid"), path)

    return regrid_


def shrink(features: list[dict[str, Any]]) -> None:
    """Moves the southern border of the first cell north by a fifth."""
    ring = features[0]["geometry"]["coordinates"][0]
    for at in (0, 1, 4):
        ring[at][1] += package.STEP / 5


def test_a_changed_cell_is_closed_and_a_new_one_opened(regrid):
    old = GridCell.objects.get(code=FIRST)
    regrid(shrink)
    now = GridCell.objects.valid_at(timezone.now()).get(code=FIRST)
    old.refresh_from_db()
    assert now.pk != old.pk and now.area < old.area
    assert old.valid.upper == now.valid.lower


def test_a_cell_that_stays_is_the_same_row(regrid):
    before = set(GridCell.objects.exclude(code=FIRST).values_list("pk", flat=True))
    regrid(shrink)
    assert before < set(GridCell.objects.values_list("pk", flat=True))


def test_a_retired_code_is_not_used_again(regrid):
    regrid(lambda features: features.pop(0))
    assert not GridCell.objects.valid_at(timezone.now()).filter(code=FIRST).exists()

    def reuse(features: list[dict[str, Any]]) -> None:
        features.append(_cell(FIRST, column=1, row=0))

    run = regrid(reuse)
    assert run.report["reasons"] == {"cell_code_retired": 1}


def _cell(code: str, *, column: float, row: float) -> dict[str, Any]:
    geometry = package._square(column, row, 0.5, 0.5)
    return package._feature(geometry, 标识码=code)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("11010900100100", "cell_code"),
        ("110109001009001", "cell_without_community"),
        (package.cell_code(2, 2, 9), "cell_outside_community"),
    ],
)
def test_a_cell_with_a_wrong_code_is_refused(regrid, code, reason):
    run = regrid(lambda features: features.append(_cell(code, column=0, row=0)))
    assert run.report["reasons"] == {reason: 1}
    assert not GridCell.objects.filter(code=code).exists()


def test_what_lay_in_a_closed_cell_finds_another(regrid):
    address = Address.objects.filter(cell=FIRST).get()

    def swallow(features: list[dict[str, Any]]) -> None:
        features.pop(0)
        features[0]["geometry"] = package._square(0, 0, 2, 1)

    regrid(swallow)
    address.refresh_from_db()
    assert address.cell == package.cell_code(1, 1, 2)
    assert not Feature.objects.current().filter(cell=FIRST).exists()


def test_an_address_goes_with_its_row(db, tmp_path):
    layer = Layer.objects.get(code="addresses")
    schema_row = {"code": "110109001A1", "text": "测试区甲街9号", "geometry": _spot()}
    files.bring_in(layer, files.geojson(tmp_path / "f.geojson", [schema_row]))
    assert Address.objects.get().text == "测试区甲街9号"


def _spot() -> Any:
    return files.square(1).centroid


def test_parts_are_made_from_the_national_fields(db, tmp_path):
    layer = files.a_layer(
        code="parts",
        geometry="point",
        key="GLBJBSM",
        schema=[],
        feeds=Layer.Feeds.PARTS,
        fields={"category_code": "GLBJDM", "name": "GLBJMC", "department": "ZGBMDM"},
    )
    code = "11010901001000001"
    row = {"GLBJBSM": code, "GLBJDM": "01001", "GLBJMC": "供水井盖", "ZGBMDM": "team"}
    path = files.geojson(tmp_path / "f.geojson", [{**row, "geometry": _spot()}])
    files.bring_in(layer, path)
    part = Part.objects.get()
    assert part.department == Unit.objects.get(code="team")
    assert (part.code, part.category_code) == (code, "01001")
    assert part.cell == "110109001002003"


def test_a_region_without_unit_is_refused(db, tmp_path):
    layer = Layer.objects.get(code="regions")
    rows = [{"code": "999999", "name": "无", "geometry": files.square(1)}]
    run = files.bring_in(layer, files.geojson(tmp_path / "f.geojson", rows))
    assert run.report["reasons"] == {"no_such_unit": 1}
    assert Region.objects.count() == 7


def test_every_cell_of_the_test_site_is_one_at_a_time(db):
    twice = GridCell.objects.values("code").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
