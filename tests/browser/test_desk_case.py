"""A case at the desk in a browser: proposals, phrases, company and urgent news."""

from playwright.sync_api import expect

from tests.browser.test_desk import open_desk
from workflow.models import Phrase, Presence


def test_two_keys_from_a_report_to_its_department(open_page, people, make_case):
    older, newer = make_case(), make_case(cell=2)
    page = open_desk(open_page, people["desk"])
    page.keyboard.press("j")
    panel = page.locator(f'article[data-case="{newer.uuid}"] case-proposal')
    expect(panel).to_have_attribute("data-complete", "yes")
    page.keyboard.press("g")
    expect(panel.get_by_role("button", name="按建议立案派遣")).to_be_focused()
    expect(panel).to_contain_text("环卫中心")
    page.keyboard.press("Enter")
    # The next one that waits opens by itself.
    page.wait_for_selector(f'article[data-case="{older.uuid}"]')
    expect(page.locator(".notice-success")).to_contain_text("立案 → 派遣")
    newer.refresh_from_db()
    assert newer.state.phase == "resolve"
    assert newer.events_count == 3


def test_company_phrases_and_urgent_news(open_page, people, make_case):
    Phrase.objects.create(code="one", text="情况属实", verb="file")
    case = make_case()
    desk = open_desk(open_page, people["desk"], f"?case={case.uuid}")
    other = open_page(people["filer"], f"/cases/{case.uuid}/")
    expect(desk.locator(".presence-said")).to_contain_text("演示filer 正在查看")
    expect(other.locator(".presence-said")).to_contain_text("演示desk 正在查看")
    # A phrase by keyboard, and whoever looks on is told what is filled in.
    note = desk.locator("move-form:not([hidden]) textarea")
    note.fill("前：")
    note.press("Alt+ArrowDown")
    expect(desk.locator(".phrases-list [aria-selected=true]")).to_contain_text(
        "情况属实"
    )
    desk.keyboard.press("Enter")
    expect(note).to_have_value("前：情况属实")
    expect(note).to_be_focused()
    expect(other.locator(".presence-said")).to_contain_text("正在填写 立案")
    # What cannot wait sounds, and stays until it is looked at.
    urgent = make_case(cell=3, urgent="yes")
    line = desk.locator(f'[data-alarm="{urgent.uuid}"]')
    expect(line).to_be_visible()
    expect(desk.locator("urgent-alarm")).to_have_attribute("data-sounded", "1")
    desk.on("dialog", lambda dialog: dialog.accept())
    line.get_by_role("link").click()
    desk.wait_for_selector(f'article[data-case="{urgent.uuid}"]')
    expect(line).to_have_count(0)
    # Who goes on to another case is no longer with this one.
    expect(other.locator(".presence-said")).to_have_count(0)
    assert Presence.objects.filter(subject_uuid=urgent.uuid).count() == 1
