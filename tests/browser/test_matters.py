"""A hard matter's way: on an agenda, answered on a phone, decided, signed for."""

from playwright.sync_api import expect

from cases.models import Conference, MatterTask
from tests.browser.test_accessible import found
from tests.cases.conferring import do, entered, fresh

FORM = "move-form:not([hidden])"
READY = "matter-page[data-ready]"


def call(page, first):
    """Over both matters, the first of the list moved behind the other."""
    page.wait_for_selector("matter-form[data-ready]")
    for box in page.locator("[name=agenda]").all():
        box.check()
    row = page.locator("[data-agenda] > li", has_text=first)
    row.locator("[data-down]").click()
    page.locator("[name=title]").fill("围墙会商")
    page.locator("[name=chair]").fill("演示主任")
    page.locator("[name=venue]").fill("三层会议室")
    page.locator("[data-units] .option", has_text="环卫中心").click()
    page.locator("button.btn-primary").click()
    page.wait_for_selector(READY)


def test_a_matter_is_conferred_over_decided_and_signed_for(open_page, people, watch):
    below, above = entered(title="地下空间清退"), entered(title="围墙拆除")
    desk = open_page(people["dispatcher"], "/matters/conferences/new/")
    call(desk, above.title)
    expect(desk.locator(".agenda > li").first).to_contain_text(below.title)
    conference = Conference.objects.get()
    address = f"/matters/conferences/{conference.uuid}/"
    phone = open_page(people["handler"], address, mobile=True)
    phone.wait_for_selector(READY)
    phone.locator(f"{FORM} label", has_text="派代表参会").tap()
    phone.locator(f"{FORM} .move-send").tap()
    expect(desk.locator(".invited")).to_contain_text("派代表参会")
    assert found(phone, watch) == []

    do(conference, "hold", people["dispatcher"])
    desk.goto(desk.url.replace(f"conferences/{conference.uuid}", str(above.uuid)))
    desk.wait_for_selector(READY)
    desk.locator(f"{FORM} [name=decision]").fill("限期拆除")
    desk.locator(f"{FORM} [name=lead]").select_option("sanitation")
    desk.locator(f"{FORM} [name=limit]").fill("5")
    desk.locator(f"{FORM} [name=done_when]").fill("拆除完毕")
    desk.locator(f"{FORM} .move-send").click()
    expect(desk.locator(".matter-tasks li")).to_have_count(1)
    phone.goto(phone.url.replace(address, "/tasks/"))
    phone.locator(".conference-tasks a").tap()
    phone.wait_for_selector(READY)
    phone.locator(f"{FORM} .move-send").tap()
    expect(phone.locator(f"{FORM} .move-send")).to_contain_text("报进展")
    assert fresh(MatterTask.objects.get()).events_count == 2
