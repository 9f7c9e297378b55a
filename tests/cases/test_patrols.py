"""巡查: rounds over cells; covered is said of cells and days, never of persons."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Unit
from cases.models import Patrol, PatrolTick
from cases.patrols import planning
from cases.patrols.coverage import Round, rows_of
from cases.patrols.to_go import rounds
from cases.to_go import MOST
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.lists import PAGE
from tests.cases.patrolling import CELLS, planned
from tests.sites import package


@pytest.fixture
def patrol(people):
    return planned(people["desk"])


def tick(patrol, who, code=CELLS[0], uuid=None):
    planning.tick(patrol, code, who, uuid or uuid4())


def untick(patrol, who, code=CELLS[0]):
    planning.untick(patrol, code, who, planning.last_ticks(patrol)[code])


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
    tick(patrol, people["grid_worker"])
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
    tick(patrol, people["grid_worker"])
    fields = {field.name for field in PatrolTick._meta.get_fields()}
    assert not fields & {"by", "user", "person", "actor"}


def test_two_rounds_a_day_want_two_ticks(people):
    patrol = planned(people["desk"], times=2)
    for stands in ("part", "done", "done"):
        tick(patrol, people["grid_worker"])
        assert today_of(patrol).stands == stands
    assert PatrolTick.objects.count() == 2


def test_a_wrong_tap_is_taken_back(people, patrol):
    tick(patrol, people["grid_worker"])
    untick(patrol, people["grid_worker"])
    assert not today_of(patrol).is_covered


def test_a_wrong_tap_before_midnight_is_taken_back_after_it(people, patrol):
    worker, uuid = people["grid_worker"], uuid4()
    yesterday = timezone.localdate() - timedelta(days=1)
    Patrol.objects.filter(pk=patrol.pk).update(starts_on=yesterday)
    patrol.refresh_from_db()
    planning.tick(patrol, CELLS[0], worker, uuid, yesterday)
    planning.untick(patrol, CELLS[0], worker, uuid)
    assert not PatrolTick.objects.exists()


def test_a_tap_that_is_sent_again_counts_once(signed_in, people):
    patrol = planned(people["desk"], times=3)
    client, body = signed_in(people["grid_worker"]), {"cell": CELLS[0], "uuid": uuid4()}
    for _again in range(2):
        client.post(f"/patrols/{patrol.uuid}/tick/", body)
    assert today_of(patrol).ticked == 1
    html = client.get(f"/patrols/{patrol.uuid}/").content.decode()
    assert f'name="uuid" value="{body["uuid"]}"' in html  # to take it back


def test_taken_back_twice_by_one_tap_it_is_one(people):
    patrol = planned(people["desk"], times=3)
    worker = people["grid_worker"]
    for _round in range(3):
        tick(patrol, worker)
    last = planning.last_ticks(patrol)[CELLS[0]]
    for _again in range(2):
        planning.untick(patrol, CELLS[0], worker, last)
    tick(patrol, worker)
    numbers = patrol.ticks.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]


def test_a_tap_without_its_uuid_is_refused(signed_in, people, patrol):
    path = f"/patrols/{patrol.uuid}/tick/"
    answer = signed_in(people["grid_worker"]).post(path, {"cell": CELLS[0]})
    assert answer.status_code == 400 and not PatrolTick.objects.exists()


def test_a_street_sees_the_district_s_rounds_over_its_ground(signed_in, people):
    patrol = planned(people["desk"])
    Patrol.objects.update(unit=Unit.objects.get(kind=Unit.Kind.DISTRICT))
    page = f"/patrols/{patrol.uuid}/"
    assert signed_in(people["desk"]).get(page).status_code == 200
    assert signed_in(people["outsider"]).get(page).status_code == 404


def test_the_tasks_look_at_today_s_rounds_alone(people):
    other = (timezone.localdate() + timedelta(days=1)).weekday()
    for _number in range(MOST * 2):
        planned(people["desk"], days=[other])
    found = rounds(people["grid_worker"])
    assert not found.cards and not found.rest
    planned(people["desk"], title="今日")
    found = rounds(people["grid_worker"])
    assert [card.title for card in found.cards] == ["今日"] and not found.rest


def test_more_rounds_than_the_tasks_show_are_offered(people):
    for number in range(MOST + 1):
        planned(people["desk"], title=str(number))
    found = rounds(people["grid_worker"])
    assert found.rest and found.cards[0].title == str(MOST)


def test_the_list_begins_with_the_newest_and_goes_on(signed_in, people):
    for number in range(PAGE + 1):
        planned(people["desk"], title=f"第{number}次")
    client = signed_in(people["desk"])
    html = client.get("/patrols/").content.decode()
    assert f"第{PAGE}次" in html and "第0次" not in html
    more = re.search(r'rel="next" href="([^"]+)"', html)[1].replace("&amp;", "&")
    assert "第0次" in client.get(f"/patrols/{more}").content.decode()


def test_only_who_is_on_that_grid_ticks(people, patrol):
    for who in ("outsider_worker", "desk", "volunteer"):
        with pytest.raises(NotFound):
            tick(patrol, people[who])


def test_on_other_days_nothing_is_wanted(people):
    tomorrow = (timezone.localdate() + timedelta(days=1)).weekday()
    patrol = planned(people["desk"], days=[tomorrow])
    assert today_of(patrol).stands == "off"
    with pytest.raises(planning.NotToday):
        tick(patrol, people["grid_worker"])


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"days": []}, planning.NothingPlanned),
        ({"cells": []}, planning.NothingPlanned),
        ({"times": 7}, planning.NothingPlanned),
        ({"cells": [package.cell_code(2, 1, 1)]}, planning.NoSuchCells),
        ({"cells": [str(number) for number in range(301)]}, planning.TooManyCells),
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
    client.post(f"{page}tick/", {"cell": CELLS[0], "uuid": uuid4()})
    assert client.get(page).content.decode().count("patrol-tick") == 1


def test_the_street_s_board_names_cells_and_nobody(signed_in, people, patrol):
    tick(patrol, people["grid_worker"])
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
    tick = json.dumps({"cell": CELLS[0], "uuid": str(uuid4())})
    worker = signed_in(people["grid_worker"])
    assert worker.post(f"{page}ticks/", tick, "application/json").status_code == 200
    assert desk.post(f"{page}ticks/", tick, "application/json").status_code == 404
    rows = desk.get(f"{page}coverage/").json()
    assert {row["cell"]: row["rounds"][-1]["done"] for row in rows} == {
        CELLS[0]: 1,
        CELLS[1]: 0,
    }


def test_an_ended_patrol_asks_nobody_and_keeps_its_board(signed_in, people, patrol):
    tick(patrol, people["grid_worker"])
    signed_in(people["desk"]).post(f"/patrols/{patrol.uuid}/end/")
    patrol.refresh_from_db()
    assert not patrol.goes_on(timezone.localdate())
    assert PatrolTick.objects.filter(patrol=patrol).exists()
