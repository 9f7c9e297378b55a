"""The whole path through the real pages: from a photo to the confirmed end.

Every person has a browser context of his own; every page fails the test if it asks
another host or runs into the policy (see `open_page`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from cases.models import Case
from tests.sites import package

HERE = (*package.inside(1, 1, 1), 9)
CONNECTED = '[data-live-state][data-connected="true"]'
OPEN_FORM = "move-form:not([hidden])"


@pytest.fixture
def photo(tmp_path: Path) -> Callable[[str], Path]:
    """A photo of one colour, so that before and after are told apart."""

    def make(colour: str) -> Path:
        path = tmp_path / f"{colour}.jpg"
        Image.new("RGB", (2000, 1500), colour).save(path)
        return path

    return make


def report(page: Page, photo: Path) -> None:
    """A grid worker: photo, and two taps."""
    page.locator("photo-picker input[type=file]").first.set_input_files(photo)
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    page.get_by_role("button", name="暴露垃圾").tap()
    page.get_by_role("button", name="上报", exact=True).tap()
    expect(page.locator(".report-done")).to_be_visible()


def file_and_dispatch(page: Page) -> None:
    """The desk: the condition and the department are proposed."""
    form = page.locator(OPEN_FORM)
    expect(form.locator("[name=condition]:checked")).to_have_count(1)
    form.get_by_role("button", name="立案", exact=True).click()
    page.wait_for_selector('[data-case][data-events="2"]')
    expect(page.locator(OPEN_FORM).locator("[name=unit]")).to_have_value("sanitation")
    page.locator(OPEN_FORM).get_by_role("button", name="派遣", exact=True).click()
    page.wait_for_selector('[data-case][data-events="3"]')


def sign_and_dispose(page: Page, photo: Path) -> None:
    """The department's handler: one tap, then a photo and a word."""
    page.get_by_role("link", name="签收").tap()
    form = page.locator(f".task-open {OPEN_FORM}")
    form.locator("input[type=file]").first.set_input_files(photo)
    form.locator("[name=note]").fill("已清运完毕")
    form.get_by_role("button", name="处置反馈").tap()
    expect(page.locator(".task-open[data-done]")).to_be_visible()


def check_at_the_spot(page: Page) -> None:
    """Another grid worker of the cell: he sees the photo, and passes it."""
    page.get_by_role("link", name="核查通过").tap()
    expect(page.locator(".task-open .task-photos img")).to_have_count(2)
    form = page.locator(f".task-open {OPEN_FORM}")
    form.get_by_role("button", name="核查通过").tap()
    expect(page.locator(".task-open[data-done]")).to_be_visible()


def close(page: Page) -> None:
    page.wait_for_selector('[data-case][data-events="6"]')
    page.locator(OPEN_FORM).get_by_role("button", name="结案").click()
    page.wait_for_selector('[data-case][data-events="7"]')


@pytest.fixture
def closed(
    open_page: Callable[..., Page],
    people: dict[str, User],
    photo: Callable[[str], Path],
) -> dict[str, Any]:
    """A case taken along the path to its close, and the pages still open on it."""
    desk = open_page(people["desk"], "/desk/")
    desk.wait_for_selector(CONNECTED)
    worker = open_page(people["grid_worker"], "/report/", mobile=True, place=HERE)
    report(worker, photo("firebrick"))
    case = Case.objects.get()
    # The list shows it without a reload.
    row = desk.locator(f'[id="row-{case.uuid}"]')
    expect(row).to_be_visible(timeout=1500)
    handler = open_page(people["handler"], "/tasks/", mobile=True)
    checker = open_page(people["other_worker"], "/tasks/", mobile=True, place=HERE)
    row.locator(".case-link").click()
    file_and_dispatch(desk)
    sign_and_dispose(handler, photo("seagreen"))
    check_at_the_spot(checker)
    close(desk)
    return {"case": case, "worker": worker, "handler": handler}


def review(open_page: Callable[..., Page], supervisor: User, case: Case) -> Page:
    """The supervisor sees both photos, one over the other and side by side."""
    page = open_page(supervisor, "/review/")
    page.locator(f'[id="row-{case.uuid}"] .case-link').click()
    page.wait_for_selector(f'[data-case="{case.uuid}"]')
    photos = page.locator("photo-compare > [data-stage] img")
    expect(photos).to_have_count(2)
    page.locator("[data-beside]").click()
    for index in range(2):
        expect(photos.nth(index)).to_have_js_property("complete", True)
        assert photos.nth(index).evaluate("image => image.naturalWidth") == 1600
    left, right = (photos.nth(index).bounding_box() for index in range(2))
    assert left and right
    assert left["x"] + left["width"] <= right["x"]
    return page


def states_of(case: Case) -> list[str]:
    return [event.to_state for event in case.events()]


def test_from_photo_to_confirmation(open_page, people, closed):
    case = closed["case"]
    page = review(open_page, people["supervisor"], case)
    page.locator(OPEN_FORM).get_by_role("button", name="督查通过").click()
    page.wait_for_selector(f'[data-case="{case.uuid}"] .note-success')
    assert states_of(case) == [
        *("reported", "filed", "dispatched", "handling"),
        *("disposed", "checked", "closed", "confirmed"),
    ]
    # Whoever reported it sees what became of it.
    closed["worker"].goto("/my/")
    expect(closed["worker"].locator(".own-card span.state")).to_have_text("督查通过")
