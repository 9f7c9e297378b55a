"""Tiles of a draft: what it would change, for whoever may see it."""

import pytest

from layers.models import DraftRow, Feature, Layer, Version
from layers.tiles.drafts import Sample, tile_of
from layers.tiles.sql import Drawing
from tests.layers.decoding import decode
from tests.layers.fetching import FAR, NEAR, WHOLE, draft_url, fetch, plan_of, read
from tests.layers.making import draft_row, make_version


@pytest.fixture
def draft(planning: Layer) -> Version:
    """One row of each kind of change."""
    rows = Feature.objects.filter(layer=planning).order_by("pk")[:3]
    made = make_version(planning, added=1, changed=1, closed=1)
    for row, change in zip(rows, DraftRow.Change.values, strict=True):
        draft_row(made, row, change)
    return made


def test_it_shows_what_changes_and_how(client_of, draft):
    found = read(client_of("steward"), draft_url(draft.uuid))["planning"]
    said = {row["properties"]["key"]: row["properties"]["change"] for row in found}
    assert said == dict(draft.draft_rows.values_list("key", "change"))
    assert all("用地代码" in row["properties"] for row in found)


def test_it_is_for_whoever_may_write_the_layer(client_of, draft):
    for name in ("steward", "chief_data_officer"):
        assert fetch(client_of(name), draft_url(draft.uuid)).status_code == 200
    for name in ("grid_worker", "desk", "leader", "system"):
        assert fetch(client_of(name), draft_url(draft.uuid)).status_code == 404


def test_it_is_kept_nowhere(client_of, draft, var_folder):
    response = fetch(client_of("steward"), draft_url(draft.uuid, NEAR))
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers


def test_what_is_published_is_no_draft_any_more(client_of, planning):
    address = draft_url(planning.published.uuid)
    assert fetch(client_of("steward"), address).status_code == 404


def test_another_draft_does_not_show(client_of, draft):
    empty = make_version(draft.layer)
    assert read(client_of("steward"), draft_url(empty.uuid)) == {}


@pytest.fixture
def large(draft: Version, monkeypatch: pytest.MonkeyPatch) -> Version:
    """10,000 rows in the order of the ground, where 1,000 are a crowd."""
    monkeypatch.setattr("layers.tiles.drafts.CROWD", 1_000)
    monkeypatch.setattr("layers.tiles.drafts.LOOKS", 500)
    monkeypatch.setattr("layers.tiles.drafts.SHARES", (400, 100, 25))
    like = draft.draft_rows.earliest("pk")
    rows = [
        DraftRow(version=draft, change="new", key=f"n{number}", valid=like.valid,
                 geometry=like.geometry, mercator=like.mercator.clone(), properties={})
        for number in range(10_000)
    ]  # fmt: skip
    DraftRow.objects.bulk_create(rows)
    draft.added = 10_000
    draft.save(update_fields=["added"])
    return draft


@pytest.mark.parametrize("place", [FAR, WHOLE])
def test_from_afar_a_large_draft_is_a_sample(large, place):
    found = decode(tile_of(large, place, sees_sensitive=True))["planning"]
    assert 200 < len(found) <= 420
    keys = sorted(int(row["properties"]["key"][1:]) for row in found[3:])
    assert keys[0] < 1_000
    assert keys[-1] > 9_000


def test_a_tile_too_large_is_drawn_of_fewer_rows(large, monkeypatch):
    monkeypatch.setattr("layers.tiles.drafts.MOST_BYTES", 5_000)
    assert 0 < len(tile_of(large, WHOLE, sees_sensitive=True)) <= 5_000


def test_its_rows_are_found_by_block_ranges(draft):
    drawing = Drawing(draft.layer_id, "planning", "polygon", 0, (), ())
    near = Sample(draft, drawing, NEAR).near.order_by().values("pk")
    text, params = near.query.sql_with_params()
    plan = plan_of(text.replace("::bytea", ""), params, NEAR)
    assert "draft_row_by_" in plan, plan
    assert "Seq Scan" not in plan
