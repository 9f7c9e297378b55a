"""The style document and the legend: made from the layers that one may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.models import Layer
from layers.styles.legend import tree
from layers.styles.vocabulary import colour, dimmed, fields_of, styles_of
from tests.layers.making import publish_next

USE = {
    "code": "use",
    "title": {"zh-hans": "按用途", "en": "By use"},
    "type": "categorical",
    "field": "用地代码",
    "values": [
        {"value": "R2", "color": "#f6e27f"},
        {"value": ["B1"], "color": "#e2574c"},
    ],
    "label": {"field": "容积率"},
}
RATIO = {
    "code": "ratio",
    "type": "graduated",
    "field": "容积率",
    "steps": [{"from": 0, "color": "#eeeeee"}, {"from": 2, "color": "#888888"}],
}


@pytest.fixture
def planning(db):
    layer = Layer.objects.get(code="planning")
    layer.styles = [USE, RATIO]
    layer.save(update_fields=["styles"])
    return layer


@pytest.fixture
def document(signed_in, people):
    def document(name="grid_worker", **query):
        response = signed_in(people[name]).get("/map/style.json", query)
        assert response.status_code == 200
        return response.json()

    return document


def drawn(document, layer):
    return [one for one in document["layers"] if one.get("source") == layer]


def test_it_has_the_layers_one_sees(document):
    assert set(document()["sources"]) == {"regions", "grid", "planning", "addresses"}
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    assert set(document()["sources"]) == {"regions", "grid", "addresses"}
    assert "planning" in document("steward")["sources"]


def test_it_asks_nobody_else(document):
    found = document()
    assert "glyphs" not in found
    assert "sprite" not in found
    for source in found["sources"].values():
        assert source["tiles"][0].startswith("http://testserver/tiles/")


def test_a_new_version_has_a_new_address(document, planning):
    before = document()["sources"]["planning"]["tiles"]
    publish_next(planning)
    after = document()["sources"]["planning"]["tiles"]
    assert "/planning/1/" in before[0]
    assert "/planning/2/" in after[0]


def test_a_changed_style_has_a_new_address(document, planning):
    before = document()["sources"]["planning"]["tiles"]
    Layer.objects.filter(pk=planning.pk).update(styles=[USE])
    assert document()["sources"]["planning"]["tiles"] != before


def test_a_style_of_a_hidden_field_is_for_stewards(document, planning):
    styles = {one["metadata"]["govmap:style"] for one in drawn(document(), "planning")}
    assert styles == {"use"}
    seen = drawn(document("steward"), "planning")
    assert {one["metadata"]["govmap:style"] for one in seen} == {"use", "ratio"}


def test_a_hidden_field_stands_nowhere_in_the_document(signed_in, people, planning):
    page = signed_in(people["desk"]).get("/map/style.json").content.decode()
    assert "容积率" not in page


def test_only_the_first_style_is_shown_at_first(document, planning):
    for one in drawn(document("steward"), "planning"):
        first = one["metadata"]["govmap:style"] == "use"
        assert one["layout"]["visibility"] == ("visible" if first else "none")


def test_values_without_a_colour_are_not_drawn(document, planning):
    (fill,) = [one for one in drawn(document(), "planning") if one["type"] == "fill"]
    assert fill["filter"] == [
        "in",
        ["to-string", ["get", "用地代码"]],
        ["literal", ["R2", "B1"]],
    ]


def test_cell_codes_are_written_from_zoom_16(document):
    (label,) = [one for one in drawn(document(), "grid") if one["type"] == "symbol"]
    assert label["minzoom"] == 15  # in tiles of 512 pixels
    assert label["source-layer"] == "grid.labels"


def test_labels_lie_above_every_shape(document):
    kinds = [one["type"] for one in document()["layers"]]
    assert "symbol" not in kinds[: kinds.index("symbol")]
    assert set(kinds[kinds.index("symbol") :]) == {"symbol"}


def test_dark_is_another_document(document):
    light, dark = document(theme="light"), document(theme="dark")
    assert light["layers"][0]["paint"] != dark["layers"][0]["paint"]
    assert document(theme="pink") == light


def test_the_demonstration_is_said_on_the_map(document):
    assert document()["metadata"]["govmap:attribution"] == "测试数据"


def test_the_legend_has_what_the_map_draws(planning):
    styles = styles_of(planning, sees_sensitive=True)
    layers = [one for group in tree([(planning, styles)]) for one in group.layers]
    swatches = layers[0].styles[0].swatches
    assert [one.title for one in swatches] == ["R2", "B1"]
    assert [one.drawings[0].fill for one in swatches] == ["#f6e27f", "#e2574c"]


def test_the_tree_has_the_eight_classes(db):
    assert len(tree([])) == 8


def test_tiles_need_the_fields_of_all_styles(planning):
    styles = styles_of(planning, sees_sensitive=True)
    assert fields_of(styles) == ["容积率", "用地代码"]


def test_a_layer_without_a_visible_style_is_drawn_plainly(planning):
    planning.styles = [RATIO]
    (style,) = styles_of(planning, sees_sensitive=False)
    assert (style.type, style.fields) == ("simple", frozenset())


def test_colours():
    assert colour("water", "light") == "#a8c7e0"
    assert colour({"light": "#111111", "dark": "#222222"}, "dark") == "#222222"
    assert colour("#abcdef", "light") == "#abcdef"
    assert colour(None, "light") is None
    assert dimmed("#ffffff") < "#333333"


def test_it_is_made_by_few_queries(document, signed_in, people):
    client = signed_in(people["desk"])
    with CaptureQueriesContext(connection) as queries:
        client.get("/map/style.json")
    assert len(queries) <= 8, [query["sql"][:90] for query in queries]


def test_the_page_has_every_layer_with_its_legend(signed_in, people, planning):
    client = signed_in(people["steward"])
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/map/").content.decode()
    for code in ("regions", "grid", "planning", "addresses"):
        assert f'data-layer="{code}"' in page
    assert 'data-legend="ratio"' in page
    assert len(queries) <= 10, [query["sql"][:90] for query in queries]


def test_the_page_names_no_layer_one_may_not_see(signed_in, people, planning):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    page = signed_in(people["grid_worker"]).get("/map/").content.decode()
    assert "规划用地" not in page


@pytest.mark.parametrize("page", ["", "style.json", "here/", "search/"])
def test_one_signs_in_first(client, db, page):
    response = client.get(f"/map/{page}")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
