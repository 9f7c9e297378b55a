"""A sheet of the map: the layers asked for that one sees, with their legend."""

from layers.models import Layer


def text(client, query=""):
    answer = client.get(f"/map/print/?layers={query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_legend_has_the_layers_asked_for(signed_in, people):
    page = text(signed_in(people["desk"]), "grid,planning")
    assert "grid~" in page
    assert "规划用地" in page
    assert "addresses~" not in page


def test_a_layer_that_one_does_not_see_is_not_named(signed_in, people):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    assert "规划用地" not in text(signed_in(people["desk"]), "grid,planning")


def test_a_style_that_is_asked_for_is_the_legends(planning, signed_in, people):
    client = signed_in(people["steward"])
    assert "planning~ratio" in text(client, "planning~ratio")
    assert "planning~use" in text(client, "planning~no-such")


def test_it_says_who_printed_what_state_of_the_data(signed_in, people):
    page = signed_in(people["desk"]).get("/map/print/?layers=grid&at=2026-05-01")
    assert "2026-05-01" in page.content.decode()
    assert str(people["desk"]) in page.content.decode()
