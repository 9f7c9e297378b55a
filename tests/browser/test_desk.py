"""受理派遣 in a browser: live, by keyboard, and for two people at once."""

import time
from uuid import uuid4

from django.utils import timezone
from playwright.sync_api import expect

from cases.models import Case
from tests.cases.driving import evidence_for
from workflow.engine import act
from workflow.models import Category, SpecialPeriod

LIVE = '[data-live-state][data-connected="true"]'


def open_desk(open_page, user, query=""):
    page = open_page(user, f"/desk/{query}")
    page.wait_for_selector(LIVE)
    return page


def test_a_new_case_appears_within_a_second(open_page, people, make_case):
    page = open_desk(open_page, people["desk"])
    page.wait_for_selector('[data-drawn="true"]')
    case = make_case()
    began = time.monotonic()
    page.wait_for_selector(f'[id="row-{case.uuid}"].is-new')
    assert time.monotonic() - began < 1
    expect(page).to_have_title("(1) 受理派遣 · 测试区")


def test_what_a_special_period_puts_first_stays_on_top(open_page, people, make_case):
    today, first = timezone.localdate(), make_case()
    days = {"first_day": today, "last_day": today}
    heaped = Category.objects.get(kind="event", code="06036")
    Case.objects.filter(pk=first.pk).update(category=heaped)
    SpecialPeriod(titles={}, classes=["event/06036"], priority=2, **days).save()
    page = open_desk(open_page, people["desk"])
    news = make_case()
    page.wait_for_selector(f'[id="row-{news.uuid}"].is-new')
    shown = page.locator(".case-row").evaluate_all("(all) => all.map((row) => row.id)")
    assert shown == [f"row-{first.uuid}", f"row-{news.uuid}"]


def test_a_case_of_another_street_does_not(open_page, people, make_case):
    page = open_desk(open_page, people["desk"])
    make_case(street=2)
    ours = make_case()
    page.wait_for_selector(f'[id="row-{ours.uuid}"]')
    assert page.locator(".case-row").count() == 1


def test_nothing_is_asked_for_while_nothing_happens(
    open_page, people, make_case, watch
):
    make_case()
    page = open_desk(open_page, people["desk"])
    page.wait_for_selector('[data-drawn="true"]')
    page.wait_for_timeout(1000)
    before = len(watch.requests)
    page.wait_for_timeout(5_000)
    assert watch.requests[before:] == []


def test_two_keys_file_and_two_dispatch(open_page, people, make_case):
    case = make_case()
    page = open_desk(open_page, people["desk"])
    page.keyboard.press("j")
    page.wait_for_selector('[data-case][data-events="1"]')
    page.keyboard.press("Control+Enter")
    page.wait_for_selector('[data-case][data-events="2"]')
    page.keyboard.press("Control+Enter")
    page.wait_for_selector('[data-case][data-events="3"]')
    case.refresh_from_db()
    assert case.state.phase == "resolve"
    assert case.assignments.get().unit.code == "sanitation"


def test_enter_goes_on_to_the_form(open_page, people, make_case):
    case = make_case()
    page = open_desk(open_page, people["desk"])
    page.keyboard.press("j")
    page.wait_for_selector(f'[data-case="{case.uuid}"]')
    page.keyboard.press("Enter")
    expect(page.locator("[name=condition]:checked")).to_be_focused()


def test_what_is_done_leaves_the_list_when_the_next_is_chosen(
    open_page, people, make_case
):
    first, second = make_case(), make_case()
    page = open_desk(open_page, people["desk"], f"?case={first.uuid}")
    for events in ("2", "3"):
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(f'[data-case][data-events="{events}"]')
    page.keyboard.press("k")
    page.wait_for_selector(f'[data-case="{second.uuid}"]')
    expect(page.locator(".case-row")).to_have_count(1)


def test_who_comes_second_sees_what_changed(open_page, people, make_case, server):
    case = make_case()
    page = open_desk(open_page, people["desk"], f"?case={case.uuid}")
    note = page.locator("move-form:not([hidden]) textarea")
    note.fill("我写的意见")
    act(
        case,
        "file",
        by=people["filer"],
        act_id=uuid4(),
        evidence=evidence_for("file", people["filer"]),
    )
    page.wait_for_selector(".notice")  # told, and what was typed is left alone
    expect(note).to_have_value("我写的意见")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector('[data-case][data-events="2"] .note-warning')
    expect(page.locator(".lost textarea")).to_have_value("我写的意见")


def test_another_step_waits_in_a_menu(open_page, people, make_case):
    case = make_case()
    page = open_desk(open_page, people["desk"], f"?case={case.uuid}")
    page.locator("move-form:not([hidden]) summary").click()
    page.get_by_role("link", name="不予立案").click()
    page.get_by_label("重复上报").check()
    page.locator("move-form:not([hidden]) textarea").fill("与前件重复")
    page.get_by_role("button", name="不予立案").click()
    page.wait_for_selector('[data-case][data-events="2"]')
    case.refresh_from_db()
    assert case.state.phase == "done"


def test_another_class_is_found_by_its_initials(open_page, people, make_case):
    case = make_case()
    page = open_desk(open_page, people["desk"], f"?case={case.uuid}")
    page.locator("[data-class-search]").fill("ldzw")
    page.get_by_text("乱堆物料").click()
    page.get_by_role("button", name="立案").click()
    page.wait_for_selector('[data-case][data-events="2"]')
    case.refresh_from_db()
    assert case.category.code == "06036"


def test_the_desk_works_without_scripts(open_page, people, make_case):
    case = make_case()
    page = open_page(people["desk"], "/desk/", java_script_enabled=False)
    page.locator(".case-link").click()
    page.get_by_role("button", name="立案", exact=True).click()
    assert page.get_by_text("已办理：立案").is_visible()
    case.refresh_from_db()
    assert case.state.phase == "dispatch"


def test_it_fits_a_narrow_phone(open_page, people, make_case):
    case = make_case()
    page = open_page(people["desk"], "/desk/", viewport=(360, 740), mobile=True)
    page.locator(".case-link").click()
    page.wait_for_selector(f'[data-case="{case.uuid}"]')
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.go_back()
    expect(page.locator(".case-link")).to_be_visible()
