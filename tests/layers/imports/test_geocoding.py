"""Tables that say where their rows are by address."""

from pathlib import Path

import pytest

from layers.imports import geocoding
from tests.layers import files
from tests.sites import package

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = "测试区东街街道甲1街2号院2号楼"


def table(path: Path, *addresses: str) -> Path:
    lines = [f"F{number},{text}" for number, text in enumerate(addresses)]
    path.write_text("\n".join(["编号,地址", *lines]), encoding="gbk")
    return path


@pytest.mark.parametrize("text", [WHOLE, WHOLE[3:], WHOLE[7:], " 甲１街2号院 2号楼"])
def test_a_row_lies_at_its_address(tmp_path, text):
    layer = files.a_layer(geometry="point")
    files.bring_in(layer, table(tmp_path / "p.csv", text))
    row = layer.features.get()
    x, y = package.inside(1, 1, 2)
    assert (row.geometry.x, row.geometry.y) == pytest.approx((x + 0.0001, y))


def test_an_address_that_nobody_knows_is_refused(tmp_path):
    layer = files.a_layer(geometry="point")
    run = files.bring_in(layer, table(tmp_path / "p.csv", WHOLE, "某处9号"))
    assert run.report["reasons"] == {"address_unknown": 1}


def test_the_register_is_written_only_where_it_may_be_needed(tmp_path):
    points, areas = files.a_layer(geometry="point"), files.a_layer(code="areas")
    plain = table(tmp_path / "p.csv", WHOLE)
    known = files.geojson(tmp_path / "f.geojson", files.rows(1))
    assert geocoding.write(areas, plain, tmp_path) is None
    assert geocoding.write(points, known, tmp_path) is None
    assert geocoding.write(points, plain, tmp_path) is not None
