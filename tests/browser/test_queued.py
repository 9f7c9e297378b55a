"""Visits, surveys and rounds without a network: on the phone, then sent, each once."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from cases.models import PatrolTick
from offices.models import Visit
from tests.browser.test_offline import HERE, ITEM
from tests.cases.patrolling import planned
from tests.cases.surveying import begun

# Fixtures of these rooms that a phone needs, too.
from tests.offices.conftest import (  # noqa: F401
    make_dwelling,
    make_household,
    make_person,
)
from tests.offices.test_rounds import due  # noqa: F401
from workflow.models import PhoneClock

MINE = "/offices/mine/"
WAITS = "已存在本机"
# Whether all these pages are on the phone, and its worker is at work.
KEPT = """async (pages) => {
  for (let turn = 0; turn < 800; turn += 1) {
    const kept = await Promise.all(pages.map((page) => caches.match(page)))
    if (navigator.serviceWorker.controller && kept.every(Boolean)) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return (await caches.keys()).join()
}"""
# Of a phone that is three hours ahead.
AHEAD = """{
  const off = 3 * 3600 * 1000
  const real = Date
  globalThis.Date = class extends real {
    constructor(...said) { super(...(said.length ? said : [real.now() + off])) }
    static now() { return real.now() + off }
  }
}"""


@pytest.fixture
def worker(people):
    return people["community_worker"]


@pytest.fixture
def phone(open_page, worker) -> Callable[..., Page]:
    def open_(path: str, **more: Any) -> Page:
        return open_page(worker, path, mobile=True, place=HERE, **more)

    return open_


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((640, 480), 60).convert("RGB").save(path, quality=88)
    return path


def answer(page: Page, picture: Path) -> None:
    """The first thing of a survey, in the sheet over its list."""
    page.locator(".survey-thing a").first.tap()
    sheet = page.locator("dialog.survey-sheet")
    sheet.locator("[name=f1][value=yes]").check(force=True)
    sheet.locator("input[type=file]").first.set_input_files(picture)
    expect(sheet.locator(".photo-item img[src]")).to_have_count(1)
    sheet.locator(".survey-send").tap()
    expect(sheet).to_be_hidden()


def go_round(page: Page) -> None:
    row = page.locator("[data-row]").first
    row.locator(".patrol-tick").tap()
    expect(row.locator("[data-row-said]")).to_contain_text(WAITS)
    expect(row.locator(".patrol-tick")).to_be_hidden()


def visit(page: Page) -> None:
    page.locator(".round-visit > summary").first.tap()
    page.locator("[name=found]").first.fill("家中一切都好")
    page.locator(".round-send button").first.tap()
    expect(page.locator("[data-row-said]").first).to_contain_text(WAITS)


def test_a_day_outdoors_without_a_network(phone, people, picture, due):  # noqa: F811
    survey, patrol = begun(people["desk"]), planned(people["desk"])
    walk, board = f"/surveys/{survey.uuid}/", f"/patrols/{patrol.uuid}/"
    page = phone("/tasks/", service_workers="allow")
    page.context.add_init_script(AHEAD)
    assert page.evaluate(KEPT, [walk, board, MINE]) is True
    page.context.set_offline(True)
    page.goto(walk)
    expect(page.locator(".offline-line")).to_contain_text("没有网络")
    answer(page, picture)
    expect(page.locator("[data-count-left]")).to_have_text("3")
    page.goto(board)
    go_round(page)
    page.goto(MINE)
    visit(page)
    # The page is killed; what was done is neither asked again nor lost.
    again = page.context.new_page()
    page.close()
    again.goto(walk)
    expect(again.locator(".survey-thing")).to_have_count(3)
    again.goto(board)
    expect(again.locator(ITEM)).to_have_count(3)
    again.context.set_offline(False)
    expect(again.locator(f'{ITEM}[data-state="sent"]')).to_have_count(3)
    item = survey.items.exclude(done_at=None).get()
    assert item.answers["f1"] == "yes" and len(item.answers["f5"]) == 1
    assert (PatrolTick.objects.count(), Visit.objects.count()) == (1, 1)
    clocks = {row.act_id: row for row in PhoneClock.objects.all()}
    assert set(clocks) == {
        *(item.answered_as, PatrolTick.objects.get().uuid, Visit.objects.get().uuid)
    }
    # Who made a round is not written down, here neither.
    assert clocks[PatrolTick.objects.get().uuid].sender is None


def test_what_is_refused_is_said_and_comes_back_into_its_form(phone, people, picture):
    survey = begun(people["desk"])
    page = phone(f"/surveys/{survey.uuid}/")
    sheet = page.locator("dialog.survey-sheet")
    page.locator(".survey-thing a").first.tap()
    sheet.locator(".survey-send").tap()
    # While one looks at it, beside its question.
    expect(sheet.locator("[data-field=f1] .field-error")).to_be_visible()
    expect(page.locator(ITEM)).to_have_count(0)
    sheet.locator("[name=f2]").fill("many")
    page.context.set_offline(True)
    sheet.locator("[name=f1][value=no]").check(force=True)
    sheet.locator("input[type=file]").first.set_input_files(picture)
    expect(sheet.locator(".photo-item img[src]")).to_have_count(1)
    sheet.locator(".survey-send").tap()
    expect(page.locator(f"{ITEM} [data-state]")).to_have_text("等待网络")
    page.context.set_offline(False)
    expect(page.locator(f'{ITEM}[data-state="refused"]')).to_be_visible()
    page.locator("[data-correct]").tap()
    expect(sheet.locator("[name=f2]")).to_have_value("many")
    # Not even a page that is killed meanwhile loses it.
    page.reload()
    page.locator("[data-correct]").tap()
    # The photo went ahead: only its name is left, and it stays with the answers.
    expect(sheet.locator(".photo-item")).to_have_count(1)
    sheet.locator("[name=f2]").fill("3")
    sheet.locator(".survey-send").tap()
    expect(page.locator("#notices")).to_contain_text(re.compile("已"))
    answers = survey.items.exclude(done_at=None).get().answers
    assert answers["f2"] == 3 and len(answers["f5"]) == 1


@pytest.mark.parametrize("state", ["refused", "sent"])
def test_neither_what_is_on_its_way_is_lost_nor_what_is_typed_next(
    phone, people, state
):
    page = phone(f"/surveys/{begun(people['desk']).uuid}/")
    sheet, held = page.locator("dialog.survey-sheet"), []
    page.route("**/things/**", lambda route: held.append(route))
    page.locator(".survey-thing a").first.tap()
    if state == "sent":
        sheet.locator("[name=f1][value=yes]").check(force=True)
    with page.expect_request("**/things/**"):
        sheet.locator(".survey-send").tap()
    sheet.locator("[data-close]").tap()
    page.locator(".survey-thing a").nth(1).tap()
    sheet.locator("[name=f2]").fill("7")
    held[0].continue_()
    expect(page.locator(f'{ITEM}[data-state="{state}"]')).to_have_count(1)
    expect(sheet.locator("[name=f2]")).to_have_value("7")


def test_a_wrong_clock_takes_nothing_from_a_page_that_was_made_later(phone, people):
    patrol = planned(people["desk"], times=2)
    page = phone("")
    page.add_init_script(AHEAD)
    page.goto(f"/patrols/{patrol.uuid}/")
    page.context.set_offline(True)
    row = page.locator("[data-row]").first
    row.locator(".patrol-tick").tap()
    expect(row.locator("[data-row-said]")).to_contain_text(WAITS)
    page.context.set_offline(False)
    expect(page.locator(f'{ITEM}[data-state="sent"]')).to_have_count(1)
    page.goto(f"/patrols/{patrol.uuid}/")
    # Of the second round nothing waits, and nothing went.
    asked = "import('field/queued').then(({ standing }) => standing())"
    assert page.evaluate(f"{asked}.then((found) => found.size)") == 0
    expect(row.locator(".patrol-tick")).to_be_visible()


def test_a_phone_that_keeps_nothing_sends_by_itself(phone, people, picture):
    patrol = planned(people["desk"])
    page = phone("")
    page.add_init_script("delete globalThis.indexedDB; globalThis.indexedDB = null")
    page.goto(f"/patrols/{patrol.uuid}/")
    page.locator(".patrol-tick").first.tap()
    expect(page.locator(".state.phase-done").first).to_be_visible()
    assert PatrolTick.objects.count() == 1
