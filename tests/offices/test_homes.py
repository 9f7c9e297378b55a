"""The homes of the applications: counts, shading and charts that open to records."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from offices.models import Application, Record
from offices.modules import shading
from offices.modules.charts import charts_of
from offices.modules.homes import groups_of, home_of
from offices.modules.making import make
from tests.offices.modules import at_office, load
from tests.offices.test_module_records import SITE, page
from workflow.models import Deadline

HOME = "/offices/a/city/"


@pytest.fixture
def clerk(db: None) -> Any:
    return at_office("street_office", "city_office")


@pytest.fixture
def write(db: None, people: Any) -> Any:
    """Records of building sites, ``ends`` days from today."""
    module = load("construction")

    def make_one(ends: int = 90, **fields: Any) -> Record:
        day = timezone.localdate() + timedelta(days=ends)
        begins = (day - timedelta(days=20)).isoformat()
        said = {**SITE, "begins": begins, "ends": day.isoformat(), **fields}
        return make(module, by=people["grid_worker"], uuid=uuid4(), fields=said)[0]

    return make_one


def home(user: Any) -> Any:
    city = Application.objects.get(code="city")
    return home_of(city, user, list(city.modules.published()))


def test_days_past_today_and_near_are_told_apart(write, clerk):
    for ends in (-3, 0, 1, 200):
        write(ends)
    made = home(clerk)
    assert (made.overdue, made.today, made.open) == (1, 1, 4)
    assert [due.when for due in made.days][:2] == ["overdue", "today"]


def run_out(record: Record, **more: Any) -> None:
    """A step of it was to be done long ago."""
    begun, due = (timezone.now() - timedelta(days=days) for days in (40, 30))
    Deadline.objects.create(
        **{"kind": "record", "subject_id": record.pk, "name": "mending"},
        **{"limit": 3, "limit_type": "work_days", "started_at": begun},
        **{"since": begun, "due_at": due, "first_due_at": due, "yellow_at": begun},
        **more,
    )


def test_a_limit_that_has_passed_is_another_thing_than_a_day(write, clerk):
    run_out(write())
    made = home(clerk)
    assert (made.late, made.overdue) == (1, 0)
    assert len(made.limits) == 1


def test_what_only_waits_is_never_late(write, clerk):
    run_out(write(), waits=True)
    assert home(clerk).late == 0


def test_a_home_costs_the_same_however_much_is_in_it(
    write, clerk, signed_in, django_assert_max_num_queries
):
    for ends in (-3, 0, 3, 90):
        run_out(write(ends))
    client = signed_in(clerk)
    client.get(HOME)
    with django_assert_max_num_queries(15):
        assert client.get(HOME).status_code == 200


def test_each_figure_opens_as_many_records(write, clerk, signed_in):
    for ends in (-3, 0, 90):
        write(ends)
    client = signed_in(clerk)
    for chart in charts_of(home(clerk)):
        for line in chart.lines:
            for one in line.figures:
                listed = client.get(one.address).context["list"]
                assert listed.count == one.count, one.address


@pytest.mark.parametrize("due", ["overdue", "today", "soon", "late"])
def test_each_count_of_the_head_opens_as_many_records(due, write, clerk, signed_in):
    for ends in (-3, 0, 1, 200):
        write(ends)
    found = signed_in(clerk).get(f"{HOME}records/", {"due": due})
    assert found.context["list"].count == getattr(home(clerk), due)


def test_shading_counts_by_cell_and_by_community(write, clerk):
    record = write()
    made = home(clerk)
    for by, key in (("cell", record.cell_id), ("community", record.community_id)):
        counts = shading.counts(made.application, clerk, made.keys, by)
        assert counts[key] == {"open": 1, "late": 0, "fresh": 1, "cases": 0}


def test_areas_are_those_of_the_reader(write, clerk, signed_in):
    write()
    found = signed_in(clerk).get(f"{HOME}areas/", {"by": "community"}).json()
    codes = {one["properties"]["code"] for one in found["features"]}
    assert codes and all(code.startswith("110109001") for code in codes)


def test_a_reader_elsewhere_learns_nothing(write, people, signed_in):
    record = write()
    client = signed_in(people["outsider_worker"])
    assert record.number not in page(client, f"{HOME}records/", view="all")
    found = client.get(f"{HOME}areas/", {"by": "community"}).json()
    assert not any(one["properties"]["open"] for one in found["features"])


def test_the_list_narrows_by_cell_and_module(write, clerk, signed_in):
    record = write()
    client = signed_in(clerk)
    for said, is_there in (
        ({"cell": record.cell.code}, True),
        ({"cell": "110109001001099"}, False),
        ({"module": "construction"}, True),
        ({"module": "relief"}, False),
        ({"community": record.community.code, "phase": record.state.phase}, True),
    ):
        shown = page(client, f"{HOME}records/", **said)
        assert (record.number in shown) is is_there, said


def test_parts_of_one_module_share_a_tile(write, clerk):
    tiles = home(clerk).tiles * 2
    title = {"zh-hans": "工地·登记", "en": "Sites·register"}
    for tile in tiles:
        tile.module.guide_number, tile.module.titles = 21, title
    (group,) = groups_of(tiles)
    assert (group.title, group.tiles[0].part) == ("工地", "登记")


def test_the_api_says_what_the_page_says(write, clerk, signed_in):
    write(-3)
    said = signed_in(clerk).get("/api/v1/applications/city/").json()
    assert said["modules"][0]["overdue"] == home(clerk).overdue == 1
    assert len(said["charts"]) == 2
