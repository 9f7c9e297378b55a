"""No tile is too large or too slow, from afar or without an overview."""

from datetime import date

import pytest
from django.conf import settings as django_settings
from django.db import connection

from layers.models import Feature, Layer
from layers.tiles.drawing import Place, drawing_of, is_crowded, tile_of
from layers.tiles.overviews import make_overviews
from layers.tiles.sql import (
    Envelope,
    Mesh,
    Source,
    count_statement,
    filled,
    statement,
)
from tests import databases
from tests.layers.decoding import decode
from tests.layers.fetching import FAR, NEAR, WHOLE, crowd, plan_of
from tests.layers.making import publish_next

SIDE = 50


@pytest.fixture
def crowded(planning: Layer, monkeypatch: pytest.MonkeyPatch) -> Layer:
    """2,500 small houses, where 500 are a crowd; version 2 knows none."""
    monkeypatch.setattr("layers.tiles.drawing.CROWD", 500)
    crowd(planning, SIDE)
    Feature.objects.filter(layer=planning, key__startswith="h").update(known_to=2)
    publish_next(planning)
    return planning


def shapes(layer: Layer, place: Place, **more: object) -> list[dict[str, object]]:
    first = layer.versions.get(number=1)
    drawing = drawing_of(first, sees_sensitive=False, **more)  # type: ignore[arg-type]
    found = decode(tile_of(drawing, place, is_current=False))
    return found.get(layer.code, [])


def test_an_older_version_is_a_sample_from_afar(crowded):
    """At most two shapes of each of the few squares that hold the crowd."""
    found = shapes(crowded, FAR)
    assert 20 < len(found) < 200
    assert len({row["id"] for row in found}) == len(found)
    assert len(found) < len(shapes(crowded, WHOLE)) < 2_000


def test_a_sample_is_spread_over_the_whole_crowd(crowded):
    ids = {row["id"] for row in shapes(crowded, FAR)}
    rows = Feature.objects.filter(pk__in=ids, key__startswith="h")
    columns = [int(row.key[1:].split("-")[0]) for row in rows]
    assert {(column - 1) * 3 // SIDE for column in columns} == {0, 1, 2}


def test_near_by_an_older_version_is_whole(crowded):
    drawing = drawing_of(crowded.versions.get(number=1), sees_sensitive=False)
    assert not is_crowded(drawing, Place(NEAR.z + 2, 0, 0), Source.VERSION)
    near = Place(17, *(side * 2 for side in (NEAR.x, NEAR.y)))
    box = Envelope(margin=64 / 4096)
    text, params = (
        Feature.objects.filter(layer=crowded, mercator__bboverlaps=box)
        .of_version(1)
        .values("pk")
        .query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(text, filled(params, near))
        known = {number for (number,) in cursor.fetchall()}
    assert {row["id"] for row in shapes(crowded, near)} == known


def test_a_tile_too_large_is_drawn_of_fewer_shapes(crowded, monkeypatch):
    whole = len(shapes(crowded, WHOLE))
    monkeypatch.setattr("layers.tiles.drawing.MOST_BYTES", 4_000)
    assert 0 < len(shapes(crowded, WHOLE)) < whole


def test_one_crowded_place_near_by_is_a_sample(planning, monkeypatch):
    """Everybody of a tower at one point: no overview is that near."""
    monkeypatch.setattr("layers.tiles.drawing.MOST_BYTES", 20_000)
    house = Feature.objects.filter(layer=planning).earliest("pk")
    rows = [
        Feature(layer=planning, key=f"p{number}", known_from=1, valid=house.valid,
                geometry=house.geometry, mercator=house.mercator, properties={})
        for number in range(1_000)
    ]  # fmt: skip
    Feature.objects.bulk_create(rows)
    drawing = drawing_of(planning.published, sees_sensitive=False)
    x, y = house.mercator.centroid.coords
    side = 40_075_016.685_578_5 / 2**16
    place = Place(16, int((x + side * 2**15) / side), int((side * 2**15 - y) / side))
    tile = tile_of(drawing, place, is_current=True)
    assert 0 < len(tile) <= 20_000


def test_an_overview_is_found_by_its_tile(planning, monkeypatch):
    monkeypatch.setattr("layers.tiles.overviews.CROWD", 1_000)
    crowd(planning, SIDE)
    assert make_overviews(planning, version=1)
    drawing = drawing_of(planning.published, sees_sensitive=False)
    made = statement(drawing, Source.OVERVIEW, labelled=False, alone=False)
    assert "overview_by_tile" in plan_of(*made, WHOLE)


@pytest.fixture
def many(transactional_db: None, planning: Layer) -> Layer:
    """22,500 rows, one in ten of them closed, and statistics that know it."""
    crowd(planning, 150)
    Feature.objects.filter(layer=planning, key__endswith="1").update(known_to=2)
    databases.use(django_settings.OWNER_URL, databases.NAME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT layers_analyze_features()")
    databases.use(django_settings.SERVING_URL, databases.NAME)
    return planning


def test_open_and_closed_rows_are_found_by_their_own_index(many):
    """Also for a sample, and where they are only counted."""
    day = date(2024, 5, 1)
    drawing = drawing_of(many.published, sees_sensitive=False, day=day)
    more = {"labelled": False, "alone": True}
    for source in (Source.DAY, Source.VERSION):
        for made in (
            statement(drawing, source, **more),
            statement(drawing, source, **more, mesh=Mesh(4, 2)),
            count_statement(drawing, source),
        ):
            plan = plan_of(*made, NEAR)
            assert "open_feature_by_place" in plan, plan
            assert "closed_feature_by_place" in plan, plan


def test_today_is_found_by_the_index_of_open_rows(many):
    drawing = drawing_of(many.published, sees_sensitive=False)
    for labelled in (False, True):
        made = statement(drawing, Source.CURRENT, labelled=labelled, alone=True)
        plan = plan_of(*made, NEAR)
        assert "open_feature_by_place" in plan, plan
