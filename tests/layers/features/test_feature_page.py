"""A feature's page and its history, over the page and over the API."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from layers.features.history import steps_of
from layers.models import Layer
from tests.layers import files
from tests.layers.features.test_time import undo

STREETS = "/data/buildings/features/"
FIELDS = [
    *files.FIELDS,
    {"name": "电话", "type": "string", "required": False, "sensitivity": "sensitive"},
]
ALL = {"编号", "用途", "层数", "电话"}


@pytest.fixture
def layer(db: None) -> Layer:
    return files.a_layer(schema=FIELDS)


@pytest.fixture
def versions(layer: Layer, tmp_path: Any) -> Callable[..., None]:
    """Versions of one building each, or of none, a year apart from 2020 on."""

    def make(*rows: dict[str, Any] | None) -> None:
        other = {"编号": "other", "geometry": files.square(9)}
        for number, row in enumerate(rows):
            given = (
                [other, {"编号": "F1", "geometry": files.square(1)} | row]
                if (row is not None)
                else [other]
            )
            path = files.geojson(tmp_path / f"{number}.geojson", given)
            layer.refresh_from_db()
            run = files.bring_in(layer, path, as_of=f"{2020 + number}-01-01")
            assert run.status == "done", run.message
        layer.refresh_from_db()

    return make


def changes(layer: Layer) -> list[str]:
    return [step.change for step in steps_of(layer, "F1", shown=ALL)]


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_life_is_told_from_its_end(layer, versions):
    versions({"用途": "住宅"}, {"用途": "商业"}, None, {"用途": "商业"})
    assert changes(layer) == ["back", "gone", "changed", "new"]


def test_a_step_says_from_when_until_when(layer, versions):
    versions({"用途": "住宅"}, {"用途": "商业"})
    changed, new = steps_of(layer, "F1", shown=ALL)
    assert (new.since, new.until) == (date(2020, 1, 1), date(2021, 1, 1))
    assert (changed.since, changed.until) == (date(2021, 1, 1), None)


def test_a_changed_field_is_told_old_and_new(layer, versions):
    versions({"用途": "住宅", "层数": 3}, {"用途": "商业", "层数": 3})
    (change,) = steps_of(layer, "F1", shown=ALL)[0].fields
    assert (change.name, change.old, change.new) == ("用途", "住宅", "商业")


def test_a_changed_shape_is_told_in_metres(layer, versions):
    square = files.square(1)
    versions({}, {"geometry": shapely.affinity.translate(square, xoff=0.001)})
    step = steps_of(layer, "F1", shown=ALL)[0]
    assert step.moved == pytest.approx(85.4, abs=0.5)  # a thousandth degree here
    assert step.grown == pytest.approx(0, abs=0.01)


def test_growth_is_told_in_square_metres(layer, versions):
    versions({}, {"geometry": files.square(1, size=0.0004)})
    step = steps_of(layer, "F1", shown=ALL)[0]
    assert step.grown == pytest.approx(3 * 17.07 * 22.2, rel=0.01)


def test_a_sensitive_field_is_told_to_stewards_only(versions, signed_in, people, layer):
    versions({"电话": "111"}, {"电话": "222"})
    for name, there in (("grid_worker", False), ("steward", True)):
        page = text(signed_in(people[name]).get(f"{STREETS}F1/"))
        assert ("222" in page) is there
        assert ("您可见的内容没有变化" in page) is not there


def test_what_was_withdrawn_never_was(layer, versions):
    versions({"用途": "住宅"}, {"用途": "商业"})
    undo(layer.published)
    back, mistake, first = steps_of(layer, "F1", shown=ALL)
    assert (back.fields[0].new, mistake.was_never) == ("住宅", True)
    assert first.since == date(2020, 1, 1)


def test_the_page_of_a_day_shows_that_day(versions, signed_in, people):
    versions({"用途": "住宅"}, {"用途": "商业"})
    client = signed_in(people["grid_worker"])
    told = "<dt>用途</dt><dd>{}</dd>"
    assert told.format("住宅") in text(client.get(f"{STREETS}F1/?at=2020-06-01"))
    assert told.format("商业") in text(client.get(f"{STREETS}F1/"))
    assert "当日不存在" in text(client.get(f"{STREETS}F1/?at=2019-06-01"))


def test_what_is_gone_keeps_its_page(versions, signed_in, people):
    versions({"用途": "住宅"}, None)
    assert "已消失" in text(signed_in(people["grid_worker"]).get(f"{STREETS}F1/"))


@pytest.mark.parametrize("day", ["soon", "2024-02-30", "20240501", "2024-5-1"])
def test_a_day_that_is_none_is_refused(signed_in, people, day):
    client = signed_in(people["grid_worker"])
    client.raise_request_exception = False
    paths = ("/map/", "/map/here/", "/data/planning/features/XC-00/")
    query = {"at": day, "lon": 116.3, "lat": 39.9}
    for path in (*paths, "/api/v1/layers/planning/features/"):
        answer = client.get(path, query)
        assert (answer.status_code, "2024-05-01" in answer.content.decode()) == (
            400,
            True,
        )


@pytest.mark.parametrize(
    "key", ["甲/1", "a//b", "..", ".", "~2F", "x y", "?&#%", "a\\b", "F1/history", "'<"]
)
def test_a_key_may_hold_any_signs(layer, tmp_path, signed_in, people, key):
    row = {"编号": key, "geometry": files.square(1)}
    assert files.bring_in(layer, files.geojson(tmp_path / "f.geojson", [row])).version
    client = signed_in(people["grid_worker"])
    told = {"code": "buildings", "key": key}
    assert text(client.get(reverse("layers:feature", kwargs=told)))
    answer = client.get(reverse("api:layer-feature", kwargs=api_key(told)))
    assert answer.json()["id"] == key


def api_key(told: dict[str, str]) -> dict[str, str]:
    """As a program writes it: what the converter of the pages does by itself."""
    from layers.converters import KeyConverter

    return {**told, "key": KeyConverter().to_url(told["key"])}


@pytest.mark.parametrize("key", ["nothing", "%00", "~00", "%FF"])
def test_an_unknown_key_is_not_found(signed_in, people, key):
    client = signed_in(people["grid_worker"])
    assert client.get(f"/data/planning/features/{key}/").status_code == 404
    for end in ("", "history/"):
        path = f"/api/v1/layers/planning/features/{key}/{end}"
        assert client.get(path).status_code == 404


def test_the_history_over_the_api(versions, signed_in, people):
    versions({"用途": "住宅"}, {"用途": "商业"}, None)
    client = signed_in(people["grid_worker"])
    rows = client.get("/api/v1/layers/buildings/features/F1/history/").json()
    assert [(row["version"], row["change"]) for row in rows] == [
        (3, "gone"),
        (2, "changed"),
        (1, "new"),
    ]
    assert rows[1]["fields_changed"][0]["new"] == "商业"
    assert (rows[1]["since"], rows[1]["until"]) == ("2021-01-01", "2022-01-01")


def test_what_lies_here_leads_to_its_page(signed_in, people):
    client = signed_in(people["grid_worker"])
    query = {"lon": 116.3005, "lat": 39.9035, "layers": "planning", "zoom": 18}
    assert quote("/data/planning/features/XC-00/") in text(
        client.get("/map/here/", query)
    )


def test_the_page_needs_few_queries(versions, signed_in, people):
    versions({"用途": "住宅"}, {"用途": "商业"}, None, {"用途": "商业"})
    client = signed_in(people["desk"])
    client.get(f"{STREETS}F1/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{STREETS}F1/")
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]
