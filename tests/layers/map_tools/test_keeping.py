"""书签 and 标绘: kept by one, shown to those of his unit, and to nobody else."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.finding.area import write_area
from layers.models import MapView, Sketch
from layers.models.map_kept import KEPT_MOST, SHAPES_MOST

ADDRESS = "?layers=grid%2Cplanning~use&at=2026-05-01#16/39.91300/116.37550"
SPOT = {"kind": "spot", "shape": write_area([(116.3, 39.9)]), "words": "集合点"}


@pytest.fixture
def keep(signed_in, people):
    def keep(what, name="desk", **more):
        own = {"address": ADDRESS} if what == "map-views" else {"shapes": [SPOT]}
        sent = {"uuid": str(uuid4()), "title": "演练", **own, **more}
        url = f"/api/v1/{what}/"
        return signed_in(people[name]).post(url, sent, "application/json")

    return keep


@pytest.fixture
def listed(signed_in, people):
    def listed(what, name):
        answer = signed_in(people[name]).get(f"/api/v1/{what}/").json()
        return [row["title"] for row in answer["results"]]

    return listed


@pytest.mark.parametrize("what", ["map-views", "sketches"])
def test_what_one_keeps_nobody_else_sees(keep, listed, what):
    assert keep(what).status_code == 201
    assert listed(what, "desk") == ["演练"]
    assert listed(what, "dispatcher") == listed(what, "outsider") == []


@pytest.mark.parametrize("what", ["map-views", "sketches"])
def test_sent_twice_it_is_kept_once(keep, listed, what):
    number = str(uuid4())
    assert keep(what, uuid=number).status_code == keep(what, uuid=number).status_code
    assert listed(what, "desk") == ["演练"]


@pytest.mark.parametrize("what", ["map-views", "sketches"])
def test_the_number_of_somebody_elses_is_refused(keep, listed, what):
    number = str(uuid4())
    keep(what, uuid=number)
    assert keep(what, "outsider", uuid=number, title="别人").status_code == 409
    assert listed(what, "desk") == ["演练"]


def test_a_sketch_that_is_shown_is_seen_by_the_unit_alone(keep, listed):
    keep("sketches", shared=True)
    assert listed("sketches", "desk") == ["演练"]
    assert listed("sketches", "outsider") == []


def test_a_colleague_reads_a_sketch_and_cannot_delete_it(keep, signed_in, people):
    sketch = keep("sketches", shared=True).json()
    row = Sketch.objects.get(uuid=sketch["uuid"])
    assert row.unit_id in people["desk"].unit_ids
    mate = next(
        who
        for who in people.values()
        if who != people["desk"] and row.unit_id in who.unit_ids
    )
    url = f"/api/v1/sketches/{row.uuid}/"
    client = signed_in(mate)
    assert client.get(url).json()["own"] is False
    assert client.delete(url).status_code == 404
    assert signed_in(people["desk"]).delete(url).status_code == 204


def test_a_sketch_is_changed_under_its_number(keep):
    number = str(uuid4())
    keep("sketches", uuid=number)
    keep("sketches", uuid=number, title="演练二", shapes=[SPOT, SPOT])
    row = Sketch.objects.get(uuid=number)
    assert (row.title, len(row.shapes)) == ("演练二", 2)


@pytest.mark.parametrize(
    "more",
    [
        {"title": "  "},
        {"title": "长" * 61},
        {"shapes": []},
        {"shapes": [SPOT] * (SHAPES_MOST + 1)},
        {"shapes": [{**SPOT, "shape": "!"}]},
        {"shapes": [{**SPOT, "words": "长" * 61}]},
        {"shapes": [{**SPOT, "kind": "star"}]},
    ],
)
def test_a_sketch_that_is_none_is_refused_with_a_reason(keep, more):
    assert keep("sketches", **more).status_code == 400
    assert not Sketch.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)", "//example.org#1/2/3", "#x/y/z", "?a=<b>#1/2/3"],
)
def test_an_address_that_is_no_view_of_the_map_is_refused(keep, address):
    assert keep("map-views", address=address).status_code == 400
    assert not MapView.objects.exists()


def test_nobody_keeps_without_end(keep, people):
    rows = [MapView(owner=people["desk"], title="x", address=ADDRESS)]
    MapView.objects.bulk_create(
        [
            MapView(owner=row.owner, title="x", address=ADDRESS)
            for row in rows * KEPT_MOST
        ]
    )
    assert keep("map-views").status_code == 400


def test_the_list_of_sketches_reads_no_corners(keep, signed_in, people):
    keep("sketches")
    client = signed_in(people["desk"])
    with CaptureQueriesContext(connection) as asked:
        assert "演练" in client.get("/map/sketches/").content.decode()
    assert not any('"shapes"' in one["sql"] for one in asked)


def test_the_drawers_list_what_is_kept(keep, signed_in, people):
    keep("map-views")
    keep("sketches", title="警戒线")
    client = signed_in(people["desk"])
    assert "演练" in client.get("/map/views/").content.decode()
    assert "警戒线" in client.get("/map/sketches/").content.decode()
    empty = signed_in(people["outsider"])
    assert "还没有书签" in empty.get("/map/views/").content.decode()
