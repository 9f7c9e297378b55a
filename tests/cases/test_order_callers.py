"""Who called: sealed, read by the one whose task it is, and every reading kept."""

import io

import openpyxl
import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import InternalError, ProgrammingError, connection, transaction

from cases.finding.exporting import NotByPhone
from cases.models import Order, Reveal
from cases.orders.permissions import can_reveal
from govmap.lib.errors import NotAllowed
from govmap.lib.sealed import keyed_hash
from tests.cases.ordering import add_order, hotline, order_of
from workflow import export_files, exporting
from workflow.models import Export, ExportRule

PHONE, NAME = "13812345678", "张三丰"


@pytest.fixture
def in_work(make_case, people):
    """An order whose case is the task of the sanitation department."""
    return add_order(make_case("resolve"), people["desk"])


@pytest.fixture
def page(people, signed_in):
    """The page of an order as somebody sees it."""

    def get(name: str, order: Order) -> str:
        return signed_in(people[name]).get(f"/orders/{order.uuid}/").content.decode()

    return get


def read(client, order, **sent):
    return client.post(
        f"/orders/{order.uuid}/reveal/", {"purpose": "call_caller", **sent}
    )


def test_nothing_readable_stands_in_the_table(in_work):
    with connection.cursor() as cursor:
        cursor.execute("SELECT caller, phone, phone_hash, forms FROM cases_order")
        kept = str(cursor.fetchall())
    assert PHONE not in kept
    assert NAME not in kept


def test_the_desk_sees_the_last_four(in_work, page):
    html = page("desk", in_work)
    assert "5678" in html
    assert PHONE not in html
    assert NAME not in html


def test_the_handler_sees_no_digit_before_he_asks(in_work, page):
    assert "5678</strong>" not in page("handler", in_work)


def test_a_number_in_the_words_is_masked(in_work, page):
    assert "138****5678" in page("handler", in_work)


def test_the_handler_reads_it_once_and_the_log_has_it(in_work, people, signed_in):
    client = signed_in(people["handler"])
    html = read(client, in_work).content.decode()
    assert PHONE in html
    assert NAME in html
    logged = Reveal.objects.get()
    assert (logged.by, logged.purpose) == (people["handler"], "call_caller")
    assert PHONE not in client.get(f"/orders/{in_work.uuid}/").content.decode()


def test_reading_needs_a_purpose(in_work, people, signed_in):
    answer = read(signed_in(people["handler"]), in_work, purpose="")
    assert answer.status_code == 400
    assert not Reveal.objects.exists()


def test_a_get_reveals_nothing(in_work, people, signed_in):
    client = signed_in(people["handler"])
    assert client.get(f"/orders/{in_work.uuid}/reveal/").status_code == 405


@pytest.mark.parametrize("name", ["desk", "clerk", "unit_reviewer"])
def test_others_who_see_the_order_do_not_read_it(in_work, people, signed_in, name):
    assert read(signed_in(people[name]), in_work).status_code == 403
    assert not Reveal.objects.exists()


@pytest.mark.parametrize("name", ["other_handler", "outsider", "grid_worker"])
def test_other_units_do_not_even_see_the_order(in_work, people, signed_in, name):
    assert read(signed_in(people[name]), in_work).status_code == 404


def test_when_the_work_is_done_he_reads_it_no_more(make_case, people):
    order = add_order(make_case("verify"), people["desk"])
    assert not can_reveal(people["handler"], order)


def test_a_secret_order_is_the_centres_alone(in_work, people, page):
    Order.objects.filter(pk=in_work.pk).update(secret=True)
    in_work.refresh_from_db()
    assert not can_reveal(people["handler"], in_work)
    assert "5678</strong>" not in page("desk", in_work)
    assert can_reveal(people["supervisor"], in_work)


@pytest.mark.parametrize(
    "change", [{"caller": "保密"}, {"type": "举报"}, {"tags": "保密,七有五性"}]
)
def test_the_sheet_says_what_is_secret(people, change):
    hotline()
    assert order_of(people["desk"], **change).secret


def test_a_secret_order_is_not_found_by_its_phone(in_work, people, signed_in):
    client = signed_in(people["desk"])
    assert in_work.number in client.get(f"/orders/?q={PHONE}").content.decode()
    Order.objects.filter(pk=in_work.pk).update(secret=True)
    assert in_work.number not in client.get(f"/orders/?q={PHONE}").content.decode()


def test_the_log_of_readings_cannot_be_rewritten(in_work, people, signed_in):
    read(signed_in(people["handler"]), in_work)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Reveal.objects.update(purpose="inspection")


def test_the_auditor_reads_the_log_and_no_caller(in_work, people, signed_in):
    read(signed_in(people["handler"]), in_work)
    html = signed_in(people["audit"]).get("/orders/reveals/").content.decode()
    assert in_work.number in html
    assert PHONE not in html


def test_the_same_caller_is_counted_by_his_hash(people, page):
    hotline()
    order_of(people["desk"], phone="138 1234 5678")
    order = order_of(people["desk"], number="GD2", phone="+86-13812345678")
    assert "90 天内 2 件" in page("desk", order)


def exported(user, form="xlsx", query="") -> tuple[Export, bytes]:
    """The file as its job makes it, and its row in the record."""
    row = exporting.ask(
        user,
        exporting.register_of("orders"),
        query=query,
        columns=(),
        purpose="月度核对",
        form=form,
    )
    export_files.make(row)
    return row, export_files.path_of(row).read_bytes()


def cells(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return str([list(sheet.iter_rows(values_only=True)) for sheet in book])


def test_a_streets_export_is_masked_and_marked(in_work, people):
    text = cells(exported(people["desk"])[1])
    assert "138****5678" in text
    assert PHONE not in text.replace(in_work.content, "")
    assert str(people["desk"]) in text


def test_the_centres_export_is_whole_and_on_record(in_work, people):
    row, data = exported(people["supervisor"])
    assert PHONE in cells(data) and row.number in cells(data)
    assert (row.rows, row.purpose, row.words) == (1, "月度核对", ["含完整来电人信息"])


def test_an_export_of_orders_needs_a_purpose_and_a_post(in_work, people):
    register = exporting.register_of("orders")
    said = {"query": "", "columns": (), "form": "gbk"}
    with pytest.raises(exporting.NoPurpose):
        exporting.ask(people["desk"], register, purpose="x", **said)
    with pytest.raises(NotAllowed):
        exporting.ask(people["clerk"], register, purpose="月度核对", **said)


def test_many_orders_wait_for_somebody_elses_leave(in_work, people):
    ExportRule.objects.update(approve_above=0)
    said = {"query": "", "columns": (), "form": "csv", "purpose": "月度核对"}
    row = exporting.ask(people["desk"], exporting.register_of("orders"), **said)
    assert exporting.may_decide(row, people["supervisor"])


def test_a_list_narrowed_by_a_phone_is_not_exported(in_work, people):
    with pytest.raises(NotByPhone):
        exported(people["supervisor"], query=f"q={PHONE}")


def test_the_list_leads_to_its_export(in_work, people, signed_in):
    client = signed_in(people["desk"])
    html = client.get("/orders/?street=110109001").content.decode()
    assert "/exports/new/?register=orders&amp;street=110109001" in html
    sent = {"form": "gbk", "purpose": "回传热线"}
    answer = client.post("/exports/new/?register=orders", sent)
    assert (answer.status_code, Export.objects.get().form) == (302, "gbk")


def test_a_new_key_reseals_every_order(in_work, settings):
    new = Fernet.generate_key().decode()
    settings.PERSONAL_KEYS = [new, *settings.PERSONAL_KEYS]
    call_command("reseal", verbosity=0)
    settings.PERSONAL_KEYS = [new]
    order = Order.objects.get(phone_hash=keyed_hash(PHONE))
    assert order.caller.open() == NAME


def test_the_case_says_nothing_of_the_caller(people):
    hotline()
    order = order_of(people["desk"], content=f"请回电{PHONE}")
    remark = order.case.events().get().remark
    assert PHONE not in remark.text
