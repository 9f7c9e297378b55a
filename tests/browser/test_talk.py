"""Comments in two browsers: called by keyboard and by touch, and seen at once."""

from playwright.sync_api import expect

from accounts.models import Unit
from cases.models import Comment
from tests.browser.test_accessible import found
from tests.workflow.duties import article_of

ROWS, TEXT = ".talk-rows li", "[data-talk-text]"
PICKER = ".talk-who [role=option]"
SEND = "[data-talk-new] button"


def opened(open_page, user, case, **options):
    page = open_page(user, f"/cases/{case.uuid}/", **options)
    page.wait_for_selector(TEXT)
    return page


def test_two_people_talk_about_a_case(open_page, people, make_case, watch):
    street = Unit.objects.get(code="110109001")
    article_of(street, classes=["event/06"], reply="已清理，谢谢监督。")
    case = make_case()
    desk = opened(open_page, people["desk"], case)
    phone = opened(open_page, people["filer"], case, mobile=True)
    # By keyboard; the phone shows it though its owner is writing.
    phone.locator(TEXT).fill("写到一半")
    desk.locator(TEXT).press_sequentially("请看 @filer")
    expect(desk.locator(PICKER).first).to_contain_text("演示filer")
    desk.keyboard.press("Enter")
    expect(desk.locator(TEXT)).to_have_value("请看 @演示filer ")
    assert found(desk, watch) == []
    desk.locator(SEND).click()
    expect(desk.locator(ROWS)).to_have_count(1)
    expect(phone.locator(ROWS)).to_contain_text("请看 @演示filer")
    expect(phone.locator(TEXT)).to_have_value("写到一半")
    # By touch.
    phone.locator(TEXT).fill("")
    phone.locator(TEXT).press_sequentially("@desk")
    phone.locator(PICKER, has_text="演示desk").first.tap()
    expect(phone.locator(TEXT)).to_have_value("@演示desk ")
    phone.locator(SEND).tap()
    expect(desk.locator(ROWS)).to_have_count(2)
    assert sorted(
        str(one.person) for row in Comment.objects.all() for one in row.mentions.all()
    ) == ["演示desk", "演示filer"]
    # A reply of the knowledge base stands in the step that is being written.
    desk.locator("case-knowledge summary").first.click()
    desk.locator("[data-insert]").first.click()
    text = desk.locator("move-form:not([hidden]) textarea")
    expect(text).to_have_value("已清理，谢谢监督。")
    # And in a comment, where that was written last.
    desk.locator(TEXT).click()
    desk.locator("[data-insert]").first.click()
    expect(desk.locator(TEXT)).to_have_value("已清理，谢谢监督。")
