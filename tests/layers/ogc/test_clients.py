"""Real programs read the service from a running server: GDAL and QGIS."""

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from layers.ogc import tokens
from tests.sites import package

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM_PYTHON = "/usr/bin/python3"
# Reads as a person's QGIS does: one layer, all features, then a box of them.
QGIS = """
import json, sys
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
url, key, *box = sys.argv[1:]
uri = f"url='{url}' typename='planning' username='qgis' password='{key}'"
layer = QgsVectorLayer(uri, "planning", "OAPIF")
request = QgsFeatureRequest().setFilterRect(QgsRectangle(*map(float, box)))
print(json.dumps({
    "valid": layer.isValid(),
    "fields": [field.name() for field in layer.fields()],
    "all": sorted(one["地块编号"] for one in layer.getFeatures()),
    "box": sorted(one["地块编号"] for one in layer.getFeatures(request)),
}))
"""


def has_qgis() -> bool:
    if not shutil.which("qgis_process") and not os.path.exists(
        "/usr/lib/python3/dist-packages/qgis"
    ):
        return False
    asked = [SYSTEM_PYTHON, "-c", "import qgis.core"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def key(people: Any) -> str:
    return tokens.make(people["steward"], "GDAL", 30)[1]


@pytest.mark.skipif(not shutil.which("ogrinfo"), reason="no GDAL programs (gdal-bin)")
def test_ogrinfo_reads_a_collection_whole_and_in_part(live_server, key):
    source = f"OAPIF:{live_server.url}/ogc"
    header = {"GDAL_HTTP_HEADERS": f"Authorization: Bearer {key}"}
    whole = run("ogrinfo", "-ro", "-so", source, "planning", **header)
    assert "Feature Count: 6" in whole
    assert "用地代码: String" in whole
    asked = ("-q", "-where", "\"用地代码\" = 'R2'")
    part = run("ogrinfo", "-ro", *asked, source, "planning", **header)
    assert part.count("OGRFeature") == 2


@pytest.mark.skipif(not shutil.which("ogr2ogr"), reason="no GDAL programs (gdal-bin)")
def test_ogr2ogr_follows_the_pages_and_keeps_the_place(live_server, key, tmp_path):
    copy = tmp_path / "copy.geojson"
    source = f"OAPIF:{live_server.url}/ogc"
    run(
        *("ogr2ogr", str(copy), source, "planning", "-oo", "PAGE_SIZE=2"),
        GDAL_HTTP_HEADERS=f"Authorization: Bearer {key}",
    )
    features = json.loads(copy.read_text())["features"]
    assert len(features) == 6
    lon, lat = features[0]["geometry"]["coordinates"][0][0][:2]
    assert abs(lon - package.WEST) < 0.01
    assert abs(lat - package.SOUTH) < 0.01


@pytest.mark.skipif(not has_qgis(), reason="no QGIS (python3-qgis, qgis-providers)")
def test_qgis_reads_a_collection_whole_and_in_a_box(live_server, key, tmp_path):
    west, south = package.WEST + 0.0012, package.SOUTH
    box = (west, south, west + 0.0006, south + 0.004)
    said = run(
        *(SYSTEM_PYTHON, "-c", QGIS, f"{live_server.url}/ogc/", key),
        *(str(number) for number in box),
        **{"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        PYTHONPATH="",
        LC_ALL="C.UTF-8",
    )
    found = json.loads(said.strip().splitlines()[-1])
    assert found["valid"]
    assert found["all"] == [f"XC-{number:02d}" for number in range(6)]
    assert found["box"] == ["XC-01"]
