"""The page to try the API: drawn, tried, and no other host asked."""

from playwright.sync_api import expect


def test_the_api_is_drawn_and_tried_on_its_page(open_page, people):
    page = open_page(people["desk"], "/api/v1/docs/")
    page.locator("#operations-tag-me").click()
    operation = page.locator("#operations-me-me_retrieve")
    operation.locator("button").first.click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response")).to_contain_text(
        '"username": "desk"'
    )
