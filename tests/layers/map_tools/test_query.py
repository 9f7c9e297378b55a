"""空间查询: what lies in a drawn shape, or so near it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from layers.finding.area import read_corners, write_area
from layers.map_tools import exporting, querying
from layers.map_tools.shapes import Shape
from layers.models import Feature, Layer
from tests.sites import package

ALL = "regions,grid,planning,addresses"
LON, LAT = package.inside(1, 1, 1)


def box(half: float) -> str:
    west, south, east, north = LON - half, LAT - half, LON + half, LAT + half
    return write_area([(west, south), (east, south), (east, north), (west, north)])


@pytest.fixture
def ask(signed_in, people):
    def ask(name="desk", **more):
        query = {"kind": "area", "shape": box(0.001), "layers": ALL, **more}
        return signed_in(people[name]).get("/api/v1/map-query/", query)

    return ask


def counted(response):
    assert response.status_code == 200, response.content
    return {one["layer"]: one["number"] for one in response.json()["counts"]}


def lying_in(code, half):
    ground = Shape("area", box(half)).geometry
    return Feature.objects.filter(
        layer__code=code, known_to=None, geometry__intersects=ground
    )


def test_each_layer_shown_tells_how_many_lie_there(ask):
    assert counted(ask()) == {
        code: lying_in(code, 0.001).count()
        for code in ALL.split(",")
        if lying_in(code, 0.001).exists()
    }


def test_a_layer_that_is_not_shown_is_not_asked(ask):
    assert set(counted(ask(layers="grid"))) == {"grid"}


def test_a_spot_asks_as_far_around_as_it_says(ask):
    spot = write_area([(LON, LAT)])
    near = counted(ask(kind="spot", shape=spot, metres="1", layers="grid"))
    far = counted(ask(kind="spot", shape=spot, metres="400", layers="grid"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM layers_feature f JOIN layers_layer l ON"
            " l.id = f.layer_id WHERE l.code = 'grid' AND known_to IS NULL AND"
            " ST_DWithin(f.geometry::geography, ST_SetSRID(ST_Point(%s, %s), 4490)"
            "::geography, 400)",
            [LON, LAT],
        )
        assert far["grid"] == cursor.fetchone()[0] > near["grid"] == 1


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "circle"},
        {"shape": "!!"},
        {"shape": ""},
        {"kind": "spot", "shape": write_area([(LON, LAT)])},
        {"kind": "line", "shape": write_area([(LON, LAT)]), "metres": "5"},
        {"kind": "line", "shape": write_area([(0, 0), (180, 0)]), "metres": "5"},
        {"metres": "-1"},
        {"metres": "5001"},
        {"metres": "1e3"},
        {"at": "yesterday"},
    ],
)
def test_what_cannot_be_read_is_told(ask, more):
    assert ask(**more).status_code == 400


def test_what_no_table_can_hold_is_left_out(ask):
    assert set(counted(ask(layers="grid,\x00", layer="\x00", after="\x00"))) == {"grid"}


def test_a_sensitive_layer_is_asked_for_stewards_only(ask):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    assert "planning" not in counted(ask())
    assert "planning" in counted(ask("steward"))


def test_a_sensitive_field_is_told_to_stewards_only(ask):
    def columns(name):
        return ask(name, layer="planning").json()["table"]["columns"]

    assert "容积率" not in columns("desk")
    assert "容积率" in columns("steward")


def test_pages_follow_each_other_by_the_key(ask, monkeypatch):
    monkeypatch.setattr(querying, "PAGE", 2)
    keys, after = [], ""
    while after is not None:
        table = ask(shape=box(0.01), layers="grid", after=after).json()["table"]
        keys += [row["key"] for row in table["rows"]]
        after = table["following"]
    assert keys == sorted(lying_in("grid", 0.01).values_list("key", flat=True))


def test_more_than_are_counted_is_said(ask, monkeypatch):
    monkeypatch.setattr(querying, "MOST", 1)
    (count,) = ask(shape=box(0.01), layers="grid").json()["counts"]
    assert (count["number"], count["more"]) == (1, True)


def test_the_number_of_queries_does_not_grow_with_the_layers(signed_in, people):
    client = signed_in(people["desk"])

    def queries(layers):
        query = {"kind": "area", "shape": box(0.001), "layers": layers}
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/map/query/", query)
        return len(asked)

    queries(ALL)
    assert queries(ALL) == queries("grid") <= 10


def test_the_page_lists_rows_and_leads_to_the_cases(signed_in, people):
    query = {"kind": "area", "shape": box(0.001), "layers": ALL, "layer": "planning"}
    page = signed_in(people["desk"]).get("/map/query/", query).content.decode()
    assert "XC-00" in page
    assert f"/cases/search/?area={box(0.001)}" in page


def test_what_lies_there_is_exported_with_the_columns_one_may_see(signed_in, people):
    client = signed_in(people["supervisor"])
    page = f"/exports/new/?register=ground-planning&kind=area&shape={box(0.001)}"
    text = client.get(page).content.decode()
    assert "用地代码" in text
    assert "容积率" not in text
    sent = {"columns": ["key"], "form": "csv", "purpose": "现场核对"}
    assert client.post(page, sent).status_code == 302


def test_a_layer_that_one_does_not_see_is_no_export(signed_in, people):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    page = f"/exports/new/?register=ground-planning&kind=area&shape={box(0.001)}"
    assert signed_in(people["supervisor"]).get(page).status_code == 404


def test_two_layers_whose_codes_begin_alike_are_two_lists(planning):
    same = {"kind": planning.kind, "provider": planning.provider}
    for end in "ab":
        named = {"code": "x" * 39 + end, "titles": {"zh-hans": end}}
        layer = Layer.objects.create(geometry="point", **named, **same)
        found = exporting.found_by_name(exporting.name_of(layer))
        assert (found.name, found.title) == (exporting.name_of(layer), end)


def test_nobody_learns_from_a_refusal_that_a_layer_exists(signed_in, people):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    client = signed_in(people["volunteer"])
    asked = f"kind=area&shape={box(0.001)}"
    for name, status in (("planning", 404), ("nosuch", 404), ("grid", 403)):
        page = f"/exports/new/?register=ground-{name}&{asked}"
        assert client.get(page).status_code == status
        said = {"register": f"ground-{name}", "query": asked, "form": "csv"}
        sent = client.post("/api/v1/exports/", said, "application/json")
        assert sent.status_code == status


corner = st.tuples(
    st.integers(-18_000_000, 18_000_000), st.integers(-9_000_000, 9_000_000)
).map(lambda pair: (pair[0] / 100_000, pair[1] / 100_000))


@given(st.lists(corner, min_size=1, max_size=20))
def test_corners_come_back_from_an_address_as_they_went(corners):
    assert read_corners(write_area(corners)) == corners
