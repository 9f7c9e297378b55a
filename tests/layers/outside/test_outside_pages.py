"""The pages and the API of outside layers."""

from typing import Any

import pytest

from accounts.models import Unit
from layers.models import Layer, LayerChange, OutsideAnswer, OutsideSource
from tests.layers.outside import serving

pytestmark = pytest.mark.django_db
NEW = "/data/outside/new/"
API = "/api/v1/outside-layers/"


@pytest.fixture
def system(signed_in, people):
    return signed_in(people["system"])


@pytest.fixture
def sent(server, people) -> dict[str, Any]:
    """What fills in the form."""
    provider = Layer.objects.get(code="planning").provider_id
    return {
        **{"code": "sky", "title": "影像", "kind": "imagery", "provider": provider},
        **{"sensitivity": "internal", "protocol": "xyz", "secret": serving.KEY},
        **{"address": f"{server.url}/{{z}}/{{x}}/{{y}}?tk={{key}}", "matrix": "{z}"},
        **{"system": "EPSG:3857", "format": "image/png", "version": "1.3.0"},
        **{"first": 0, "last": 18, "minzoom": 0, "keep_hours": 24, "in_use": "on"},
        **{"attribution": "测试影像", "visible": "on"},
    }


def test_an_administrator_adds_one_and_it_is_on_the_map(system, sent):
    answer = system.post(NEW, sent)
    assert answer.headers["Location"] == "/data/sky/"
    style = system.get("/map/style.json").json()
    assert style["sources"]["sky"]["attribution"] == "测试影像"
    under = [layer["id"] for layer in style["layers"]]
    assert under.index("sky:picture") == 1  # above the land, below the areas
    assert "影像" in system.get("/map/").content.decode()
    assert LayerChange.objects.filter(layer__code="sky", by__username="system")


def test_a_label_layer_lies_over_areas(system, sent):
    system.post(NEW, {**sent, "over": "on"})
    drawn = [layer["type"] for layer in system.get("/map/style.json").json()["layers"]]
    assert drawn.index("raster") > drawn.index("fill")


def test_trying_shows_the_picture_and_keeps_nothing(system, sent, server):
    page = system.post(NEW, {**sent, "do": "try"}).content.decode()
    assert "data:image/png;base64," in page
    assert f"tk={serving.KEY}" in server.asked[0]
    assert not OutsideSource.objects.exists()


def test_trying_says_why_there_is_no_picture(system, sent, server):
    server.instead = (403, b"", {})
    page = system.post(NEW, {**sent, "do": "try"}).content.decode()
    assert "HTTP 403" in page
    assert "data:image/png" not in page


def test_the_key_is_on_no_page_and_stays_if_none_is_typed(system, sent):
    system.post(NEW, sent)
    system.post("/data/outside/sky/", {**sent, "secret": "", "title": "新名"})
    assert OutsideSource.objects.get().secret.open() == serving.KEY
    for page in ("/data/outside/sky/", "/data/sky/", "/data/outside/", "/map/"):
        assert serving.KEY not in system.get(page).content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("address", "https://elsewhere.example.cn/{z}/{x}/{y}"),
        ("address", "http://127.0.0.1/{z}/{x}/{y}?tk=openkey"),
        ("address", "http://{x}.example.cn/{z}/{x}/{y}"),
        ("address", "{server}/{z}/{x}"),
        ("address", "https://[/{z}/{x}/{y}"),
        ("code", "planning"),
        ("last", 23),
        ("keep_hours", 0),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(system, sent, server, name, value):
    value = str(value).replace("{server}", server.url)
    answer = system.post(NEW, {**sent, name: value})
    assert answer.status_code == 400
    assert f"id_{name}-error-1" in answer.content.decode()


def test_a_key_goes_to_no_other_server_by_itself(system, sent, settings):
    settings.OUTSIDE_HOSTS = [*settings.OUTSIDE_HOSTS, "elsewhere.example.cn"]
    system.post(NEW, sent)
    moved = {
        **sent,
        "secret": "",
        "address": "https://elsewhere.example.cn/{z}/{x}/{y}",
    }
    with_key = {**moved, "address": f"{moved['address']}?tk={{key}}"}
    assert system.post("/data/outside/sky/", with_key).status_code == 400
    # Neither in two steps.
    assert system.post("/data/outside/sky/", moved).status_code == 302
    assert not OutsideSource.objects.get().secret


def test_only_the_chief_data_officer_hands_it_to_another(system, sent):
    system.post(NEW, sent)
    other = Unit.objects.exclude(pk=sent["provider"]).exclude(kind="community")[0]
    answer = system.post("/data/outside/sky/", {**sent, "provider": other.pk})
    assert answer.status_code == 400
    assert "id_provider-error-1" in answer.content.decode()


def test_trying_what_is_not_saved_says_nothing_of_the_source(
    source, system, sent, server
):
    source()
    server.instead = (500, b"", {})
    other = {**sent, "secret": "", "address": f"{server.url}/no/{{z}}/{{x}}/{{y}}"}
    answer = system.post("/data/outside/sky/", {**other, "do": "try"})
    assert "HTTP 500" in answer.content.decode()
    assert not OutsideAnswer.objects.exists()


def test_the_form_fills_in_tianditu(system):
    page = system.get(f"{NEW}?preset=cva-c").content.decode()
    assert "https://t0.tianditu.gov.cn/cva_c/wmts?tk={key}" in page


def test_the_catalogue_says_how_it_answers(source, server, system, signed_in, people):
    source()
    worker = signed_in(people["grid_worker"])
    assert "未请求过" in worker.get("/data/").content.decode()
    server.instead = (500, b"", {})
    worker.get("/outside/sky/3/1/1")
    assert "无应答" in worker.get("/data/").content.decode()


def test_nothing_is_imported_into_it(source, signed_in, people):
    source()
    officer = signed_in(people["chief_data_officer"])
    assert officer.get("/data/sky/imports/").status_code == 403
    assert officer.get("/data/sky/edit/").status_code == 404
    assert officer.get("/data/sky/style/").status_code == 404


def test_out_of_use_and_back(source, system):
    source()
    assert 'name="in_use" value="no"' in system.get("/data/sky/").content.decode()
    for _clicked_twice in range(2):
        system.post("/data/outside/sky/use/", {"in_use": "no"})
    assert "sky" not in system.get("/map/style.json").json()["sources"]
    system.post("/data/outside/sky/use/", {"in_use": "yes"})
    assert "sky" in system.get("/map/style.json").json()["sources"]


def test_the_api_makes_changes_and_tries(system, sent, server):
    data = {**sent, "provider": "110109", "over": False, "in_use": True}
    made = system.post(API, data, "application/json")
    assert made.status_code == 201, made.content
    changed = system.patch(f"{API}sky/", {"title": "航片"}, "application/json").json()
    assert (changed["title"], changed["last"]) == ("航片", 18)
    assert system.post(f"{API}sky/try/").json()["ok"] is True
    assert serving.KEY not in str([made.json(), changed, system.get(API).json()])


def test_who_does_not_keep_it_reads_no_address(source, signed_in, people):
    source()
    (row,) = signed_in(people["grid_worker"]).get(API).json()
    assert "address" not in row
    assert row["protocol"] == "xyz"


def test_the_list_costs_the_same_with_many(
    source, system, django_assert_max_num_queries
):
    for number in range(6):
        source(code=f"sky{number}")
    with django_assert_max_num_queries(16):
        system.get("/data/outside/")
