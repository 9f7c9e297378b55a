"""Files of map services that do not say so."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from layers.imports import carrying
from layers.reading import datum_shift
from tests.layers import files

pytestmark = pytest.mark.django_db(transaction=True)


def moved(path: Path, by: Any, count: int = 8) -> Path:
    rows = [
        row | {"geometry": shapely.transform(row["geometry"], by)}
        for row in files.rows(count)
    ]
    return files.geojson(path, rows)


@pytest.fixture
def layer(tmp_path: Path) -> Any:
    layer = files.a_layer()
    files.bring_in(layer, files.geojson(tmp_path / "known.geojson", files.rows(8)))
    return layer


@pytest.mark.parametrize(
    ("by", "name"),
    [
        (datum_shift.to_gcj, "GCJ-02"),
        (datum_shift.to_bd, "BD-09"),
        (lambda points: points + np.array([0.003, 0.003]), ""),
        (lambda points: points + np.array([0.0001, 0]), ""),
    ],
)
def test_rows_that_all_lie_shifted_are_told_by_their_shift(
    layer, tmp_path, people, by, name
):
    path = moved(tmp_path / "f.geojson", by)
    run = files.run_of(layer, path, by=people["chief_data_officer"])
    assert carrying.carry_out(run).report["looks_shifted"] == name


def test_few_rows_prove_nothing(layer, tmp_path, people):
    path = moved(tmp_path / "f.geojson", datum_shift.to_gcj, count=3)
    run = files.run_of(layer, path, by=people["chief_data_officer"])
    assert carrying.carry_out(run).report["looks_shifted"] == ""
