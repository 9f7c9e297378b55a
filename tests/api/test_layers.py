"""Layers, their features and the cells over the API."""

from datetime import UTC, date, datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from layers.models import Feature, GridCell, Layer
from tests.sites import package

LAYERS = "/api/v1/layers/"
CELLS = "/api/v1/cells/"


def ids(answer):
    return [feature["id"] for feature in answer[1]["features"]]


def test_the_catalogue_says_whose_a_layer_is(call):
    status, rows = call("grid_worker", LAYERS)
    planning = next(row for row in rows if row["code"] == "planning")
    assert status == 200
    assert (planning["title"], planning["provider"]) == ("规划用地", package.DISTRICT)
    assert planning["published"]["number"] == 1


def test_a_sensitive_layer_is_there_for_stewards_only(call):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    for path in ("", "versions/", "features/"):
        assert call("grid_worker", f"{LAYERS}planning/{path}")[0] == 404
        assert call("steward", f"{LAYERS}planning/{path}")[0] == 200


def test_a_sensitive_field_is_there_for_stewards_only(call):
    for name, there in (("grid_worker", False), ("steward", True)):
        schema = call(name, f"{LAYERS}planning/")[1]["schema"]
        features = call(name, f"{LAYERS}planning/features/")[1]["features"]
        assert ("容积率" in [field["name"] for field in schema]) is there
        assert ("容积率" in features[0]["properties"]) is there


def test_features_of_a_box_are_geojson(call):
    west, south = package.WEST, package.SOUTH
    box = f"{west + 0.0001},{south},{west + 0.0003},{south + 0.004}"
    status, answer = call("desk", f"{LAYERS}planning/features/?bbox={box}")
    (feature,) = answer["features"]
    assert (status, feature["id"]) == (200, "XC-00")
    assert set(feature) == {"type", "id", "geometry", "properties"}
    assert set(feature["geometry"]) == {"type", "coordinates"}
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}


def test_pages_of_features_hold_each_once(call):
    seen, address = [], f"{LAYERS}planning/features/?limit=4"
    while address:
        answer = call("desk", address)
        seen += ids(answer)
        address = answer[1]["next"]
    assert seen == [f"XC-{number:02d}" for number in range(6)]


def test_an_older_version_is_there_as_it_was(call):
    layer = Layer.objects.get(code="planning")
    row = Feature.objects.filter(layer=layer).earliest("key")
    Feature.objects.filter(pk=row.pk).update(known_to=2)
    assert row.key not in ids(call("desk", f"{LAYERS}planning/features/"))
    assert row.key in ids(call("desk", f"{LAYERS}planning/features/?version=1"))
    assert call("desk", f"{LAYERS}planning/features/?version=9")[0] == 404


def close_one_in_2024():
    """XC-00 stood from 2020 until 2024, all others since 2020."""
    rows = Feature.objects.filter(layer__code="planning")
    rows.update(valid=DateRange(date(2020, 1, 1), None))
    gone = DateRange(date(2020, 1, 1), date(2024, 1, 1))
    rows.filter(key="XC-00").update(valid=gone, known_to=2)


def test_features_of_a_day(call):
    close_one_in_2024()
    for day, count in (("2019-12-31", 0), ("2023-12-31", 6), ("2024-01-01", 5)):
        answer = call("desk", f"{LAYERS}planning/features/?at={day}")
        assert (len(ids(answer)), answer[1]["next"]) == (count, None)


def test_pages_of_a_day_hold_each_once(call):
    close_one_in_2024()
    seen, address = [], f"{LAYERS}planning/features/?limit=4&at=2023-05-01"
    while address:
        answer = call("desk", address)
        seen += ids(answer)
        address = answer[1]["next"]
    assert seen == [f"XC-{number:02d}" for number in range(6)]


def test_one_feature_of_a_day(call):
    close_one_in_2024()
    path = f"{LAYERS}planning/features/XC-00/"
    assert call("desk", path)[0] == 404
    assert call("desk", f"{path}?at=2023-05-01")[1]["id"] == "XC-00"
    assert "容积率" in call("steward", f"{path}?at=2023-05-01")[1]["properties"]
    assert "容积率" not in call("desk", f"{path}?at=2023-05-01")[1]["properties"]


def test_the_versions_are_listed(call):
    status, (version,) = call("desk", f"{LAYERS}planning/versions/")
    assert (status, version["number"], version["rows"]) == (200, 1, 6)


def test_cells_are_narrowed_by_street_and_box(call):
    assert len(ids(call("desk", CELLS))) == 16
    assert len(ids(call("desk", f"{CELLS}?street=110109001"))) == 8
    assert len(ids(call("desk", f"{CELLS}?community=110109001001"))) == 4
    lon, lat = package.inside(1, 1, 1)
    box = f"{lon},{lat},{lon},{lat}"
    assert ids(call("desk", f"{CELLS}?bbox={box}")) == [package.cell_code(1, 1, 1)]


def test_a_cell_is_a_feature(call):
    code = package.cell_code(1, 1, 1)
    status, cell = call("desk", f"{CELLS}{code}/")
    assert (status, cell["id"]) == (200, code)
    assert cell["properties"]["street"] == "110109001"
    assert 9000 < cell["properties"]["area"] < 10000


def test_cells_of_a_moment(call):
    code = package.cell_code(1, 1, 1)
    since = DateTimeTZRange(datetime(2020, 1, 1, tzinfo=UTC), None)
    GridCell.objects.filter(code=code).update(valid=since)
    for year, there in (("2019", False), ("2021", True)):
        at = f"?at={year}-10-01T08:00:00Z"
        assert (code in ids(call("desk", f"{CELLS}{at}"))) is there
        assert (call("desk", f"{CELLS}{code}/{at}")[0] == 200) is there


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{LAYERS}nothing/", 404),
        (f"{LAYERS}%00/", 404),
        (f"{LAYERS}planning/features/?bbox=x", 400),
        (f"{LAYERS}planning/features/?limit=-1", 400),
        (f"{LAYERS}planning/features/?version=x", 400),
        (f"{LAYERS}planning/features/?at=2024-05-01&version=1", 400),
        (f"{LAYERS}planning/features/?at=2024-05", 400),
        (f"{LAYERS}planning/features/?at=9999-12-31", 200),
        (f"{LAYERS}planning/features/?at=", 200),
        (f"{LAYERS}planning/features/?version=99999999999", 400),
        (f"{LAYERS}planning/features/?after=%00", 200),
        (f"{CELLS}1/", 404),
        (f"{CELLS}999999999999999/", 404),
        (f"{CELLS}?at=soon", 400),
        (f"{CELLS}?at=0001-01-01T00:00:00%2B14:00", 400),
        (f"{CELLS}?at=9999-12-31T23:59:59-14:00", 400),
        (f"{CELLS}?at=4387-08-05T04:44:36-17:33", 200),
        (f"{CELLS}?street=%00", 200),
    ],
)
def test_what_is_wrong_is_told(call, path, status):
    assert call("desk", path)[0] == status


@pytest.mark.parametrize(
    "path",
    [LAYERS, f"{LAYERS}planning/features/", CELLS, "/api/v1/units/"],
)
def test_a_list_is_few_queries(people, signed_in, django_assert_max_num_queries, path):
    client = signed_in(people["desk"])
    with django_assert_max_num_queries(7):
        client.get(path)
