"""结案督查 in a browser."""

from playwright.sync_api import expect


def test_a_closed_case_is_confirmed_by_keyboard(open_page, people, make_case):
    case = make_case("done")
    page = open_page(people["supervisor"], "/review/")
    page.wait_for_selector('[data-live-state][data-connected="true"]')
    page.keyboard.press("j")
    page.wait_for_selector(f'[data-case="{case.uuid}"]')
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f'[data-case="{case.uuid}"] .note-success')
    case.refresh_from_db()
    assert case.state.code == "confirmed"


def test_it_is_reopened_with_a_reason(open_page, people, make_case):
    case = make_case("done")
    page = open_page(people["supervisor"], f"/review/?case={case.uuid}")
    page.keyboard.press("2")
    page.get_by_label("问题未解决").check()
    page.locator("move-form:not([hidden]) textarea").fill("现场仍有垃圾")
    page.get_by_role("button", name="退回重办").click()
    page.wait_for_selector(f'[data-case="{case.uuid}"] .note-success')
    case.refresh_from_db()
    assert case.state.phase == "dispatch"


def test_a_reason_is_asked_for_before_sending(open_page, people, make_case):
    case = make_case("done")
    page = open_page(people["supervisor"], f"/review/?case={case.uuid}")
    page.keyboard.press("2")
    page.get_by_role("button", name="退回重办").click()
    expect(page.locator("move-form:not([hidden]) textarea")).to_be_visible()
    case.refresh_from_db()
    assert case.state.phase == "done"
