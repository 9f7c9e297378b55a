"""Vector tiles: what they hold, who gets them, and for how long they may be kept."""

import gzip
import math
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from layers.models import Feature, Layer, Overview, Version
from layers.models.catalogue import may_see
from layers.overviews import make_overviews
from layers.tile_cache import TileCache, pack
from layers.tiles import Place, drawing_of, tile_of
from tests.layers.decoding import decode
from tests.sites import package

SignIn = Callable[[User], Client]
ClientOf = Callable[[str], Client]


def place_of(lon: float, lat: float, z: int) -> Place:
    """The tile that holds a place."""
    turned = math.asinh(math.tan(math.radians(lat))) / math.pi
    return Place(z, int((lon + 180) / 360 * 2**z), int((1 - turned) / 2 * 2**z))


MIDDLE = (package.WEST + 3 * package.STEP, package.SOUTH + 2 * package.STEP)
WHOLE = place_of(*MIDDLE, 12)  # holds the whole test site
FAR = place_of(*MIDDLE, 10)
NEAR = place_of(*package.inside(1, 1, 1), 16)


def url(layer: str, place: Place = WHOLE, version: int = 1) -> str:
    return f"/tiles/{layer}/{version}/{place.z}/{place.x}/{place.y}.mvt"


def fetch(client: Client, address: str, **headers: str) -> Any:
    return client.get(address, headers={"Accept-Encoding": "gzip", **headers})


def body(response: Any) -> bytes:
    packed = response.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(response.content) if packed else response.content


def tile(client: Client, layer: str, place: Place = WHOLE, version: int = 1) -> Any:
    response = fetch(client, url(layer, place, version))
    assert response.status_code == 200
    return decode(body(response))


@pytest.fixture
def client_of(signed_in: SignIn, people: dict[str, User]) -> ClientOf:
    return lambda name: signed_in(people[name])


@pytest.fixture
def planning(db: None) -> Layer:
    """Drawn by a public and a sensitive attribute."""
    layer = Layer.objects.get(code="planning")
    layer.styles = [
        {
            "code": "use",
            "type": "categorical",
            "field": "用地代码",
            "values": [{"value": "R2", "color": "#f6e27f"}],
        },
        {
            "code": "ratio",
            "type": "graduated",
            "field": "容积率",
            "steps": [{"from": 0, "color": "#eeeeee"}],
        },
    ]
    layer.save(update_fields=["styles"])
    return layer


def hide(code: str) -> None:
    Layer.objects.filter(code=code).update(sensitivity=Layer.Sensitivity.SENSITIVE)


def test_a_tile_holds_the_features_of_its_ground(client_of, planning):
    found = tile(client_of("grid_worker"), "planning")["planning"]
    known = Feature.objects.filter(layer=planning)
    assert {row["id"] for row in found} == set(known.values_list("pk", flat=True))


def test_a_tile_leaves_out_what_lies_elsewhere(client_of, planning):
    found = tile(client_of("grid_worker"), "planning", NEAR)["planning"]
    assert 0 < len(found) < Feature.objects.filter(layer=planning).count()


def test_a_tile_carries_only_what_the_style_needs(client_of, planning):
    found = tile(client_of("grid_worker"), "planning")["planning"]
    assert {name for row in found for name in row["properties"]} == {"用地代码"}
    assert sorted(row["properties"]["用地代码"] for row in found)[0] == "A33"


def test_a_sensitive_attribute_is_for_stewards(client_of, planning):
    found = tile(client_of("steward"), "planning")["planning"]
    assert {row["properties"]["容积率"] for row in found} == {1.5, 2, 2.5, 3, 3.5, 4}


def test_polygons_have_their_name_in_one_tile_only(client_of):
    names = tile(client_of("grid_worker"), "grid", NEAR)["grid.labels"]
    assert {row["kind"] for row in names} == {"point"}
    cells = tile(client_of("grid_worker"), "grid", NEAR)["grid"]
    assert len(names) < len(cells)  # those that only reach in have theirs next door


def test_an_empty_tile_is_empty(client_of):
    response = fetch(client_of("grid_worker"), url("planning", Place(12, 0, 0)))
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    "address",
    [
        "/tiles/planning/1/12/4096/0.mvt",
        "/tiles/planning/1/19/0/0.mvt",
        "/tiles/planning/9/12/0/0.mvt",
        "/tiles/planning/1/12/99999999999/0.mvt",
        "/tiles/none/1/12/0/0.mvt",
    ],
)
def test_what_does_not_exist_is_not_found(client_of, address):
    assert fetch(client_of("steward"), address).status_code == 404


def test_nobody_gets_a_tile_without_signing_in(db):
    assert fetch(Client(), url("planning")).status_code == 403


def test_a_sensitive_layer_is_not_found_but_by_stewards(client_of):
    hide("planning")
    for name in ("grid_worker", "desk", "supervisor", "system", "nobody"):
        assert fetch(client_of(name), url("planning")).status_code == 404
    assert fetch(client_of("steward"), url("planning")).status_code == 200


def test_one_layer_and_the_list_agree_on_who_sees_it(people):
    for sensitivity in Layer.Sensitivity.values:
        Layer.objects.filter(code="grid").update(sensitivity=sensitivity)
        for user in people.values():
            listed = Layer.objects.visible_to(user).filter(code="grid").exists()
            assert may_see(sensitivity, user) == listed


def test_a_kept_tile_is_still_refused(client_of):
    """The disk knows the tile, the person may not."""
    worker = client_of("grid_worker")
    assert fetch(worker, url("planning")).status_code == 200
    hide("planning")
    assert fetch(worker, url("planning")).status_code == 404


@pytest.mark.parametrize(
    ("layer", "name", "expected"),
    [
        ("regions", "grid_worker", "public, max-age=31536000, immutable"),
        ("grid", "grid_worker", "private, max-age=31536000, immutable"),
        ("planning", "grid_worker", "private, max-age=31536000, immutable"),
        ("planning", "steward", "private, no-store"),
    ],
)
def test_how_long_a_browser_may_keep_it(client_of, planning, layer, name, expected):
    assert fetch(client_of(name), url(layer))["Cache-Control"] == expected


def test_a_sensitive_layer_is_kept_nowhere(client_of, var_folder):
    hide("grid")
    response = fetch(client_of("steward"), url("grid", Place(11, 1, 1)))
    assert response["Cache-Control"] == "private, no-store"
    assert not list((var_folder / "tiles").glob("grid/*/11/1/1"))


def test_the_same_content_is_not_sent_twice(client_of):
    worker = client_of("grid_worker")
    mark = fetch(worker, url("grid"))["ETag"]
    again = fetch(worker, url("grid"), **{"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"].endswith("immutable")


def test_a_refused_reader_learns_nothing_by_a_mark(client_of):
    worker = client_of("grid_worker")
    mark = fetch(worker, url("grid"))["ETag"]
    hide("grid")
    refused = fetch(worker, url("grid"), **{"If-None-Match": mark})
    assert refused.status_code == 404


def test_readers_of_different_content_have_different_marks(client_of, planning):
    marks = {
        fetch(client_of(name), url("planning"))["ETag"]
        for name in ("grid_worker", "desk", "steward")
    }
    assert len(marks) == 2


def test_another_style_has_another_mark(client_of, planning):
    worker = client_of("grid_worker")
    before = fetch(worker, url("planning"))["ETag"]
    Layer.objects.filter(pk=planning.pk).update(styles=[])
    assert fetch(worker, url("planning"))["ETag"] != before


def test_a_browser_without_gzip_gets_it_plain(client_of):
    worker = client_of("grid_worker")
    plain = worker.get(url("grid"))
    assert "Content-Encoding" not in plain.headers
    assert plain.content == body(fetch(worker, url("grid")))


def close_one(layer: Layer) -> Feature:
    """A second version that knows one feature less."""
    gone = Feature.objects.filter(layer=layer).earliest("pk")
    Feature.objects.filter(pk=gone.pk).update(known_to=2)
    row = {"source_name": "2", "source_sha256": "2" * 64}
    first = Version.objects.get(layer=layer)
    layer.published = Version.objects.create(
        layer=layer, number=2, published_at=first.published_at, **row
    )
    layer.save(update_fields=["published"])
    return gone


def test_an_older_version_is_drawn_as_it_was_known(client_of, planning):
    worker = client_of("grid_worker")
    gone = close_one(planning)
    ids = [
        {row["id"] for row in tile(worker, "planning", version=number)["planning"]}
        for number in (1, 2)
    ]
    assert ids[0] - ids[1] == {gone.pk}


def test_a_version_published_meanwhile_does_not_show(planning):
    """What is open now belongs to the next version already."""
    drawing = drawing_of(planning.published, sees_sensitive=False)
    gone = close_one(planning)
    found = decode(tile_of(drawing, WHOLE, is_current=True))["planning"]
    assert gone.pk in {row["id"] for row in found}


def test_a_draft_has_no_tiles(client_of, planning):
    row = {"source_name": "", "source_sha256": ""}
    Version.objects.create(layer=planning, number=3, published_at=None, **row)
    response = fetch(client_of("steward"), url("planning", version=3))
    assert response.status_code == 404


def test_a_warm_tile_needs_three_queries(client_of):
    worker = client_of("grid_worker")
    fetch(worker, url("grid"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        fetch(worker, url("grid"))
    assert len(queries) <= 3, [query["sql"][:90] for query in queries]


def crowd(layer: Layer, side: int) -> None:
    """Fill a square of 0.02 degrees with small houses, side x side of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO layers_feature
                (layer_id, key, known_from, geometry, mercator, properties, cell)
            SELECT %s, 'h' || x || '-' || y, 1, place, ST_Transform(place, 3857),
                   '{"用地代码": "R2"}', ''
              FROM generate_series(1, %s) x, generate_series(1, %s) y,
                   ST_MakeEnvelope(116.3 + x * %s, 39.9 + y * %s,
                                   116.3 + (x + .5) * %s, 39.9 + (y + .5) * %s, 4490)
                   place
            """,
            [layer.pk, side, side, *[0.02 / side] * 4],
        )


@pytest.fixture
def crowded(planning: Layer, monkeypatch: pytest.MonkeyPatch) -> Layer:
    monkeypatch.setattr("layers.overviews.CROWD", 1_000)
    crowd(planning, 70)
    make_overviews(planning, version=1)
    return planning


def test_a_crowd_is_drawn_from_afar_by_fewer_shapes(client_of, crowded):
    found = tile(client_of("grid_worker"), "planning", FAR)["planning"]
    assert 20 < len(found) < 2_000
    assert {row["properties"].get("用地代码") for row in found} >= {"R2"}


def test_from_afar_the_built_ground_stays_as_large(crowded):
    whole = "SELECT sum(ST_Area(mercator)) FROM layers_feature WHERE layer_id = %s"
    # A shape on an edge stands in several tiles.
    drawn = """
        SELECT sum(ST_Area(mercator)) FROM (
            SELECT DISTINCT ON (feature_id) mercator FROM layers_overview
             WHERE layer_id = %s AND zoom = 12) shape
    """
    with connection.cursor() as cursor:
        (expected,) = cursor.execute(whole, [crowded.pk]).fetchone()
        (found,) = cursor.execute(drawn, [crowded.pk]).fetchone()
    assert found == pytest.approx(expected, rel=0.1)


def test_a_small_layer_needs_no_overview(planning):
    assert make_overviews(planning, version=1) == 0
    assert not Overview.objects.exists()


def test_the_disk_never_fills(tmp_path, monkeypatch):
    monkeypatch.setattr(TileCache, "folder", tmp_path)
    cache = TileCache()
    for x in range(20):
        cache.put("layer", "mark", Place(5, x, 0), bytes(1000))
    assert cache.trim(most=10_000) <= 8_000
    assert cache.get("layer", "mark", Place(5, 0, 0)) in (None, bytes(1000))


def test_a_tile_is_kept_as_it_is_sent(tmp_path, monkeypatch):
    monkeypatch.setattr(TileCache, "folder", tmp_path)
    cache = TileCache()
    cache.put("layer", "mark", Place(5, 1, 2), pack(b"tile"))
    assert gzip.decompress(cache.get("layer", "mark", Place(5, 1, 2))) == b"tile"
    assert cache.get("layer", "other", Place(5, 1, 2)) is None
