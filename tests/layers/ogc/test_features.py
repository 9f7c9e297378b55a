"""OGC API Features: what a program reads, narrowed and scoped."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pyproj
import pytest
from django.test import Client
from django.utils import timezone

from layers.models import Feature, Layer, ProgramToken
from layers.ogc import tokens
from layers.ogc.documents import CLASSES
from layers.ogc.systems import SYSTEMS

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/planning/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture
def worker(signed_in, people):
    return signed_in(people["grid_worker"])


@pytest.fixture
def steward(signed_in, people):
    return signed_in(people["steward"])


def keys(client: Client, **query: Any) -> list[str]:
    answer = client.get(f"{ITEMS}?{urlencode(query)}")
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["features"]]


def first(client: Client, crs: str = "") -> Any:
    query = {"limit": 1, **({"crs": crs} if crs else {})}
    answer = client.get(f"{ITEMS}?{urlencode(query)}")
    (x, y, *_), *_rest = answer.json()["features"][0]["geometry"]["coordinates"][0]
    return answer, x, y


def test_the_landing_page_leads_to_all(worker):
    said = worker.get("/ogc/").json()
    for one in said["links"]:
        assert worker.get(one["href"]).status_code == 200, one
    assert {one["rel"] for one in said["links"]} >= {
        *("self", "service-desc", "conformance", "data"),
    }
    assert worker.get("/ogc/conformance").json()["conformsTo"] == CLASSES


def test_collections_are_the_published_layers_that_one_sees(worker, steward):
    Layer.objects.filter(code="addresses").update(sensitivity="sensitive")
    seen = {one["id"] for one in worker.get("/ogc/collections").json()["collections"]}
    assert seen == {"regions", "grid", "planning"}
    assert worker.get("/ogc/collections/addresses").status_code == 404
    assert worker.get("/ogc/collections/addresses/items").status_code == 404
    assert steward.get("/ogc/collections/addresses/items").status_code == 200


def test_a_collection_says_where_it_lies_and_in_what(worker):
    said = worker.get("/ogc/collections/planning").json()
    west, south, east, north = said["extent"]["spatial"]["bbox"][0]
    assert 116 < west < east < 117
    assert 39 < south < north < 40
    assert said["crs"] == list(SYSTEMS)
    assert said["storageCrs"] == f"{EPSG}4490"


def test_sensitive_attributes_are_for_stewards(worker, steward):
    def names(client: Client) -> set[str]:
        (one, *_) = client.get(ITEMS).json()["features"]
        return set(one["properties"])

    assert names(steward) - names(worker) == {"容积率"}
    asked = f"{ITEMS}?{urlencode({'filter': '容积率 > 0'})}"
    assert worker.get(asked).status_code == 400
    assert worker.get(f"{ITEMS}?{urlencode({'容积率': 2})}").status_code == 400


def test_pages_join_without_gap_or_twice(worker):
    found, address = [], f"{ITEMS}?limit=4"
    while address:
        said = worker.get(address).json()
        found += [one["id"] for one in said["features"]]
        following = [one["href"] for one in said["links"] if one["rel"] == "next"]
        address = following[0] if following else ""
    assert found == [f"XC-{number:02d}" for number in range(6)]


def test_a_page_costs_the_same_however_long(worker, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        worker.get(f"{ITEMS}?limit=2000")


def test_longitude_stands_first_in_crs84_and_latitude_in_4490(worker):
    answer, lon, lat = first(worker)
    assert answer["Content-Crs"] == f"<{next(iter(SYSTEMS))}>"
    assert 116 < lon < 117
    _answer, north, east = first(worker, f"{EPSG}4490")
    assert (north, east) == (lat, lon)


@pytest.mark.parametrize("code", [4527, 3857])
def test_metres_are_those_of_proj_in_the_registers_order(worker, code):
    """PROJ as the register has it: 4527 northing first, 3857 easting first."""
    _answer, lon, lat = first(worker)
    move = pyproj.Transformer.from_crs(4490, code)
    answer, x, y = first(worker, f"{EPSG}{code}")
    assert (x, y) == pytest.approx(move.transform(lat, lon), abs=0.02)
    assert answer["Content-Crs"] == f"<{EPSG}{code}>"


def test_a_box_in_any_system_finds_the_same(worker):
    box = worker.get(f"{ITEMS}/XC-02").json()["geometry"]["coordinates"][0]
    lons, lats = zip(*box, strict=True)
    low, high = (min(lons) + 1e-5, min(lats) + 1e-5), (max(lons) - 1e-5, max(lats))
    for uri, system in SYSTEMS.items():
        to = pyproj.Transformer.from_crs(4490, system.srid, always_xy=True)
        corners = [to.transform(*low), to.transform(*high)]
        written = [c[::-1] if system.turned else c for c in corners]
        text = ",".join(str(number) for c in written for number in c)
        assert keys(worker, bbox=text, **{"bbox-crs": uri}) == ["XC-02"], uri


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"用地代码": "R2"}, ["XC-00", "XC-04"]),
        (
            {"filter": "用地代码 = 'R2' OR 用地代码 LIKE 'A%'"},
            ["XC-00", "XC-03", "XC-04"],
        ),
        ({"filter": "NOT 用地代码 IN ('R2', 'B1', 'G1')"}, ["XC-03", "XC-05"]),
        ({"filter": "CASEI(用地代码) = CASEI('u1')"}, ["XC-05"]),
        ({"filter": "容积率 BETWEEN 2 AND 2.5"}, ["XC-01", "XC-02"]),
        ({"filter": "3.5 < 容积率"}, ["XC-05"]),
        ({"容积率": "4"}, ["XC-05"]),
        ({"filter": "用地代码 IS NULL"}, []),
        ({"filter": "用地代码 <> 'R2' AND 容积率 < 2.5"}, ["XC-01"]),
        ({"filter": "FALSE"}, []),
    ],
)
def test_rows_are_filtered(steward, query, found):
    assert keys(steward, **query) == found


def test_rows_are_filtered_by_a_shape_in_any_system(worker):
    (ring,) = worker.get(f"{ITEMS}/XC-03").json()["geometry"]["coordinates"][:1]
    lons, lats = zip(*ring, strict=True)
    lon, lat = sum(lons[:4]) / 4, sum(lats[:4]) / 4
    assert keys(worker, filter=f"S_INTERSECTS(geometry, POINT({lon} {lat}))") == [
        "XC-03"
    ]
    said = {"filter": f"S_CONTAINS(geometry, POINT({lat} {lon}))"}
    assert keys(worker, **said, **{"filter-crs": f"{EPSG}4490"}) == ["XC-03"]
    away = f"S_DISJOINT(geometry, POINT({lon} {lat}))"
    assert len(keys(worker, filter=away)) == 5


def test_days_choose_what_stood_on_the_ground(worker):
    Feature.objects.filter(layer__code="planning", key="XC-01").update(
        valid="[2020-01-01,2021-01-01)"
    )
    Feature.objects.filter(layer__code="planning").exclude(key="XC-01").update(
        valid="[2021-01-01,)"
    )
    assert keys(worker, datetime="2020-06-01") == ["XC-01"]
    assert keys(worker, datetime="2020-06-01T08:00:00Z") == ["XC-01"]
    assert "XC-01" not in keys(worker, datetime="2021-01-01/..")
    assert len(keys(worker, datetime="../..")) == 6


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": "0"}, {"limit": "many"}, {"bbox": "1,2,3"}, {"bbox": "9,9,1,1"}),
        *({"crs": "EPSG:4326"}, {"datetime": "soon"}, {"datetime": "2021/2020"}),
        *({"filter": "用地代码 ="}, {"filter": "x = 1"}, {"nosuch": "1"}),
        *({"datetime": "../9999-12-31"}, {"datetime": "0001-01-01T00:00:00+14:00"}),
        *({"filter-lang": "cql-json"}, {"after": "x"}, {"f": "xml"}),
        {"filter": "S_WITHIN(geometry, POLYGON((0 0, 1 1)))"},
        {"filter": "S_OVERLAPS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))"},
        {"filter": "S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(116 39)))"},
        {"after": b64encode(b"[" * 3000).decode()},
    ],
)
def test_what_cannot_be_read_is_told(worker, query):
    answer = worker.get(f"{ITEMS}?{urlencode(query)}")
    assert answer.status_code == 400
    assert answer.json()["description"]


@pytest.mark.parametrize("crs", list(SYSTEMS)[:2])
def test_the_whole_earth_is_a_box_too(worker, crs):
    box = "-180,-90,180,90" if crs.endswith("84") else "-90,-180,90,180"
    assert len(keys(worker, bbox=box, **{"bbox-crs": crs})) == 6


def test_an_item_and_one_that_is_none(worker):
    said = worker.get(f"{ITEMS}/XC-00").json()
    assert (said["id"], said["type"]) == ("XC-00", "Feature")
    assert worker.get(f"{ITEMS}/XC-99").status_code == 404


def test_queryables_are_what_one_may_ask_about(worker):
    said = worker.get("/ogc/collections/planning/queryables").json()
    assert set(said["properties"]) == {"geometry", "地块编号", "用地代码"}


@pytest.mark.parametrize(
    "path",
    [
        *("/ogc/", "/ogc/conformance", "/ogc/collections", ITEMS, f"{ITEMS}/XC-00"),
        "/ogc/collections/planning",
    ],
)
def test_people_get_a_page(worker, path):
    answer = worker.get(path, headers={"Accept": "text/html,*/*"})
    assert answer["Content-Type"].startswith("text/html")


def test_a_stranger_is_asked_for_a_key_or_to_sign_in(client):
    answer = client.get("/ogc/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic")
    page = client.get("/ogc/", headers={"Accept": "text/html"})
    assert page.status_code == 302


def test_a_key_reads_in_its_persons_name(client, people):
    _row, key = tokens.make(people["steward"], "QGIS", 90)
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    bearer = {"Authorization": f"Bearer {key}"}
    basic = b64encode(f"anybody:{key}".encode()).decode()
    assert client.get(ITEMS, headers=bearer).status_code == 200
    answer = client.get(ITEMS, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200
    assert ProgramToken.objects.get().used_at


def test_only_the_digest_of_a_key_is_kept(people):
    row, key = tokens.make(people["steward"], "QGIS", 90)
    kept = ProgramToken.objects.values().get(pk=row.pk)
    assert key not in str(kept)
    assert key.startswith(row.begins)


@pytest.mark.parametrize("ended", ["revoked", "run out", "left", "wrong"])
def test_a_key_that_ended_reads_nothing(client, people, ended):
    row, key = tokens.make(people["steward"], "QGIS", 30)
    if ended == "revoked":
        tokens.revoke(row)
    if ended == "run out":
        ProgramToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if ended == "left":
        people["steward"].is_active = False
        people["steward"].save(update_fields=["is_active"])
    key = key[:-1] if ended == "wrong" else key
    answer = client.get("/ogc/", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401


def test_a_key_is_of_no_use_on_pages_and_in_the_api(client, people):
    _row, key = tokens.make(people["steward"], "QGIS", 30)
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/cases/", headers=bearer).status_code == 403
    assert client.get("/data/", headers=bearer).status_code == 302


def test_a_person_makes_and_revokes_keys_on_a_page(worker, people):
    answer = worker.post("/programs/", {"name": "QGIS", "days": "90"})
    key = answer.context["key"]
    assert key in answer.content.decode()
    assert key not in worker.get("/programs/").content.decode()
    row = ProgramToken.objects.get(person=people["grid_worker"])
    worker.post(f"/programs/{row.pk}/revoke/")
    row.refresh_from_db()
    assert row.revoked_at


def test_a_key_needs_a_name_and_there_are_ten_at_most(worker, people):
    assert worker.post("/programs/", {"name": " ", "days": "90"}).status_code == 400
    for _number in range(tokens.MOST):
        tokens.make(people["grid_worker"], "QGIS", 30)
    assert worker.post("/programs/", {"name": "x", "days": "30"}).status_code == 400


def test_nobody_revokes_anothers_key(worker, people):
    row, _key = tokens.make(people["steward"], "QGIS", 30)
    assert worker.post(f"/programs/{row.pk}/revoke/").status_code == 404
    assert worker.delete(f"/api/v1/program-tokens/{row.pk}/").status_code == 404


def test_the_api_makes_lists_and_revokes_keys(worker):
    made = worker.post(
        "/api/v1/program-tokens/", {"name": "脚本", "days": 30}, "application/json"
    )
    assert made.status_code == 201
    (row,) = worker.get("/api/v1/program-tokens/").json()
    assert (row["name"], "key" in row) == ("脚本", False)
    assert worker.delete(f"/api/v1/program-tokens/{row['id']}/").status_code == 204
    (row,) = worker.get("/api/v1/program-tokens/").json()
    assert row["revoked_at"]
