"""What lies at a place: the fragment that a click on the map asks for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.models import Layer
from tests.sites import package

INSIDE = package.inside(1, 1, 1)
ALL = "regions,grid,planning,addresses"


@pytest.fixture
def ask(signed_in, people):
    def ask(name="grid_worker", place=INSIDE, layers=ALL, zoom=18):
        query = {"lon": place[0], "lat": place[1], "zoom": zoom, "layers": layers}
        return signed_in(people[name]).get("/map/here/", query)

    return ask


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_it_names_the_ground(ask):
    page = text(ask())
    for word in ("东街街道", "东街第1社区", package.cell_code(1, 1, 1), "1号院1号楼"):
        assert word in page


def test_it_lists_the_features_of_the_layers_shown(ask):
    page = text(ask())
    assert "XC-00" in page
    assert "规划用地" in page


def test_a_layer_that_is_not_shown_is_not_named(ask):
    assert "XC-00" not in text(ask(layers="grid"))


def test_a_sensitive_layer_is_named_to_stewards_only(ask):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    assert "XC-00" not in text(ask())
    assert "XC-00" in text(ask("steward"))


def test_a_sensitive_field_is_named_to_stewards_only(ask):
    assert "容积率" not in text(ask())
    assert "容积率" in text(ask("steward"))


def test_codes_are_read_as_words(ask):
    layer = Layer.objects.get(code="planning")
    layer.schema[1]["codes"] = {"R2": {"zh-hans": "二类居住用地"}}
    layer.save(update_fields=["schema"])
    assert "二类居住用地" in text(ask())


def test_a_point_is_hit_from_some_pixels_away(ask):
    near = (INSIDE[0] + 0.0001 + 0.00001, INSIDE[1])  # about a metre
    assert "东街街道甲1街1号院1号楼" in text(ask(place=near, layers="addresses"))
    far = (INSIDE[0] - 0.0003, INSIDE[1])
    assert 'map-hit"' not in text(ask(place=far, layers="addresses"))


def test_outside_the_grid_is_said(ask):
    page = text(ask(place=package.OUTSIDE_GRID))
    assert "网格外" in page
    assert "西街街道" in page


def test_outside_the_district_is_said(ask):
    assert "区外" in text(ask(place=package.OUTSIDE_DISTRICT))


def test_a_sensitive_register_says_nothing_of_the_ground(ask):
    Layer.objects.filter(code="grid").update(sensitivity="sensitive")
    assert package.cell_code(1, 1, 1) not in text(ask())


@pytest.mark.parametrize("query", ["", "?lon=1", "?lon=x&lat=2", "?lon=1e9&lat=nan"])
def test_a_place_that_is_none_is_refused(signed_in, people, query):
    client = signed_in(people["grid_worker"])
    client.raise_request_exception = False
    headers = {"X-Requested-With": "fetch"}
    assert client.get(f"/map/here/{query}", headers=headers).status_code == 400


def test_it_needs_few_queries(signed_in, people):
    client = signed_in(people["grid_worker"])
    query = {"lon": INSIDE[0], "lat": INSIDE[1], "zoom": 18, "layers": ALL}
    with CaptureQueriesContext(connection) as queries:
        client.get("/map/here/", query)
    assert len(queries) <= 11, [query["sql"][:90] for query in queries]
