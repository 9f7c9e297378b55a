"""A street's administrator makes a module of her own in the browser and enters one.

楼门长登记: a person of the register and six fields (one choice, a day, photos, yes or
no, what is asked only where it says yes, a place); the form seen as it will be, made-up
rows, published; then one entry on a phone, seen in the list and on the map.

All of it is 21 clicks and taps, four of them into a field, and 54 signs to type. Where
each click takes 5 seconds with looking for it, and one types 2 signs a second, that is
21 x 5 s + 54 / 2 s = 132 s: under half of five minutes. The test counts what is done,
never the time.
"""

from playwright.sync_api import expect

from offices.models import Module, Record
from tests.offices.conftest import make_dwelling, make_person  # noqa: F401
from tests.sites import package

HERE = (*package.inside(1, 1, 1), 12)
LINES = "担任职务：楼门长/副楼门长\n担任日期\n工作照片\n是否公开\n公开说明\n位置"
CLICK, SIGNS, MOST = 5, 2, 300  # seconds a click, signs a second, seconds in all


class Hand:
    """Does what a person does, and counts it."""

    def __init__(self):
        self.page, self.clicks, self.signs = None, 0, 0

    def click(self, selector, **more):
        self.clicks += 1
        self.page.locator(selector, **more).first.click()

    def type(self, selector, text):
        self.clicks += 1  # into the field
        self.signs += len(text)
        self.page.locator(selector).fill(text)

    def seconds(self):
        return self.clicks * CLICK + self.signs / SIGNS


def begin(hand):
    hand.type("#new-title", "楼门长登记")
    hand.click(".chip", has_text="人员")
    hand.click("button", has_text="开始设计")
    expect(hand.page.locator("module-builder[data-ready]")).to_be_visible()


def design(hand):
    page = hand.page
    hand.type("#add-lines", LINES)
    hand.click("button", has_text="添加")
    expect(page.locator("[data-row]")).to_have_count(7)
    hand.click("[data-row=f5] .builder-field")
    expect(page.locator("#settings-title")).to_have_text("公开说明")
    hand.clicks += 1
    page.locator("#set-when").select_option(label="视“是否公开”而定")
    hand.click(".builder-settings .chip", has_text="是")
    expect(page.locator("[data-row=f5]")).to_contain_text("有条件")
    preview = page.locator("[data-preview]")
    expect(preview.locator("[data-field=f5]")).to_be_hidden()
    hand.click("[data-preview] [data-field=f4] .chip", has_text="是")
    expect(preview.locator("[data-field=f5]")).to_be_visible()


def try_and_publish(hand):
    hand.click(".builder-tabs a", has_text="试填")
    hand.click("button", has_text="生成三行示例")
    expect(hand.page.locator("tbody tr")).to_have_count(3)
    hand.click(".builder-tabs a", has_text="发布")
    hand.click("button", has_text="发布")
    expect(hand.page.locator(".light-mark").first).to_have_text("启用")


def enter(hand):
    page = hand.page
    expect(page.locator("record-form[data-ready]")).to_be_visible()
    hand.type(".ref-picker [data-find]", "王小明")
    hand.click(".ref-option")
    hand.click("[data-field=f1] .chip", has_text="副楼门长")
    hand.type("[name=f-f2]", "2026-11-20")
    hand.click("[data-change]")
    hand.click("[data-here]")
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    hand.click("button", has_text="登记")


def test_a_street_makes_a_module_of_its_own(open_page, people, make_person):  # noqa: F811
    hand, head = Hand(), people["office_head"]
    make_person()
    hand.page = open_page(head, "/offices/builder/new/")
    begin(hand)
    design(hand)
    try_and_publish(hand)
    code = Module.objects.published().get().code
    hand.page = open_page(head, f"/modules/{code}/new/", mobile=True, place=HERE)
    enter(hand)
    expect(hand.page.locator(".case-title")).to_be_visible()
    record = Record.objects.get()
    hand.page.goto(hand.page.url.partition("/records/")[0] + f"/modules/{code}/")
    expect(hand.page.locator("tbody tr")).to_contain_text("副楼门长")
    hand.click("a", has_text="地图")
    expect(hand.page.locator("module-map")).to_have_attribute("data-ready", "true")
    expect(hand.page.locator(".module-map-bar .number")).to_have_text("1")
    assert record.place and record.person_id
    assert (hand.clicks, hand.signs) == (21, 54) and hand.seconds() < MOST
