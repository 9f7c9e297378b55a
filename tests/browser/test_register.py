"""The desk registers what it was told; the phone hears of what was reported before."""

from playwright.sync_api import expect

from cases.models import Case
from tests.cases.driving import litter
from tests.sites import package

HERE = (*package.inside(1, 1, 1), 12)
DONE = ".report-done"


def choose(page, source):
    page.locator(".register-choice", has_text=source).click()


def choose_litter(page):
    page.locator("#class-query").press_sequentially("bllj")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Enter")


def test_the_desk_registers_a_call(open_page, people, make_case):
    before = make_case()
    page = open_page(people["desk"], "/desk/new/")
    choose_litter(page)  # the scripts are there
    choose(page, "电话反映")
    page.locator("[name=caller_phone]").fill("13800001111")
    page.locator("[name=note]").fill("路口有垃圾")
    page.locator("#report-address").fill("甲1街1号院")
    page.locator(".address-option").first.click()
    expect(page.locator("[data-near-box]")).to_contain_text(before.number)
    page.locator("[data-send]").click()
    expect(page.locator(DONE)).to_be_visible()
    case = Case.objects.latest("pk")
    assert (case.source, case.caller.phone_tail) == ("phone", "1111")


def test_a_source_without_callers_hides_their_fields(open_page, people):
    page = open_page(people["desk"], "/desk/new/")
    choose_litter(page)
    choose(page, "媒体曝光")
    expect(page.locator("[data-caller]")).to_be_hidden()


def test_the_phone_says_that_it_was_reported_already(open_page, people, make_case):
    before = make_case(category=litter().pk)
    page = open_page(people["grid_worker"], "/report/", mobile=True, place=HERE)
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    choose_litter(page)
    expect(page.locator("[data-near-box]")).to_contain_text(before.number)
    page.locator("[data-send]").tap()
    expect(page.locator(DONE)).to_be_visible()
