"""Tiles and style of a day: what stood on the ground, as it is known now."""

from datetime import date

import pytest
from django.test import Client

from layers.models import Feature, Layer
from layers.tiles.drawing import Superseded, drawing_of, tile_of
from tests.layers.fetching import WHOLE, fetch, tile, url
from tests.layers.making import publish_next

DAY = date(2024, 5, 1)


@pytest.fixture
def changed(planning: Layer) -> dict[str, Feature]:
    """One feature ended in 2024, one began in 2025; the others stand since 2020."""
    rows = Feature.objects.filter(layer=planning)
    rows.update(valid="[2020-01-01,)")
    gone, new = rows.order_by("pk")[:2]
    rows.filter(pk=gone.pk).update(known_to=2, valid="[2020-01-01,2024-07-01)")
    rows.filter(pk=new.pk).update(valid="[2025-01-01,)")
    publish_next(planning)
    return {"gone": gone, "new": new}


def ids(client: Client, day: str, version: int = 2) -> set[int]:
    found = tile(client, "planning", version=version, at=day).get("planning", [])
    return {row["id"] for row in found}


@pytest.mark.parametrize(
    ("day", "gone", "new"),
    [
        ("2019-12-31", False, False),
        ("2020-01-01", True, False),
        ("2024-06-30", True, False),
        ("2024-07-01", False, False),
        ("2025-01-01", False, True),
    ],
)
def test_a_day_shows_what_stood_then(client_of, changed, day, gone, new):
    found = ids(client_of("grid_worker"), day)
    assert (changed["gone"].pk in found, changed["new"].pk in found) == (gone, new)


def test_before_everything_a_tile_is_empty(client_of, changed):
    response = fetch(client_of("grid_worker"), url("planning", at="1900-01-01"))
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("day", ["2024-02-30", "1.5.2024", "today", "2024-5-1", "٢"])
@pytest.mark.parametrize("path", [url("planning"), "/map/style.json"])
def test_a_bad_day_is_told_in_a_sentence(client_of, planning, path, day):
    response = client_of("grid_worker").get(path, {"at": day})
    assert response.status_code == 400
    said = response.json()
    assert (said["code"], "2024-05-01" in said["detail"]) == ("NoSuchDay", True)


def test_each_day_has_a_mark_and_may_be_kept(client_of, changed):
    worker = client_of("grid_worker")
    days = ["", "2024-05-01", "2024-05-02"]
    marks = [fetch(worker, url("planning", version=2, at=day))["ETag"] for day in days]
    assert len(set(marks)) == 3
    kept = url("planning", version=2, at=days[1], v=marks[1].strip('"'))
    assert fetch(worker, kept)["Cache-Control"].endswith("immutable")


def test_a_day_is_told_anew_by_the_next_version(client_of, changed, planning):
    """The address of the version before answers what is known now, not for ever."""
    worker = client_of("grid_worker")
    mark = fetch(worker, url("planning", version=2, at=str(DAY)))["ETag"].strip('"')
    address = url("planning", version=2, at=str(DAY), v=mark)
    Feature.objects.filter(pk=changed["gone"].pk).update(valid="empty")
    publish_next(planning)
    response = fetch(worker, address)
    assert response["Cache-Control"] == "private, no-cache"
    assert changed["gone"].pk not in ids(worker, str(DAY))


def test_a_version_not_yet_published_has_no_day(client_of, changed):
    response = fetch(client_of("grid_worker"), url("planning", version=3, at=str(DAY)))
    assert response.status_code == 404


def test_a_version_published_while_a_day_is_drawn_is_noticed(planning):
    drawing = drawing_of(planning.published, sees_sensitive=False, day=DAY)
    publish_next(planning)
    with pytest.raises(Superseded):
        tile_of(drawing, WHOLE, is_current=True)


def test_the_style_of_a_day_names_the_tiles_of_that_day(client_of, changed):
    worker = client_of("grid_worker")
    style = worker.get("/map/style.json", {"at": "2024-05-01"}).json()
    for source in style["sources"].values():
        (address,) = source["tiles"]
        assert "at=2024-05-01&v=" in address
    old = {
        k: s["tiles"]
        for k, s in worker.get("/map/style.json").json()["sources"].items()
    }
    assert not any("at=" in tiles[0] for tiles in old.values())


def test_a_sensitive_layer_has_no_day_either(client_of, changed):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    response = fetch(client_of("desk"), url("planning", version=2, at=str(DAY)))
    assert response.status_code == 404
