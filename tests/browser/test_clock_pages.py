"""The bell rings on an open page; days of the calendar change by mouse and by keys."""

from datetime import date

from playwright.sync_api import expect

from tests.browser.test_desk import open_desk
from workflow import notices
from workflow.clock import WorkCalendar


def test_a_notice_is_heard_on_the_page_that_is_open(open_page, people):
    page = open_desk(open_page, people["desk"])
    expect(page.locator(".bell [data-number]")).to_have_count(0)
    notices.notify(None, "x", people=[people["desk"].pk])
    expect(page.locator('.bell [data-number="1"]')).to_be_visible()
    expect(page.locator("#notices")).to_contain_text("有新通知")


def test_a_day_changes_by_a_click_and_by_keys(open_page, people):
    page = open_page(people["system"], "/rules/calendar/?year=2026")
    # The preview is the script's: once it is there, the days listen too.
    expect(page.locator("[data-preview]")).to_contain_text("在途时限中有")
    page.locator('[data-date="2026-11-24"]').click()
    day = page.locator('[data-date="2026-11-24"]')
    expect(day).to_have_class("calendar-day calendar-off")
    expect(day).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    following = page.locator('[data-date="2026-11-25"]')
    expect(following).to_have_class("calendar-day calendar-off")
    days = [date(2026, 11, number) for number in range(23, 28)]
    works = WorkCalendar.current().works
    assert [day.day for day in days if not works(day)] == [24, 25]
