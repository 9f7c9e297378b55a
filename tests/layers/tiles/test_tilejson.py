"""TileJSON and style, read as another program reads them."""

from typing import Any

import pytest
from django.test import Client

from layers.models import Layer
from tests.layers.fetching import WHOLE, fetch, read, url
from tests.sites import package


def told(client: Client, layer: str = "planning", **query: str) -> Any:
    response = client.get(f"/tiles/{layer}.json", query)
    assert response.status_code == 200
    return response.json()


def first_tile(client: Client, address: str) -> Any:
    """The tile at such an address, as a program fills it in."""
    assert address.startswith("http://testserver/tiles/")
    for part, number in (("z", WHOLE.z), ("x", WHOLE.x), ("y", WHOLE.y)):
        address = address.replace("{" + part + "}", str(number))
    return read(client, address.removeprefix("http://testserver"))


def test_a_program_that_reads_it_finds_the_tiles(client_of, planning):
    worker = client_of("grid_worker")
    said = told(worker)
    assert (said["tilejson"], said["scheme"]) == ("3.0.0", "xyz")
    found = first_tile(worker, said["tiles"][0])
    assert set(found) <= {shown["id"] for shown in said["vector_layers"]}
    names = {name for row in found["planning"] for name in row["properties"]}
    assert names == set(said["vector_layers"][0]["fields"]) == {"用地代码"}


def test_labels_are_a_layer_of_their_own(client_of):
    said = told(client_of("grid_worker"), "grid")
    assert [shown["id"] for shown in said["vector_layers"]] == ["grid", "grid.labels"]


def test_a_sensitive_field_is_told_to_stewards_only(client_of, planning):
    fields = [
        told(client_of(name))["vector_layers"][0]["fields"]
        for name in ("grid_worker", "steward")
    ]
    assert [("容积率" in some) for some in fields] == [False, True]
    assert fields[1] == {"用地代码": "String", "容积率": "Number"}


def test_it_says_where_and_how_near(client_of, planning):
    Layer.objects.filter(pk=planning.pk).update(minzoom=13)
    said = told(client_of("grid_worker"))
    west, south, east, north = said["bounds"]
    assert west == pytest.approx(package.WEST, abs=0.1)
    assert west < east
    assert south < north
    # Of 512 pixels: one less than people count.
    assert (said["minzoom"], said["maxzoom"]) == (12, 16)


def test_it_tells_of_a_day(client_of, planning):
    (address,) = told(client_of("grid_worker"), at="2024-05-01")["tiles"]
    assert "at=2024-05-01" in address


def test_a_layer_not_seen_or_not_there_is_not_found(client_of, planning):
    Layer.objects.filter(pk=planning.pk).update(sensitivity="sensitive")
    worker = client_of("grid_worker")
    for layer in ("planning", "none"):
        assert worker.get(f"/tiles/{layer}.json").status_code == 404
    assert told(client_of("steward"))["name"]


def test_a_style_is_whole_by_itself(client_of):
    """QGIS resolves no address: all of them must be whole, and answer."""
    worker = client_of("grid_worker")
    style = worker.get("/map/style.json").json()
    assert style["version"] == 8
    for code, source in style["sources"].items():
        found = first_tile(worker, source["tiles"][0])
        drawn = {
            one["source-layer"] for one in style["layers"] if one.get("source") == code
        }
        assert set(found) <= drawn | {f"{code}.labels"}


def test_other_programs_may_not_keep_what_changes(client_of, planning):
    worker = client_of("grid_worker")
    for path in ("/tiles/planning.json", "/map/style.json"):
        assert worker.get(path)["Cache-Control"] == "private, no-cache"
    assert fetch(worker, url("planning"))["Cache-Control"] == "private, no-cache"
