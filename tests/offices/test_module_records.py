"""Records of modules: written, sealed, found, scoped, changed, run through."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from offices.models import Record, RecordKey, RecordReading, RegisterReading
from offices.modules.keeping import values_of
from offices.modules.lists import Filters, list_records
from offices.modules.making import BadFields, definition_now, make
from offices.registers import words
from tests.offices.modules import at_office, load
from tests.sites import package
from workflow.engine import act
from workflow.errors import MayNotAct, NotNow

SITE = {
    "name": "演示改造工程",
    "kind": "small",
    "spot": list(package.inside(1, 1, 1)),
    "manager_phone": "13800001234",
    "begins": "2026-03-01",
    "ends": "2026-03-31",
    "night": False,
}
RELIEF = {
    "applicant_name": "演示甲",
    "kind": "dibao",
    "standard": 1500,
    "phone": "13900005678",
    "members": [{"relation": "self", "income": 900}, {"relation": "child"}],
}


@pytest.fixture
def construction(db: None) -> Any:
    return load("construction")


@pytest.fixture
def relief(db: None) -> Any:
    return load("relief")


def write(module: Any, by: Any, fields: dict[str, Any], **more: Any) -> Record:
    return make(module, by=by, uuid=uuid4(), fields=fields, **more)[0]


def raw_row(record: Record) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data::text || personal || sensitive FROM offices_record"
            " WHERE id = %s",
            [record.pk],
        )
        return str(cursor.fetchone()[0])


def test_a_record_lies_where_its_place_lies(construction, people):
    record = write(construction, people["grid_worker"], SITE)
    assert record.cell.code == package.cell_code(1, 1, 1)
    assert record.community.code == "110109001001"


def test_what_is_personal_lies_sealed(construction, people):
    record = write(construction, people["grid_worker"], SITE)
    assert "13800001234" not in raw_row(record)
    assert values_of(record)["manager_phone"] == "13800001234"


def test_what_is_sensitive_lies_sealed_and_is_computed(relief, people):
    record = write(relief, people["community_worker"], RELIEF)
    values = values_of(record)
    assert (values["persons"], values["per_head"], values["monthly"]) == (2, 450, 2100)
    assert "2100" not in raw_row(record)


def test_a_hidden_field_is_not_kept(construction, people):
    fields = {**SITE, "permit": "证1", "night_until": "2026-03-09"}
    assert {"permit", "night_until"}.isdisjoint(
        values_of(write(construction, people["grid_worker"], fields))
    )


def test_each_wrong_field_says_why(construction, people):
    fields = {**SITE, "kind": "castle", "workers": -1, "name": ""}
    with pytest.raises(BadFields) as refused:
        write(construction, people["grid_worker"], fields)
    assert set(refused.value.fields) == {"kind", "workers", "name"}


def test_sent_twice_it_is_one(construction, people):
    uuid = uuid4()
    for _again in range(2):
        make(construction, by=people["grid_worker"], uuid=uuid, fields=SITE)
    assert Record.objects.filter(uuid=uuid).count() == 1


def test_another_street_sees_nothing(construction, people):
    write(construction, people["grid_worker"], SITE)
    seen = Record.objects.visible_to(people["outsider_worker"])
    assert not seen.exists()


def test_another_office_of_the_street_sees_nothing(relief, people):
    write(relief, people["community_worker"], RELIEF)
    assert not Record.objects.visible_to(at_office("street_office", "city_office"))
    assert Record.objects.visible_to(at_office("street_office", "livelihood_office"))


def test_who_may_not_write_writes_nothing(relief, people):
    with pytest.raises(MayNotAct):
        write(relief, people["grid_worker"], RELIEF)


def test_a_personal_value_has_a_keyed_hash(construction, people):
    record = write(construction, people["grid_worker"], SITE)
    keys = RecordKey.objects.filter(record=record)
    assert [row.field for row in keys] == ["manager_phone"]


def page(client: Any, address: str, **sent: Any) -> str:
    return client.get(address, sent).content.decode()


def test_the_list_finds_words_and_whole_numbers(construction, people, signed_in):
    record = write(construction, people["grid_worker"], SITE)
    client = signed_in(people["grid_worker"])
    for text in ("改造", record.number):
        assert record.number in page(client, "/modules/construction/", q=text)


def test_a_common_word_is_counted_no_further_than_shown(
    construction, people, monkeypatch
):
    monkeypatch.setattr(words, "FEW", 1)
    worker = people["grid_worker"]
    for _row in range(3):
        write(construction, worker, SITE)
    filters = Filters({"q": "改造"}, definition_now(construction))
    found = list_records(construction, worker, filters, size=2)
    assert (found.count_text, len(found.rows)) == ("2+", 2)


def sent(client: Any, text: str) -> Any:
    return client.post("/modules/construction/", {"q": text, "view": "all"})


def test_a_phone_is_sent_and_stands_in_no_address(construction, people, signed_in):
    record = write(construction, people["grid_worker"], SITE)
    client = signed_in(people["grid_worker"])
    answer = sent(client, "138 0000 1234")
    found = answer.content.decode()
    assert answer.status_code == 200 and record.number in found
    assert "q=138" not in found
    assert record.number not in sent(client, "1380000").content.decode()
    assert RegisterReading.objects.get().what == RegisterReading.What.FIND_PHONE


def test_a_phone_in_an_address_is_offered_to_be_sent(construction, people, signed_in):
    record = write(construction, people["grid_worker"], SITE)
    client = signed_in(people["grid_worker"])
    found = page(client, "/modules/construction/", q="13800001234")
    assert record.number not in found
    assert 'name="q" value="13800001234"' in found


def test_words_that_are_sent_go_into_the_address(construction, people, signed_in):
    answer = sent(signed_in(people["grid_worker"]), "改造")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/modules/construction/?view=all&q=")


def test_another_program_sends_a_phone(construction, people, signed_in):
    record = write(construction, people["grid_worker"], SITE)
    client = signed_in(people["grid_worker"])
    address = "/api/v1/modules/construction/records/"
    assert client.get(address, {"q": "13800001234"}).json()["results"] == []
    said = {"q": "13800001234"}
    answer = client.post(f"{address}find/", said, "application/json")
    (found,) = answer.json()
    assert found["uuid"] == str(record.uuid)


def test_the_list_narrows_by_its_filters(construction, people, signed_in):
    record = write(construction, people["grid_worker"], SITE)
    client = signed_in(people["grid_worker"])
    for name, value, is_there in (
        ("f-kind", "small", True),
        ("f-kind", "municipal", False),
        ("f-ends-to", "2026-03-31", True),
        ("f-ends-from", "2026-04-01", False),
        ("f-night", "false", True),
    ):
        shown = page(client, "/modules/construction/", **{name: value})
        assert (record.number in shown) is is_there, (name, value)


def test_the_list_costs_the_same_however_long(
    construction, people, signed_in, django_assert_max_num_queries
):
    for _row in range(3):
        write(construction, people["grid_worker"], SITE)
    client = signed_in(people["grid_worker"])
    with django_assert_max_num_queries(16):
        client.get("/modules/construction/?view=all")


def test_the_form_makes_a_record(construction, people, signed_in):
    client = signed_in(people["grid_worker"])
    lon, lat = SITE["spot"]
    answer = client.post(
        "/modules/construction/new/",
        {
            **{"uuid": str(uuid4()), "f-name": "演示小修", "f-kind": "small"},
            **{"place": f"{lon},{lat}", "f-dust": ["fence", "cover"]},
            **{"f-trucks-0-plate": "京A演示1", "f-trucks-1-plate": ""},
        },
    )
    assert answer.status_code == 302
    values = values_of(Record.objects.get())
    assert (values["dust"], values["trucks"]) == (
        ["fence", "cover"],
        [{"plate": "京A演示1"}],
    )


def test_the_form_says_beside_each_field(construction, people, signed_in):
    client = signed_in(people["grid_worker"])
    sent = {"uuid": str(uuid4()), "f-name": "演示", "f-workers": "许多"}
    answer = client.post("/modules/construction/new/", sent)
    assert answer.status_code == 422
    assert "演示" in answer.content.decode()
    assert answer.content.decode().count('id="error-f-') == 3


def test_a_page_masks_until_it_is_opened_with_a_purpose(relief, people, signed_in):
    record = write(relief, people["community_worker"], RELIEF)
    client = signed_in(at_office("street_office", "livelihood_office"))
    address = f"/records/{record.uuid}/"
    assert "13900005678" not in page(client, address)
    client.post(f"{address}reveal/", {"purpose": "call"})
    assert "13900005678" in page(client, address)
    assert RecordReading.objects.get().level == "S3"


def test_a_correction_keeps_what_was_there(construction, people, signed_in):
    record = write(construction, people["grid_worker"], SITE)
    client = signed_in(at_office("street_office", "city_office"))
    sent = {"act_id": str(uuid4()), "after_event": "1", "f-name": "演示新名"}
    sent |= {"f-kind": "small", "place": ",".join(map(str, SITE["spot"]))}
    assert client.post(f"/records/{record.uuid}/edit/", sent).status_code == 302
    shown = page(client, f"/records/{record.uuid}/")
    assert "演示新名" in shown
    assert "<s>演示改造工程</s>" in shown


def test_a_correction_with_no_number_of_events_is_no_error(
    construction, people, signed_in
):
    record = write(construction, people["grid_worker"], SITE)
    client = signed_in(at_office("street_office", "city_office"))
    sent = {"act_id": str(uuid4()), "after_event": "x", "f-kind": "nothing"}
    assert client.post(f"/records/{record.uuid}/edit/", sent).status_code == 422


def do(record: Record, verb: str, by: Any, **evidence: Any) -> None:
    act(record, verb, by=by, act_id=uuid4(), evidence=evidence)
    record.refresh_from_db()


def test_relief_runs_through_its_procedure(relief, people, monkeypatch):
    clerk = at_office("street_office", "livelihood_office")
    head = at_office("office_head", "livelihood_office")
    record = write(relief, people["community_worker"], RELIEF)
    do(record, "take_up_relief", clerk)
    found = {"survey_on": "2026-03-03", "report_result": "fits", "surveyors": "甲、乙"}
    do(record, "survey_home", people["community_worker"], fields=found)
    do(record, "post_relief", head, note="同意")
    notice = record.notices.get()
    assert [label for label, _text in notice.items] == [
        "申请人姓名",
        "保障人数",
        "月保障金",
    ]
    with pytest.raises(NotNow):
        do(record, "grant_relief", clerk, fields={"review": "year"})
    notice.ends_at = datetime.now(UTC) - timedelta(hours=1)
    notice.save()
    do(
        record,
        "grant_relief",
        clerk,
        fields={"review": "year", "from_month": "2026-04-01"},
    )
    assert record.dues.get().due_on.isoformat() == "2027-04-01"
