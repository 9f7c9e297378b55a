"""The hotline's work orders in a browser."""

from playwright.sync_api import expect

from cases.models import Order, OrderSheet, Reveal
from cases.orders import running
from tests.cases.ordering import add_order, book, hotline, row


def test_a_sheet_is_looked_through_taken_and_an_order_replied_to(open_page, people):
    hotline()
    page = open_page(people["desk"], "/orders/import/")
    sheet = {"name": "工单.xlsx", "mimeType": "", "buffer": book(row(), row(number=""))}
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="预检").click()
    expect(page.get_by_text("可以离开本页")).to_be_visible()
    # The page asks again by itself while its job is at work.
    running.carry_out(OrderSheet.objects.get())
    expect(page.get_by_text("没有工单编号")).to_be_visible()
    page.get_by_role("button", name="导入 1 行").click()
    expect(page.get_by_text("可以离开本页")).to_be_visible()
    running.carry_out(OrderSheet.objects.get())
    expect(page.locator(".note-success")).to_be_visible()
    page.goto("/orders/")
    page.get_by_role("link", name="楼前垃圾没人清").click()
    page.get_by_role("textbox", name="回复", exact=True).fill("已清理完毕")
    page.get_by_role("button", name="回复热线").click()
    expect(page.locator(".order-entry").first).to_contain_text("已清理完毕")
    assert Order.objects.get().deadline().met_at is not None


def test_a_handler_reads_the_caller_on_a_phone(open_page, people, make_case):
    order = add_order(make_case("resolve"), people["desk"])
    page = open_page(people["handler"], f"/orders/{order.uuid}/", mobile=True)
    expect(page.get_by_text("13812345678")).to_have_count(0)
    page.get_by_role("button", name="查看完整信息").click()
    expect(page.locator(".order-revealed")).to_contain_text("13812345678")
    assert Reveal.objects.get().order == order
