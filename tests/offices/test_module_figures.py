"""Figures that are no share of records: means, and shares of sums."""

from uuid import uuid4

import pytest

from offices.modules.figures import figures_of
from offices.modules.indicators import over_rows
from offices.modules.loading import BadDefinition
from offices.modules.making import make
from tests.offices.modules import load
from tests.offices.test_module_records import SITE, write
from tests.offices.twelve import definitions, published, staff
from tests.sites import package
from workflow.engine import moves_open_to

EVERY = {"any": [{"ended": True}, {"ended": False}]}
SMALL = {"field": "kind", "is": "small"}
MEAN = {"code": "mean", "title": {"zh-hans": "平均工期"}, "unit": "天"}
MEAN |= {"mean": "length", "denominator": SMALL}
SUMS = {"code": "sums", "title": {"zh-hans": "人均"}, "denominator": EVERY}
SUMS |= {"sums": {"part": "workers", "whole": "area"}}


@pytest.fixture
def figures(db, people):
    """Of three sites: one of another kind, and one that says no area."""
    module = load("construction", indicators=[MEAN, SUMS])
    worker = people["grid_worker"]
    write(module, worker, {**SITE, "workers": 3, "area": 10})
    write(module, worker, {**SITE, "ends": "2026-03-11", "workers": 5})
    write(module, worker, {**SITE, "kind": "municipal", "workers": 1, "area": 6})
    return {one.code: one for one in figures_of(module, worker)}


def test_a_mean_is_of_the_records_that_it_asks_for(figures):
    found = figures["mean"]
    assert (found.numerator, found.denominator, found.rate) == (40, 2, 20)
    assert not found.is_share


def test_sums_are_of_the_records_in_which_both_stand(figures):
    found = figures["sums"]
    assert (found.numerator, found.denominator, found.rate) == (4, 16, 25)


def test_of_no_records_there_is_no_mean(db, people):
    module = load("construction", indicators=[MEAN, SUMS])
    assert [one.rate for one in figures_of(module, people["grid_worker"])] == [None] * 2


def test_rows_that_are_tried_come_to_the_same():
    rows = [{"length": 30}, {"length": 10}, {"length": None}, {}]
    assert over_rows(MEAN, rows).rate == 20


@pytest.mark.parametrize("name", ["kind", "nothing", "manager_phone"])
def test_what_is_no_number_is_not_added_up(db, name):
    with pytest.raises(BadDefinition):
        load("construction", indicators=[{**MEAN, "mean": name}])


def test_the_page_shows_a_mean_in_its_unit(figures, people, signed_in):
    page = signed_in(people["grid_worker"]).get("/modules/construction/figures/")
    assert "<strong>20.0</strong> 天" in page.content.decode()


def test_sites_that_are_not_registered_count_against_the_coverage(people, signed_in):
    module = published("building_site")
    clerk = next(u for u in staff(definitions()["building_site"]))
    kept = {"kind": "small", "where": list(package.inside(1, 1, 1))}
    make(module, by=clerk, uuid=uuid4(), fields=kept | {"site_name": "无号"})
    said = kept | {"site_name": "有号", "permit_number": "示例1号"}
    record, _event = make(module, by=clerk, uuid=uuid4(), fields=said)
    found = next(row for row in figures_of(module, clerk) if row.code == "registered")
    assert (found.title, found.rate) == ("登记覆盖率", 50)
    rows = signed_in(clerk).get("/modules/building_site/?view=all&figure=registered/")
    assert len(rows.context["list"].rows) == 2
    page = "/modules/building_site/?view=all&figure=registered/numerator"
    (row,) = signed_in(clerk).get(page).context["list"].rows
    assert row.record == record


def test_work_begins_at_a_site_that_is_registered(people):
    module = published("building_site")
    clerk = next(u for u in staff(definitions()["building_site"]))
    kept = {
        "kind": "small",
        "where": list(package.inside(1, 1, 1)),
        "site_name": "无号",
    }
    record, _event = make(module, by=clerk, uuid=uuid4(), fields=kept)
    assert "start_site" not in {move.verb for move in moves_open_to(record, clerk)}
