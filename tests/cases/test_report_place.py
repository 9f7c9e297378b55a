"""/report/place/: a place in words, at the grid's edge and beyond."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from cases.most_used import most_used_categories, weighed
from tests.cases.driving import litter
from tests.sites import package

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def say(
    signed_in: Callable[[User], Client], people: dict[str, User]
) -> Callable[..., str]:
    def ask(lon: float, lat: float, accuracy: float | None = None) -> str:
        query = f"lon={lon}&lat={lat}" + (f"&accuracy={accuracy}" if accuracy else "")
        response = signed_in(people["grid_worker"]).get(f"/report/place/?{query}")
        assert response.status_code == 200
        return response.content.decode()

    return ask


def test_inside_it_names_cell_community_and_address(say):
    said = say(*package.inside(1, 1, 1), 12)
    assert package.cell_code(1, 1, 1) in said
    assert "东街第1社区" in said
    assert "甲1街1号院1号楼" in said
    assert "±12" in said


def test_beside_the_grid_the_nearest_cell_is_taken(say):
    said = say(package.WEST - 0.0003, package.SOUTH + 0.0035)
    assert package.cell_code(1, 1, 1) in said
    assert "归入最近的网格" in said


def test_outside_the_grid_it_is_said_and_taken(say):
    said = say(*package.OUTSIDE_GRID)
    assert "网格外" in said
    assert "西街街道" in said


def test_outside_the_district_it_is_said_and_taken(say):
    said = say(*package.OUTSIDE_DISTRICT)
    assert "区外" in said
    assert "东街街道" in said


def test_a_coarse_position_asks_to_look(say):
    assert "定位精度较差" in say(*package.inside(1, 1, 1), 150)


@pytest.mark.parametrize(
    "query",
    ["", "lon=x&lat=1", "lon=nan&lat=1", "lon=200&lat=1", "lon=1&lat=1&accuracy=-1"],
)
def test_numbers_that_are_no_place_are_refused(signed_in, people, query):
    response = signed_in(people["grid_worker"]).get(f"/report/place/?{query}")
    assert response.status_code == 400


def test_addresses_are_found_by_their_words(signed_in, people):
    client = signed_in(people["grid_worker"])
    said = client.get("/report/addresses/", {"q": "甲1街3号院"}).content.decode()
    assert said.count('type="radio"') == 1


def test_one_s_own_classes_come_first(people, make_case):
    other = most_used_categories(people["grid_worker"])[1]
    for _time in range(2):
        make_case(category=other.pk)
    make_case(by="other_worker", category=litter().pk)
    assert most_used_categories(people["grid_worker"])[0] == other


def test_neighbours_classes_come_before_the_rest(people, make_case):
    usual = most_used_categories(people["grid_worker"])
    make_case(by="other_worker", category=usual[-1].pk)
    assert most_used_categories(people["grid_worker"])[0] == usual[-1]


def test_most_used_classes_cost_few_queries(
    people, make_case, django_assert_max_num_queries
):
    make_case()
    with django_assert_max_num_queries(6):
        most_used_categories(people["grid_worker"])


def test_what_is_reported_at_this_hour_counts_more():
    now = datetime(2026, 11, 22, 0, 30, tzinfo=SHANGHAI)
    late = now - timedelta(days=3, hours=1)  # 23:30 is near midnight, too
    noon = now - timedelta(days=1, hours=12)
    assert weighed([(1, noon), (1, noon), (2, late)], now).most_common(1) == [(2, 3)]


def test_the_place_says_what_is_usual_there(signed_in, people, make_case):
    case = make_case()
    lon, lat = case.place.coords
    page = signed_in(people["grid_worker"]).get(
        f"/report/place/?lon={lon}&lat={lat}", headers={"X-Requested-With": "fetch"}
    )
    assert f'data-classes="{case.category_id}"' in page.content.decode()
