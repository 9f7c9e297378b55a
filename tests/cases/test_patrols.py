"""巡查: rounds over cells; covered is said of cells and days, never of persons."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Patrol, PatrolTick
from cases.patrols import planning
from cases.patrols.coverage import Round, rows_of
from govmap.lib.errors import NotAllowed, NotFound
from tests.cases.patrolling import CELLS, planned
from tests.sites import package


@pytest.fixture
def patrol(people):
    return planned(people["desk"])


def today_of(patrol, code=CELLS[0]):
    cells = list(patrol.cells.select_related("community"))
    rows = rows_of(patrol, cells, [timezone.localdate()])
    return next(row.rounds[0] for row in rows if row.cell.code == code)


@given(st.integers(0, 6), st.integers(0, 9), st.integers(0, 9))
def test_a_round_is_never_more_than_wanted(wanted, ticked, acts):
    one = Round(timezone.localdate(), wanted, ticked, acts)
    assert one.done <= wanted
    assert one.is_covered == (ticked + acts >= wanted)


def test_a_tick_covers_the_cell(people, patrol):
    assert today_of(patrol).stands == "open"
    planning.tick(patrol, CELLS[0], people["grid_worker"])
    assert today_of(patrol).stands == "done"
    assert today_of(patrol, CELLS[1]).stands == "open"


def test_a_report_in_the_cell_covers_it(people, patrol, make_case):
    make_case(cell=1)
    assert today_of(patrol).is_covered


def test_what_a_desk_does_covers_nothing(people, patrol, make_case):
    case = make_case("dispatch", cell=1, by="inspector")
    assert today_of(patrol).acts == 1  # the report alone
    assert case.events().count() > 1


def test_who_was_there_is_not_kept(people, patrol):
    planning.tick(patrol, CELLS[0], people["grid_worker"])
    fields = {field.name for field in PatrolTick._meta.get_fields()}
    assert not fields & {"by", "user", "person", "actor"}


def test_two_rounds_a_day_want_two_ticks(people):
    patrol = planned(people["desk"], times=2)
    for stands in ("part", "done", "done"):
        planning.tick(patrol, CELLS[0], people["grid_worker"])
        assert today_of(patrol).stands == stands
    assert PatrolTick.objects.count() == 2


def test_a_wrong_tap_is_taken_back(people, patrol):
    planning.tick(patrol, CELLS[0], people["grid_worker"])
    planning.untick(patrol, CELLS[0], people["grid_worker"])
    assert not today_of(patrol).is_covered


def test_only_who_is_on_that_grid_ticks(people, patrol):
    for who in ("outsider_worker", "desk", "volunteer"):
        with pytest.raises(NotFound):
            planning.tick(patrol, CELLS[0], people[who])


def test_on_other_days_nothing_is_wanted(people):
    tomorrow = (timezone.localdate() + timedelta(days=1)).weekday()
    patrol = planned(people["desk"], days=[tomorrow])
    assert today_of(patrol).stands == "off"
    with pytest.raises(planning.NotToday):
        planning.tick(patrol, CELLS[0], people["grid_worker"])


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"days": []}, planning.NothingPlanned),
        ({"cells": []}, planning.NothingPlanned),
        ({"times": 7}, planning.NothingPlanned),
        ({"cells": [package.cell_code(2, 1, 1)]}, planning.NoSuchCells),
    ],
)
def test_what_cannot_be_planned_is_refused(people, more, error):
    with pytest.raises(error):
        planned(people["desk"], **more)
    assert not Patrol.objects.exists()


def test_a_worker_plans_none(people):
    with pytest.raises(NotAllowed):
        planned(people["grid_worker"])


def test_one_tap_on_the_page(signed_in, people, patrol):
    client = signed_in(people["grid_worker"])
    page = f"/patrols/{patrol.uuid}/"
    assert client.get(page).content.decode().count("patrol-tick") == 2
    client.post(f"{page}tick/", {"cell": CELLS[0]})
    assert client.get(page).content.decode().count("patrol-tick") == 1


def test_the_street_s_board_names_cells_and_nobody(signed_in, people, patrol):
    planning.tick(patrol, CELLS[0], people["grid_worker"])
    html = signed_in(people["desk"]).get(f"/patrols/{patrol.uuid}/").content.decode()
    assert "1/1" in html and "0/1" in html
    assert str(people["grid_worker"]) not in html


def test_the_board_costs_the_same_for_many_cells(
    signed_in, people, django_assert_max_num_queries
):
    cells = [package.cell_code(1, 1, number) for number in range(1, 5)]
    patrol = planned(people["desk"], cells=cells)
    client = signed_in(people["desk"])
    client.get(f"/patrols/{patrol.uuid}/")
    with django_assert_max_num_queries(12):
        client.get(f"/patrols/{patrol.uuid}/")


def test_a_patrol_of_another_street_is_not_there(signed_in, people, patrol):
    for who in ("outsider", "outsider_worker"):
        page = f"/patrols/{patrol.uuid}/"
        assert signed_in(people[who]).get(page).status_code == 404


def test_the_form_plans_one(signed_in, people):
    sent = {
        "uuid": uuid4(),
        "title": "夜间巡查",
        "unit": "110109001",
        "days": [0, 6],
        "times": 2,
        "starts_on": timezone.localdate(),
        "cells": "，".join(CELLS),
    }
    answer = signed_in(people["desk"]).post("/patrols/new/", sent)
    row = Patrol.objects.get()
    assert answer.url == f"/patrols/{row.uuid}/"
    assert (row.days, row.cells.count()) == ([0, 6], 2)


def test_the_api_plans_ticks_and_tells(signed_in, people):
    sent = {
        "uuid": str(uuid4()),
        "title": "巡查",
        "unit": "110109001",
        "days": list(range(7)),
        "cells": CELLS,
        "starts_on": str(timezone.localdate()),
    }
    desk = signed_in(people["desk"])
    made = desk.post("/api/v1/patrols/", json.dumps(sent), "application/json")
    assert made.status_code == 201, made.content
    page = f"/api/v1/patrols/{made.json()['uuid']}/"
    tick = json.dumps({"cell": CELLS[0]})
    worker = signed_in(people["grid_worker"])
    assert worker.post(f"{page}ticks/", tick, "application/json").status_code == 200
    assert desk.post(f"{page}ticks/", tick, "application/json").status_code == 404
    rows = desk.get(f"{page}coverage/").json()
    assert {row["cell"]: row["rounds"][-1]["done"] for row in rows} == {
        CELLS[0]: 1,
        CELLS[1]: 0,
    }


def test_an_ended_patrol_asks_nobody_and_keeps_its_board(signed_in, people, patrol):
    planning.tick(patrol, CELLS[0], people["grid_worker"])
    signed_in(people["desk"]).post(f"/patrols/{patrol.uuid}/end/")
    patrol.refresh_from_db()
    assert not patrol.goes_on(timezone.localdate())
    assert PatrolTick.objects.filter(patrol=patrol).exists()
