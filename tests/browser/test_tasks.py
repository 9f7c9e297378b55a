"""/tasks/ on a phone: what waits, done in place, and the list that keeps itself."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from cases.models import Case
from tests.cases.driving import evidence_for
from tests.cases.surveying import begun
from tests.sites import package
from workflow.engine import act
from workflow.models import Attachment, Request

HERE = package.inside(1, 1, 1)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (800, 600), "teal").save(path)
    return path


@pytest.fixture
def tasks(
    open_page: Callable[..., Page], people: dict[str, User]
) -> Callable[..., Page]:
    def open_(who: str = "handler", **more: Any) -> Page:
        return open_page(people[who], "/tasks/", mobile=True, **more)

    return open_


def state_of(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state.code


def test_signing_is_one_tap_and_the_next_step_is_there(tasks, make_case, picture):
    case = make_case("resolve")
    page = tasks()
    page.locator(".task-do").tap()
    expect(page.locator(".task-open move-form").first).to_be_visible()
    assert state_of(case) == "handling"
    page.locator(".task-open input[type=file]").first.set_input_files(picture)
    page.locator(".task-open [name=note]").first.fill("已清运")
    page.locator(".task-open .move-send").first.tap()
    expect(page.locator(".task-open[data-done]")).to_be_visible()
    assert state_of(case) == "disposed"
    assert Attachment.objects.get().event_id


def test_hearing_of_one_s_own_act_before_its_answer_changes_nothing(tasks, make_case):
    make_case("resolve")
    page = tasks()

    def answer_late(route: Any) -> None:
        response = route.fetch()
        time.sleep(1)
        route.fulfill(response=response)

    page.route("**/acts/", answer_late)
    page.locator(".task-do").tap()
    expect(page.locator(".task-open move-form").first).to_be_visible()


def test_what_lacks_is_said_in_the_card(tasks, make_case):
    case = make_case("resolve", state="handling")
    page = tasks()
    page.locator(".task-do").tap()
    page.locator(".task-open .move-send").first.tap()
    expect(page.locator(".task-open .field-error:visible")).to_be_visible()
    assert state_of(case) == "handling"


def test_another_step_waits_in_the_menu(tasks, make_case):
    case = make_case("resolve")
    page = tasks()
    page.locator(".task-foot summary").tap()
    page.locator(".menu-item[data-verb=ask_return]").tap()
    form = page.locator("move-form:not([hidden])")
    form.locator(".chip").first.tap()
    form.locator("[name=note]").fill("不归我们")
    with page.expect_response("**/acts/") as answer:
        form.locator(".move-send").tap()
    assert answer.value.ok
    # The desk answers it; until then the task stays.
    assert Request.objects.get(subject_id=case.pk).what == "return"


def test_a_new_task_comes_by_itself_and_leaves_by_itself(tasks, make_case, people):
    page = tasks()
    expect(page.locator(".empty-state")).to_be_visible()
    page.wait_for_timeout(500)
    case = make_case("resolve")
    expect(page.locator(".task")).to_have_count(1)
    expect(page.locator(".empty-state")).to_be_hidden()
    act(case, "sign", by=people["clerk"], act_id=uuid4())
    expect(page.locator(".task-do")).to_have_text("处置反馈")
    evidence = evidence_for("dispose", people["handler"])
    act(case, "dispose", by=people["handler"], act_id=uuid4(), evidence=evidence)
    expect(page.locator(".task")).to_have_count(0)


def test_too_late_it_says_what_changed(tasks, make_case, people):
    case = make_case("resolve")
    page = tasks()
    page.locator(".task-foot summary").tap()
    page.locator(".menu-item[data-verb=ask_return]").tap()
    form = page.locator("move-form:not([hidden])")
    form.locator(".chip").first.tap()
    form.locator("[name=note]").fill("不归我们")
    act(case, "sign", by=people["clerk"], act_id=uuid4())
    form.locator(".move-send").tap()
    expect(page.locator(".task .note-warning").first).to_be_visible()
    assert state_of(case) == "handling"


def test_the_nearest_comes_first_when_asked(tasks, make_case):
    make_case("resolve", cell=4)
    near = make_case("resolve", cell=1)
    page = tasks(place=HERE)
    expect(page.locator("[data-distance]").first).not_to_be_empty()
    page.locator("[data-order=near]").tap()
    first = page.locator(".task").first
    expect(first).to_have_attribute("data-task", str(near.uuid))


def test_everything_is_sorted_by_distance_and_the_choice_is_kept(
    tasks, make_case, people
):
    """A survey far off and a case here: which way, how far, and after a reload."""
    begun(people["desk"], cells=[package.cell_code(1, 1, 4)])
    make_case("verify", cell=1)
    page = tasks("grid_worker", place=HERE)
    kinds = page.locator(".task")
    page.locator("[data-order=near]").tap()
    expect(kinds.first).to_have_attribute("data-kind", "case")
    expect(kinds.last.locator("[data-distance]")).to_contain_text("米")
    page.reload()
    expect(page.locator("[data-order=near]")).to_have_attribute("aria-pressed", "true")
    expect(kinds.first).to_have_attribute("data-kind", "case")
    page.locator("[data-only=survey]").tap()
    expect(page.locator(".task:visible")).to_have_count(1)


def test_a_phone_that_tells_no_place_is_asked_once(tasks, make_case):
    make_case("verify")
    page = tasks("grid_worker")
    page.locator("[data-place-no]").tap()
    expect(page.locator("[data-ask-place]")).to_be_hidden()
    page.reload()
    expect(page.locator(".task").first).to_be_visible()
    expect(page.locator("[data-ask-place]")).to_be_hidden()
    expect(page.locator("[data-order=due]")).to_have_attribute("aria-pressed", "true")


def test_the_map_shows_them_when_it_is_asked_for(tasks, make_case, watch):
    make_case("resolve")
    page = tasks()
    assert not [url for url in watch.requests if "maplibre" in url]
    page.locator("[data-map-toggle]").tap()
    page.locator(".pin").tap()
    expect(page.locator(".task.is-selected")).to_have_count(1)


def test_without_scripts_the_step_is_on_the_case_s_page(tasks, make_case):
    case = make_case("resolve")
    page = tasks(java_script_enabled=False)
    page.locator(".task-do").tap()
    page.locator(".move-send").first.tap()
    expect(page.locator(".note-success")).to_be_visible()
    assert state_of(case) == "handling"


def test_an_idle_list_asks_for_nothing(tasks, make_case, watch):
    make_case("resolve")
    page = tasks()
    page.wait_for_timeout(1500)
    before = len(watch.requests)
    page.wait_for_timeout(3000)
    assert watch.requests[before:] == []


def test_what_became_of_a_report_shows_by_itself(open_page, people, make_case):
    case = make_case("dispatch", by="volunteer")
    page = open_page(people["volunteer"], "/my/", mobile=True)
    expect(page.locator(".own-state .state")).to_have_text("待派遣")
    page.wait_for_timeout(500)
    evidence = {"unit": "sanitation"}
    act(case, "dispatch", by=people["dispatcher"], act_id=uuid4(), evidence=evidence)
    expect(page.locator(".own-state .state")).to_have_text("待签收")


def test_a_task_taken_away_meanwhile_is_shown_with_what_changed(
    tasks, people, make_case
):
    case = make_case("resolve")
    page = tasks()
    page.context.set_offline(True)
    page.locator(".task-do").tap()
    item = page.locator(".outbox-item")
    expect(item.locator("[data-state]")).to_have_text("等待网络")
    # The page comes again before it is sent: the card is done with.
    page.route("**/field/me/", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    expect(item).to_be_visible()
    expect(page.locator(".task")).to_have_count(0)
    act(case, "sign", by=people["clerk"], act_id=uuid4())
    page.unroute("**/field/me/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(item.locator("[data-state]")).to_have_text("没有办成：情况已变")
    expect(item.locator("[data-said]")).to_contain_text("签收")
    expect(item.locator("[data-see]")).to_be_visible()
