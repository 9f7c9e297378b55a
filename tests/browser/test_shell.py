"""What every page does in a browser."""

from playwright.sync_api import expect

from tests.sites.package import PASSWORD


def test_a_demonstration_account_signs_in_by_two_clicks(open_page):
    page = open_page(None, "/accounts/login/")
    page.get_by_role("button", name="volunteer", exact=True).click()
    expect(page.locator("#id_password")).to_have_value(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/report/")


def test_the_theme_stays_and_the_server_knows_it(open_page, people):
    page = open_page(people["audit"], "/accounts/password/")
    page.locator(".bar .menu summary").click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme-choice", "dark")


def test_a_question_mark_shows_the_keys(open_page, people):
    page = open_page(people["desk"], "/desk/")
    page.wait_for_selector("[data-live-state][data-connected]")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("下一件、上一件")


def test_letters_that_somebody_types_are_no_keys(open_page, people, make_case):
    make_case()
    page = open_page(people["desk"], "/desk/")
    page.wait_for_selector("[data-live-state][data-connected]")
    page.locator("[data-search]").press_sequentially("j?")
    assert not page.locator("#keys").is_visible()
    assert page.locator(".case-link[aria-current]").count() == 0
