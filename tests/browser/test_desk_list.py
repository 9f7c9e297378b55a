"""The desk's list in a browser: unread marks, choosing rows, an act on many."""

import re

from playwright.sync_api import expect

from cases.models import Case

LIVE = '[data-live-state][data-connected="true"]'
UNREAD = re.compile("is-unread")


def test_a_row_is_read_when_it_is_opened_and_kept_unread_by_a_key(
    open_page, people, make_case
):
    case, other = make_case(), make_case()
    page = open_page(people["desk"], "/desk/")
    page.wait_for_selector(LIVE)
    row, count = page.locator(f'[id="row-{other.uuid}"]'), page.locator("[data-unread]")
    expect(row).to_have_class(UNREAD)
    expect(count).to_have_text("2")
    page.keyboard.press("j")
    page.wait_for_selector(f'[data-case="{other.uuid}"]')
    expect(row).not_to_have_class(UNREAD)
    expect(count).to_have_text("1")
    page.keyboard.press("u")
    expect(row).to_have_class(UNREAD)
    expect(count).to_have_text("2")
    newest = make_case()
    expect(page.locator(f'[id="row-{newest.uuid}"]')).to_have_class(UNREAD)
    expect(count).to_have_text("3")
    assert case.uuid != newest.uuid


def test_four_keys_file_all_that_waits(open_page, people, make_case):
    cases = [make_case(), make_case(), make_case()]
    page = open_page(people["desk"], "/desk/")
    page.wait_for_selector(LIVE)
    boxes = page.locator(".case-pick input")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-picked]")).to_have_text("3 件已选")
    page.keyboard.press("X")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    page.keyboard.press("X")
    page.keyboard.press("b")
    page.wait_for_selector("bulk-plan[data-ready]")
    page.get_by_role("checkbox", name=cases[0].number).uncheck()
    expect(page.locator("[data-chosen]")).to_have_text("2")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已办理 2 件")).to_be_visible()
    left = [case.number for case in Case.objects.filter(state__phase="collect")]
    assert left == [cases[0].number]


def test_many_are_acted_on_without_scripts(open_page, people, make_case):
    make_case()
    make_case()
    page = open_page(
        people["desk"],
        "/desk/",
        viewport=(390, 844),
        mobile=True,
        java_script_enabled=False,
    )
    for box in page.locator(".case-pick input").all():
        box.check()
    page.get_by_role("button", name="批量处理").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="立案").click()
    expect(page.get_by_text("已办理 2 件")).to_be_visible()
