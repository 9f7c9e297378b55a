"""Vector tiles: what they hold, who gets them, and for how long they may be kept."""

import gzip
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from govmap.lib.disk import trim
from layers.models import Feature, Layer, Overview
from layers.models.catalogue import may_see
from layers.tiles.cache import TileCache, pack
from layers.tiles.drawing import Place, drawing_of, tile_of
from layers.tiles.overviews import make_overviews
from tests.layers.decoding import decode
from tests.layers.fetching import FAR, NEAR, WHOLE, body, crowd, fetch, tile, url
from tests.layers.making import make_version, publish_next


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


def mark_of(client: Client, address: str) -> str:
    return fetch(client, address)["ETag"].strip('"')


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
    mark = mark_of(client_of(name), url(layer)) if name != "steward" else "any"
    response = fetch(client_of(name), url(layer, v=mark))
    assert response["Cache-Control"] == expected


def test_an_address_that_may_answer_otherwise_is_asked_again(client_of, planning):
    """It bears no mark, or the mark of another style."""
    worker = client_of("grid_worker")
    old = mark_of(worker, url("planning"))
    Layer.objects.filter(pk=planning.pk).update(styles=[])
    for address in (url("planning"), url("planning", v=old)):
        assert fetch(worker, address)["Cache-Control"] == "private, no-cache"


def tiles_of(client: Client, layer: str) -> str:
    (address,) = client.get("/map/style.json").json()["sources"][layer]["tiles"]
    place = {"{z}": WHOLE.z, "{x}": WHOLE.x, "{y}": WHOLE.y}
    for part, number in place.items():
        address = address.replace(part, str(number))
    return str(address.removeprefix("http://testserver"))


def test_after_publishing_no_tile_is_stale(client_of, planning):
    """What a browser keeps for ever stays true; the style names another address."""
    worker = client_of("grid_worker")
    old = tiles_of(worker, "planning")
    before = fetch(worker, old)
    assert "immutable" in before["Cache-Control"]
    gone = close_one(planning)
    assert fetch(worker, old).content == before.content
    new = tiles_of(worker, "planning")
    assert new != old
    found = decode(body(fetch(worker, new)))["planning"]
    assert gone.pk not in {row["id"] for row in found}


def test_a_sensitive_layer_is_kept_nowhere(client_of, var_folder):
    hide("grid")
    response = fetch(client_of("steward"), url("grid", Place(11, 1, 1)))
    assert response["Cache-Control"] == "private, no-store"
    assert not list((var_folder / "tiles").glob("grid/*/11/1/1"))


def test_the_same_content_is_not_sent_twice(client_of):
    worker = client_of("grid_worker")
    mark = fetch(worker, url("grid"))["ETag"]
    address = url("grid", v=mark.strip('"'))
    again = fetch(worker, address, **{"If-None-Match": mark})
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
    publish_next(layer)
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


def test_a_draft_has_no_number_and_so_no_such_address(client_of, planning):
    make_version(planning)
    for number in (0, 2):
        response = fetch(client_of("steward"), url("planning", version=number))
        assert response.status_code == 404


def test_a_tile_that_is_not_yet_kept_needs_few_queries(client_of, planning):
    """Person and version; the tile itself goes by a cursor that is not counted."""
    worker = client_of("grid_worker")
    fetch(worker, url("planning"))
    with CaptureQueriesContext(connection) as queries:
        fetch(worker, url("planning", NEAR))
    assert len(queries) == 2, [query["sql"][:90] for query in queries]


def test_a_warm_tile_needs_two_queries(client_of):
    worker = client_of("grid_worker")
    fetch(worker, url("grid"))
    with CaptureQueriesContext(connection) as queries:
        fetch(worker, url("grid"))
    assert len(queries) == 2, [query["sql"][:90] for query in queries]


@pytest.fixture
def crowded(planning: Layer, monkeypatch: pytest.MonkeyPatch) -> Layer:
    monkeypatch.setattr("layers.tiles.overviews.CROWD", 1_000)
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


def test_many_small_files_fill_the_disk_too(tmp_path):
    for number in range(20):
        (tmp_path / str(number)).write_bytes(b"")
    assert trim(tmp_path, 40_000) <= 32_000
    assert len(list(tmp_path.iterdir())) < 10


def test_a_tile_is_kept_as_it_is_sent(tmp_path, monkeypatch):
    monkeypatch.setattr(TileCache, "folder", tmp_path)
    cache = TileCache()
    cache.put("layer", "mark", Place(5, 1, 2), pack(b"tile"))
    assert gzip.decompress(cache.get("layer", "mark", Place(5, 1, 2))) == b"tile"
    assert cache.get("layer", "other", Place(5, 1, 2)) is None


def test_two_writers_of_one_tile_leave_it_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(TileCache, "folder", tmp_path)
    for _ in range(2):
        TileCache().put("layer", "mark", Place(5, 1, 2), b"tile")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["2"]


def edge_of(place: Place) -> tuple[float, float, float]:
    """The east edge and the middle from south to north, and a unit; metres."""
    side = 40_075_016.685_578_5 / 2**place.z
    half = 40_075_016.685_578_5 / 2
    return (place.x + 1) * side - half, half - (place.y + 0.5) * side, side / 4096


def neighbours(shape: Any, geometry: str) -> list[int]:
    """How many shapes each of two tiles holds beside the border that it lies on."""
    layer = Layer.objects.get(code="planning")
    Layer.objects.filter(pk=layer.pk).update(geometry=geometry)
    rows = Feature.objects.filter(layer=layer)
    rows.exclude(pk=rows.earliest("pk").pk).update(known_to=1 + 1)
    rows.filter(known_to=None).update(mercator=shape)
    layer.refresh_from_db()
    assert layer.published
    drawing = drawing_of(layer.published, sees_sensitive=False)
    return [
        len(decode(tile_of(drawing, place, is_current=True)).get("planning", []))
        for place in (NEAR, Place(NEAR.z, NEAR.x + 1, NEAR.y))
    ]


@pytest.mark.parametrize(("pixels", "expected"), [(30, [1, 1]), (34, [1, 0])])
def test_a_symbol_near_a_border_is_drawn_from_both_sides(planning, pixels, expected):
    east, middle, unit = edge_of(NEAR)
    point = Point(east - pixels * 8 * unit, middle, srid=3857)
    assert neighbours(point, "point") == expected


def test_a_line_along_a_border_is_drawn_from_both_sides(planning):
    east, middle, unit = edge_of(NEAR)
    along = [(east - 7 * 8 * unit, middle + step) for step in (-20, 20)]
    assert neighbours(LineString(along, srid=3857), "line") == [1, 1]
