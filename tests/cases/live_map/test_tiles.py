"""Cases upon the one map: gathered by the server, and never anybody else's."""

import pytest

from cases.live_map import kept
from cases.models import Case
from tests.layers.decoding import decode
from tests.layers.fetching import FAR, NEAR, WHOLE, place_of
from tests.sites import package
from workflow.models import Deadline, State

pytestmark = pytest.mark.django_db
LAST = place_of(*package.inside(1, 1, 1), 17)


def tile(client, place=WHOLE, what="cases", **query):
    path = f"/map/{what}/{place.z}/{place.x}/{place.y}.mvt"
    answer = client.get(path, query)
    assert answer.status_code == 200
    return [row["properties"] for row in decode(answer.content).get(what, [])]


def counted(rows):
    return sum(row["n"] for row in rows)


def test_a_case_alone_is_a_pin_of_its_phase(signed_in, people, make_case):
    case = make_case("dispatch")
    (pin,) = tile(signed_in(people["desk"]))
    assert (pin["n"], pin["uuid"], pin["phase"]) == (1, str(case.uuid), "dispatch")
    assert (pin["kind"], pin["glyph"]) == ("event", str(case.category)[0])


def test_near_ones_are_one_cluster_with_the_worst_light(signed_in, people, make_case):
    make_case("dispatch")
    late = make_case("dispatch")
    rows = Deadline.objects.filter(kind=Case.KIND, subject_id=late.pk)
    for row in rows:
        back = row.due_at - row.started_at
        moved = row.started_at - 30 * back
        row.started_at = row.yellow_at = row.due_at = moved
        row.save()
    (cluster,) = tile(signed_in(people["desk"]), FAR)
    assert (cluster["n"], cluster["light"], cluster["late"]) == (2, 3, 1)
    assert "uuid" not in cluster


@pytest.mark.parametrize("place", [FAR, WHOLE, NEAR, LAST])
def test_a_foreign_street_is_in_no_tile_and_no_count(
    signed_in, people, make_case, place
):
    make_case()
    make_case(street=2)
    make_case(street=2)
    assert counted(tile(signed_in(people["desk"]), place)) == 1
    assert counted(tile(signed_in(people["supervisor"]), FAR)) == 3


def test_what_one_was_shown_is_kept_for_nobody_else(signed_in, people, make_case):
    make_case(street=2)
    assert counted(tile(signed_in(people["outsider"]))) == 1
    assert tile(signed_in(people["desk"])) == []


def test_the_next_tile_after_an_event_knows_of_it(signed_in, people, make_case):
    desk = signed_in(people["desk"])
    make_case()
    assert counted(tile(desk)) == 1
    make_case()
    assert counted(tile(desk)) == 2


def test_of_an_older_moment_nothing_is_kept(signed_in, people, make_case, monkeypatch):
    desk = signed_in(people["desk"])
    monkeypatch.setattr(kept._newest, "moment", None)
    for _ in range(2):
        make_case()
        tile(desk, FAR)
    memories = (kept.case_tile, kept._squares)
    assert [memory.cache_info().currsize for memory in memories] == [1, 1]


@pytest.mark.parametrize("place", [FAR, LAST])
@pytest.mark.parametrize("what", ["cases", "cells"])
def test_a_phase_without_states_holds_nothing(
    signed_in, people, make_case, place, what
):
    make_case()
    State.objects.filter(phase="verify").update(phase="resolve")
    assert tile(signed_in(people["desk"]), place, what, phase="verify") == []


def test_a_closed_case_is_no_more_on_the_map(signed_in, people, make_case):
    make_case("done")
    assert tile(signed_in(people["desk"])) == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"phase": "dispatch"}, 1),
        ({"phase": "collect,dispatch"}, 2),
        ({"light": "red"}, 0),
        ({"kind": "part"}, 0),
        ({"kind": "event"}, 2),
        ({"age": "1"}, 2),
        ({"phase": "nonsense", "kind": "x", "age": "-1"}, 2),
    ],
)
def test_it_is_narrowed_as_one_asks(signed_in, people, make_case, query, count):
    make_case()
    make_case("dispatch")
    assert counted(tile(signed_in(people["desk"]), **query)) == count


def test_each_case_is_in_one_tile_of_a_zoom(signed_in, people, make_case):
    for cell in (1, 2, 3, 4):
        make_case(cell=cell)
    desk, places = signed_in(people["desk"]), set()
    for x in range(NEAR.x - 2, NEAR.x + 3):
        places |= {(x, y) for y in range(NEAR.y - 2, NEAR.y + 3)}
    found = [tile(desk, type(NEAR)(NEAR.z, x, y)) for x, y in places]
    assert sum(map(counted, found)) == 4


def test_cells_are_shaded_by_ones_own_cases(signed_in, people, make_case):
    make_case()
    make_case()
    make_case(street=2)
    (cell,) = tile(signed_in(people["desk"]), what="cells")
    assert (cell["code"], cell["n"]) == (package.cell_code(1, 1, 1), 2)
    assert len(tile(signed_in(people["supervisor"]), what="cells")) == 2


def test_what_lies_at_a_place_is_scoped_too(signed_in, people, make_case):
    case = make_case()
    lon, lat = package.inside(1, 1, 1)
    box = {"bbox": f"{lon - 1e-4},{lat - 1e-4},{lon + 1e-4},{lat + 1e-4}"}
    page = signed_in(people["desk"]).get("/map/cases/here/", box)
    assert case.number in page.content.decode()
    other = signed_in(people["outsider"]).get("/map/cases/here/", box)
    assert case.number not in other.content.decode()


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "9,9,1,1", "nan,1,2,3"])
def test_a_ground_that_is_none_is_refused(signed_in, people, box):
    page = signed_in(people["desk"]).get("/map/cases/here/", {"bbox": box})
    assert page.status_code == 400


def test_a_tile_costs_few_queries(
    signed_in, people, make_case, django_assert_max_num_queries
):
    desk = signed_in(people["desk"])
    tile(desk)
    make_case()
    with django_assert_max_num_queries(14):
        tile(desk)


def test_the_controls_are_for_whose_work_cases_are(signed_in, people):
    assert b"<live-map" in signed_in(people["desk"]).get("/map/").content
    assert b"<live-map" not in signed_in(people["volunteer"]).get("/map/").content
