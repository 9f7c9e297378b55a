"""导出: who may take out what, by whose leave, and what is in the file."""

import csv
import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.finding.exporting import NotByPhone
from cases.models import Caller
from govmap.lib.errors import NotAllowed
from workflow import export_files, export_loading, exporting
from workflow.export_files import FORMULAS, plain
from workflow.export_forms import RuleForm
from workflow.models import Export, ExportDownload, ExportRule, Notice

COLUMNS = ["number", "class", "address"]
ALL = "view=all"


@pytest.fixture(autouse=True)
def waiting_jobs(monkeypatch, db):
    """Jobs that were deferred, by the export they make; run by `make` alone."""
    made: list[int] = []

    class Task:
        def defer(self, *, export: int) -> None:
            made.append(export)

    monkeypatch.setattr(exporting.app, "configure_task", lambda name: Task())
    return made


@pytest.fixture
def desk(people):
    return people["desk"]


def ask(user, query=ALL, columns=COLUMNS, purpose="月度核对用", form="csv"):
    register = exporting.register_of("cases")
    return exporting.ask(
        user, register, query=query, columns=columns, purpose=purpose, form=form
    )


def make(user, **said) -> tuple[Export, bytes]:
    row = ask(user, **said)
    export_files.make(row)
    return row, export_files.path_of(row).read_bytes()


def limit(**columns) -> None:
    ExportRule.objects.update(**columns)


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_file_holds_the_list_and_says_whose_it_is(desk, make_case, waiting_jobs):
    case, _foreign = make_case(address="甲8号"), make_case(street=2)
    row, data = make(desk)
    first, header, *rows, last = lines(data)
    assert rows == [[case.number, str(case.category), "甲8号"]]
    assert header == ["编号", "类别", "地址"]
    assert first == last and row.number in first[0] and str(desk) in first[0]
    assert waiting_jobs == [row.pk] and (row.rows, row.stand) == (1, "ready")


def test_a_workbook_has_a_head_and_a_foot(desk, make_case):
    case = make_case(note="楼前垃圾")
    row, data = make(desk, form="xlsx", columns=[*COLUMNS, "reported_at"])
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert row.number in page["A1"].value and row.number in page.oddFooter.center.text
    assert page["A3"].value == case.number and page["D3"].is_date


def test_geojson_has_places_and_the_watermark(desk, make_case):
    case = make_case()
    row, data = make(desk, form="geojson")
    made = json.loads(data)
    (feature,) = made["features"]
    assert feature["geometry"]["coordinates"] == list(case.place.coords)
    assert feature["properties"]["number"] == case.number
    assert row.number in made["watermark"]


@given(st.text(max_size=60))
def test_no_cell_is_a_formula(text):
    made = str(plain(text))
    assert not made.lstrip().startswith(FORMULAS)
    assert made.removeprefix("'") in text or any(ord(sign) < 32 for sign in text)


def test_who_called_is_no_column_and_no_reason_for_a_list(desk, make_case):
    Caller.objects.create(case=make_case(), name="张三丰", phone="13812345678")
    names = {one.name for one in exporting.register_of("cases").columns}
    assert not names & {"caller", "phone", "name"}
    with pytest.raises(NotByPhone):
        ask(desk, query="view=all&caller=x")


def test_personal_columns_want_their_own_right(desk, people, make_case):
    make_case(note="住户李四反映")
    with pytest.raises(exporting.NoColumns):
        ask(desk, columns=["number", "told"])
    _row, data = make(people["supervisor"], columns=["number", "told", "reporter"])
    assert "住户李四反映" in data.decode()


def test_a_volunteer_is_named_in_no_file(people, make_case):
    make_case(by="volunteer")
    _row, data = make(people["supervisor"], columns=["number", "reporter"])
    assert str(people["volunteer"]) not in data.decode()


@pytest.mark.parametrize("name", ["grid_worker", "handler", "volunteer", "system"])
def test_without_a_rule_nobody_exports(people, make_case, name):
    make_case("resolve")
    with pytest.raises(exporting.MayNotExport):
        ask(people[name])


def test_it_wants_a_purpose_columns_and_rows(desk, make_case):
    with pytest.raises(exporting.NothingFound):
        ask(desk)
    make_case()
    with pytest.raises(exporting.NoPurpose):
        ask(desk, purpose="  x ")
    with pytest.raises(exporting.NoColumns):
        ask(desk, columns=[])


def test_a_file_and_a_day_have_their_limits(desk, make_case):
    for _ in range(3):
        make_case()
    limit(rows=2, rows_a_day=2)
    with pytest.raises(exporting.TooMany):
        ask(desk)
    limit(rows=3, rows_a_day=5)
    ask(desk)
    with pytest.raises(exporting.DayIsFull):
        ask(desk)


@pytest.fixture
def large(desk, make_case):
    """An export that somebody else has to approve."""
    make_case()
    limit(approve_above=0)
    return ask(desk)


def test_above_its_limit_another_person_approves(large, people, waiting_jobs):
    assert large.stand == "asked" and not waiting_jobs
    assert Notice.objects.filter(person=people["supervisor"]).exists()
    made = exporting.decide(large, people["supervisor"], agrees=True)
    assert waiting_jobs == [large.pk] and made.stand == "making"
    export_files.make(made)
    assert Notice.objects.filter(person=large.by, what="export_made").exists()


def test_a_refusal_says_why_and_nothing_is_made(large, people):
    with pytest.raises(exporting.NoReason):
        exporting.decide(large, people["leader"], agrees=False)
    row = exporting.decide(large, people["leader"], agrees=False, reason="用途不明")
    export_files.make(row)
    assert (row.stand, row.made_at) == ("refused", None)
    assert exporting.taken_today(large.by, exporting.register_of("cases")) == 0
    with pytest.raises(exporting.Decided):
        exporting.decide(row, people["supervisor"], agrees=True)


@pytest.mark.parametrize("name", ["desk", "acceptor", "outsider", "system"])
def test_who_asked_and_who_has_no_say_do_not_decide(large, people, name):
    with pytest.raises(NotAllowed):
        exporting.decide(large, people[name], agrees=True)


def test_the_database_keeps_it_to_two_people(large):
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.update(decided_by=large.by, decided_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.update(made_at=timezone.now())


def test_who_lost_his_post_gets_no_file(desk, make_case):
    make_case()
    row = ask(desk)
    limit(in_use=False)
    with pytest.raises(exporting.MayNotExport):
        export_files.make(row)


def test_rows_that_came_since_do_not_make_it_larger_than_allowed(desk, make_case):
    make_case()
    limit(approve_above=1)
    row = ask(desk)
    make_case()
    export_files.make(row)
    assert (row.rows, row.is_cut) == (1, True)


def test_only_who_asked_fetches_it_and_each_time_is_kept(
    desk, people, signed_in, make_case
):
    make_case()
    row, data = make(desk)
    address = f"/exports/{row.uuid}/file/"
    assert signed_in(people["supervisor"]).get(address).status_code == 404
    answer = signed_in(desk).get(address)
    assert b"".join(answer.streaming_content) == data
    assert ExportDownload.objects.get().by == desk


def test_a_file_goes_in_time_and_its_row_stays(desk, signed_in, make_case):
    make_case()
    row, _data = make(desk)
    assert export_files.sweep(timezone.now()) == 0
    assert export_files.sweep(timezone.now() + timedelta(days=8)) == 1
    row.refresh_from_db()
    assert row.stand == "removed" and not export_files.path_of(row).exists()
    assert signed_in(desk).get(f"/exports/{row.uuid}/file/").status_code == 404


def test_made_again_it_stays_as_it_is(desk, make_case):
    make_case()
    row, data = make(desk)
    make_case()
    export_files.make(row)
    assert export_files.path_of(row).read_bytes() == data


@pytest.mark.parametrize(
    ("name", "sees"),
    [("desk", True), ("supervisor", True), ("audit", True), ("outsider", False)],
)
def test_the_record_is_for_who_supervises_and_who_audits(large, people, name, sees):
    shown = exporting.is_shown_to(large, people[name])
    assert shown is sees


def test_the_page_asks_for_a_file(desk, signed_in, make_case):
    make_case()
    client, address = signed_in(desk), f"/exports/new/?register=cases&{ALL}"
    assert "1</strong>" in client.get(address).content.decode()
    sent = {"columns": COLUMNS, "form": "csv", "purpose": "月度核对用"}
    assert client.post(address, sent | {"purpose": "x"}).status_code == 400
    assert client.post(address, sent).status_code == 302
    row = Export.objects.get()
    assert row.number in client.get("/exports/").content.decode()


def test_the_pages_decide(large, people, signed_in):
    client, decide = signed_in(people["supervisor"]), f"/exports/{large.uuid}/decide/"
    for view in ("decide", "record"):
        page = client.get(f"/exports/?view={view}").content.decode()
        assert large.number in page
    assert client.post(decide, {"agrees": "no"}).status_code == 400
    assert client.post(decide, {"agrees": "yes"}).status_code == 302


def test_a_list_of_exports_costs_the_same_however_long(desk, signed_in, make_case):
    make_case()
    client = signed_in(desk)
    counts = []
    for _ in range(2):
        ask(desk)
        ask(desk)
        with CaptureQueriesContext(connection) as queries:
            client.get("/exports/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_rows_of_a_file_cost_the_same_however_many(desk, make_case):
    register, counts = exporting.REGISTERS["cases"], []
    for _ in range(3):
        make_case("resolve")
        with CaptureQueriesContext(connection) as queries:
            found = register.found(desk, ALL)
            for row in register.rows(found, 10):
                assert [one.read(row) for one in register.columns]
        counts.append(len(queries))
    # The first time a process is read it is kept.
    assert counts[1] == counts[2]


def test_a_package_leaves_what_the_administrator_changed(db):
    told = export_loading.export()
    export_loading.load_data(told, name="exports.json")
    ExportRule.objects.filter(role="acceptor").update(rows=7)
    export_loading.load_data(told, name="exports.json")
    assert ExportRule.objects.get(register="", role="acceptor").rows == 7
    changed = [{**row, "rows": 9} if row["role"] == "acceptor" else row for row in told]
    export_loading.load_data(changed, name="exports.json")
    assert ExportRule.objects.get(register="", role="acceptor").rows == 9


def test_the_api_asks_decides_and_fetches(desk, people, signed_in, make_case):
    make_case()
    sent = {"register": "cases", "query": ALL, "columns": COLUMNS}
    sent |= {"purpose": "月度核对用", "form": "csv"}
    client = signed_in(desk)
    made = client.post("/api/v1/exports/", sent, "application/json")
    assert (made.status_code, made.json()["stand"]) == (201, "making")
    export_files.make(Export.objects.get())
    address = f"/api/v1/exports/{made.json()['uuid']}/"
    assert client.get(address).json()["rows"] == 1
    assert client.get(f"{address}file/").status_code == 200
    assert client.get("/api/v1/exports/").json()["results"][0]["stand"] == "ready"
    assert client.get("/api/v1/exports/?view=record").status_code == 404


def test_a_rule_that_is_too_wide_is_told_in_words():
    said = {"register": "layer", "role": "steward", "rows": 6_000_000}
    said |= {"rows_a_day": 6_000_000, "approve_above": 1, "keep_days": 7}
    assert "最多 5,000,000 行" in str(RuleForm(said).errors)
