"""Pages of modules: what they ask, what they say that a step waits for, their map."""

from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from cases.intake import report
from govmap.lib.sealed import reseal
from offices.models import CaseBegun, Record, RecordKey
from offices.modules.case_links import cases_of, records_of
from offices.modules.making import make
from tests.cases.driving import litter
from tests.offices.modules import at_office, load
from tests.offices.test_module_records import RELIEF, SITE, do, page, write
from tests.offices.test_twelve_walks import things  # noqa: F401
from tests.offices.twelve import Walk, published
from workflow.errors import NotNow


@pytest.fixture
def relief(db: None, people: Any) -> Record:
    return write(load("relief"), people["community_worker"], RELIEF)


@pytest.fixture
def site(db: None, people: Any) -> Record:
    return write(load("construction"), people["grid_worker"], SITE)


def test_a_new_record_is_asked_only_what_its_first_step_asks(relief, people, signed_in):
    shown = page(signed_in(people["community_worker"]), "/modules/relief/new/")
    assert 'name="f-kind"' in shown
    assert 'name="f-survey_on"' not in shown


def test_a_later_step_asks_its_own_fields(relief, people, signed_in):
    clerk = at_office("street_office", "livelihood_office")
    do(relief, "take_up_relief", clerk)
    shown = page(signed_in(people["community_worker"]), f"/records/{relief.uuid}/")
    assert 'name="f-survey_on"' in shown


def test_an_objection_holds_the_notice_until_somebody_else_answers(relief, people):
    clerk = at_office("street_office", "livelihood_office")
    head = at_office("office_head", "livelihood_office")
    do(relief, "take_up_relief", clerk)
    found = {"survey_on": "2026-03-03", "report_result": "fits", "surveyors": "甲、乙"}
    do(relief, "survey_home", people["community_worker"], fields=found)
    do(relief, "post_relief", head, note="同意")
    relief.notices.update(ends_at=relief.created_at)
    do(relief, "object_to_relief", clerk, note="情况不符")
    with pytest.raises(NotNow):
        do(relief, "grant_relief", clerk, fields={"review": "year"})
    do(relief, "dismiss_objection", head, note="属实")
    do(relief, "grant_relief", clerk, fields={"review": "year"})


def test_a_step_says_which_paper_it_waits_for(
    things,  # noqa: F811
    make_photo,
    signed_in,
    django_assert_max_num_queries,
):
    walk = Walk(published("allowance"), things, make_photo)
    client = signed_in(walk.people[0])
    address = f"/records/{walk.record.uuid}/"
    assert "一次性告知补正</strong>：需先打印文书：" in page(client, address)
    with django_assert_max_num_queries(15):
        client.get(address)


def test_a_case_begun_from_a_record_and_the_record_show_each_other(
    site, people, signed_in
):
    worker = people["grid_worker"]
    begun = CaseBegun.objects.create(record=site, uuid=uuid4(), by=worker)
    told = {"category": litter().pk, "place": SITE["spot"], "note": "堆物"}
    case, _event = report(by=worker, uuid=begun.uuid, evidence=told)
    site.refresh_from_db()
    assert site.case == case
    assert cases_of(site, worker) == [case]
    assert records_of(case, worker) == [site]
    assert case.number in page(signed_in(worker), f"/records/{site.uuid}/")


def test_a_new_key_finds_old_values_and_drops_their_old_hashes(site, settings):
    old = RecordKey.objects.get(record=site).hash
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode(), *settings.PERSONAL_KEYS]
    row = Record.objects.get(pk=site.pk)
    row.save(update_fields=reseal(row))
    assert RecordKey.objects.get(record=site).hash != old


def test_the_map_has_a_box_and_tiles_under_the_filters(site, people, signed_in):
    client = signed_in(people["grid_worker"])
    shown = client.get("/modules/construction/on-map/", {"f-kind": "small"})
    assert shown.context["count"] == 1
    assert "f-kind=small" in shown.content.decode()
    none = client.get("/modules/construction/on-map/", {"f-kind": "municipal"})
    assert none.context["box"] is None


def test_the_list_says_how_many_filters_are_on(site, people, signed_in):
    asked = {"f-kind": "small", "q": "演示"}
    shown = page(signed_in(people["grid_worker"]), "/modules/construction/", **asked)
    assert "已启用 2 个筛选条件" in shown


def test_further_rows_name_the_page_after_them(people, signed_in, monkeypatch):
    monkeypatch.setattr(
        "offices.modules.lists.list_records.__kwdefaults__", {"size": 1}
    )
    module = load("construction")
    for _row in range(3):
        make(module, by=people["grid_worker"], uuid=uuid4(), fields=SITE)
    client = signed_in(people["grid_worker"])
    headers = {"X-Requested-With": "fetch"}
    shown = client.get("/modules/construction/?view=all", headers=headers)
    assert 'data-next="?view=all&amp;after=' in shown.content.decode()
