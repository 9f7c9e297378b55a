"""The pages of work orders, and the API of them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Order, OrderKind, OrderSheet, RateRule
from cases.orders import exporting, running
from tests.cases.ordering import add_order, book, call_back, hotline, order_of, row


@pytest.fixture
def desk(people, signed_in):
    return signed_in(people["desk"])


@pytest.fixture
def order(make_case, people):
    return add_order(make_case("resolve"), people["desk"])


def html_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_list_shows_order_light_and_tail(desk, order):
    html = html_of(desk, "/orders/")
    assert order.number in html
    assert "light-green" in html
    assert "5678" in html


def test_a_longer_list_costs_no_more_queries(desk, people, make_case):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            html_of(desk, "/orders/")
        return len(found)

    add_order(make_case("collect"), people["desk"])
    one = queries()
    for _more in range(3):
        add_order(make_case("collect"), people["desk"])
    assert queries() <= one <= 16


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?done=waiting", True),
        ("?done=answered", False),
        ("?light=red", False),
        ("?kind=general", True),
        ("?kind=life", False),
        ("?q=没有这个", False),
        ("?open=1", False),
        ("?repeat=1", False),
        ("?q=楼前", True),
    ],
)
def test_the_list_is_narrowed(desk, order, query, found):
    assert (order.number in html_of(desk, f"/orders/{query}")) is found


def test_the_next_page_begins_after_the_last_row(desk, order, monkeypatch, people,
                                                 make_case):  # fmt: skip
    monkeypatch.setattr("govmap.lib.lists.PAGE", 1)
    newer = add_order(make_case("collect"), people["desk"])
    html = html_of(desk, "/orders/")
    assert newer.number in html
    assert f"after={newer.pk}" in html
    assert order.number in html_of(desk, f"/orders/?after={newer.pk}")


def test_a_reply_is_kept_and_ends_the_limit(desk, order):
    sent = {"text": "已清理完毕", "result": "清理垃圾 2 车", "manner": "现场"}
    desk.post(f"/orders/{order.uuid}/reply/", sent)
    assert order.deadline().met_at == order.replies.get().at
    assert "已清理完毕" in html_of(desk, f"/orders/{order.uuid}/")


def test_a_second_reply_leaves_the_first_moment(desk, order):
    for text in ("已联系", "已清理"):
        sent = {"text": text, "manner": "电话"}
        desk.post(f"/orders/{order.uuid}/reply/", sent)
    assert order.deadline().met_at == order.replies.earliest("pk").at


def test_the_reply_goes_out_in_the_hotlines_columns(desk, order, people):
    desk.post(f"/orders/{order.uuid}/reply/", {"text": "已清理", "manner": "现场"})
    mine = exporting.found(people["desk"], "")
    row = [cell.text for cell in next(exporting.rows(mine, 1))]
    assert "回复完成" in row
    assert row[row.index("已清理") + 1] == "现场"


def test_another_kind_reckons_from_the_same_beginning(desk, order):
    before = order.deadline()
    desk.post(f"/orders/{order.uuid}/kind/", {"kind": "complex"})
    after = order.deadline()
    assert (after.started_at, after.limit) == (before.started_at, 15)
    assert order.changes.get().what == {"kind": ["general", "complex"]}


def test_merged_cases_leave_each_order_its_clock(desk, order, make_case, people):
    other = add_order(make_case("collect"), people["desk"])
    type(other.case).objects.filter(pk=other.case_id).update(merged_into=order.case)
    desk.post(f"/orders/{order.uuid}/reply/", {"text": "已清理", "manner": "现场"})
    assert other.deadline().met_at is None
    assert order.case.number in html_of(desk, f"/orders/{other.uuid}/")


def test_a_figure_opens_its_orders(desk, order, people):
    call_back(people["desk"], (order.number, "是", "解决", "满意"))
    address = "/orders/?street=110109001&month=2026-11&figure="
    assert order.number in html_of(desk, f"{address}satisfied")
    assert order.number not in html_of(desk, f"{address}unsatisfied")


def test_the_ranking_shows_the_formula_beside_each_number(desk, order, people):
    call_back(people["desk"], (order.number, "是", "解决", "满意"))
    html = html_of(desk, "/orders/rates/?month=2026-11")
    assert "100.00 × 10/100 + 100.00 × 45/100 + 100.00 × 45/100" in html


def test_a_file_is_looked_through_and_then_taken(desk, db):
    hotline()
    file = SimpleUploadedFile("工单.xlsx", book(row()))
    sent = desk.post("/orders/import/", {"what": "orders", "file": file})
    running.carry_out(OrderSheet.objects.get())
    assert "尚未导入" in html_of(desk, sent["Location"])
    desk.post(f"{sent['Location']}take/")
    running.carry_out(OrderSheet.objects.get())
    assert Order.objects.count() == 1
    assert OrderSheet.objects.get().counts["new"] == 1


def test_a_broken_file_is_told_of_on_its_page(desk, db):
    file = SimpleUploadedFile("工单.xlsx", b"PK nothing")
    answer = desk.post("/orders/import/", {"what": "orders", "file": file})
    sheet = running.carry_out(OrderSheet.objects.get())
    assert sheet.status == OrderSheet.Status.FAILED
    assert sheet.message in html_of(desk, answer["Location"])


def test_weights_from_a_day_on_are_kept_with_who_set_them(people, signed_in):
    client = signed_in(people["system"])
    sent = {"valid_from": "2026-12-01", "response": 30, "solved": 35, "satisfied": 35,
            "solved_words": ["解决"], "satisfied_words": ["满意"]}  # fmt: skip
    client.post("/rules/rates/weights/", sent)
    assert RateRule.objects.on(date(2026, 12, 5)).response == 30
    assert "演示system" in html_of(client, "/rules/rates/")


def test_weights_that_are_none_are_refused(people, signed_in):
    client = signed_in(people["system"])
    answer = client.post("/rules/rates/weights/", {"valid_from": "2026-12-01"})
    assert answer.status_code == 400


def test_rules_go_out_and_in_as_a_file(people, signed_in):
    client = signed_in(people["system"])
    data = client.get("/rules/rates/orders.json").content
    OrderKind.objects.filter(code="life").update(limit=9)
    client.post("/rules/rates/import/", {"file": SimpleUploadedFile("a.json", data)})
    assert OrderKind.objects.get(code="life").limit == 2


def test_the_api_lists_orders_without_callers(desk, order):
    said = desk.get("/api/v1/orders/").json()["results"]
    assert [one["number"] for one in said] == [order.number]
    assert "张三丰" not in str(said)
    assert "13812345678" not in str(said)


def test_the_api_takes_a_sheet_in(desk, db):
    hotline()
    file = SimpleUploadedFile("a.xlsx", book(row()))
    said = desk.post("/api/v1/orders/import/", {"file": file, "take": "true"})
    assert said.status_code == 202
    running.carry_out(OrderSheet.objects.get())
    said = desk.get(f"/api/v1/order-sheets/{said.json()['uuid']}/").json()
    assert (said["status"], said["lines"][0]["outcome"]) == ("done", "new")
    assert Order.objects.count() == 1


def test_who_received_it_first_stays(people, desk):
    hotline()
    order = order_of(people["desk"])
    assert "首接负责" in html_of(desk, f"/orders/{order.uuid}/")
    order_of(people["desk"], status="已转派")
    order.refresh_from_db()
    assert order.first_unit == order.street


def test_a_case_leads_to_its_order(desk, order):
    type(order.case).objects.filter(pk=order.case_id).update(source="hotline")
    html = html_of(desk, f"/cases/{order.case.uuid}/")
    assert f"/orders/{order.uuid}/" in html
