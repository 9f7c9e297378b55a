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
    page.locator(".bar-end .menu summary").click()
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


def test_pages_without_room_in_the_bar_stand_in_a_menu(open_page, people):
    page = open_page(people["leader"], "/duty/", viewport=(1024, 768))
    more = page.locator(".nav-more summary")
    expect(more).to_be_visible()
    row = page.locator(".bar-nav")
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
    expect(row.locator("[aria-current]")).to_contain_text("值班")
    more.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".nav-more .nav-entry").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    # With room for all there is no menu.
    page.set_viewport_size({"width": 1800, "height": 800})
    expect(more).to_be_hidden()


def test_pages_marked_twice_hold_up_no_page(open_page, people):
    page = open_page(people["leader"], "/duty/", viewport=(1800, 800))
    row = page.locator(".bar-nav")
    expect(row.locator(".nav-entry")).not_to_have_count(0)
    row.evaluate("row => { for (const one of row.children) one.ariaCurrent = 'page' }")
    page.set_viewport_size({"width": 900, "height": 800})
    expect(page.locator(".nav-more")).to_be_visible()
    assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
