"""The form of a survey on a phone: it goes with its photos, or not at all."""

from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.cases.surveying import begun


def test_the_answers_wait_for_their_photos(open_page, people, tmp_path: Path) -> None:
    survey = begun(people["desk"])
    item = survey.items.earliest("pk")
    picture = tmp_path / "photo.jpg"
    Image.new("RGB", (800, 600), "teal").save(picture)
    path = f"/surveys/{survey.uuid}/things/{item.uuid}/"
    page = open_page(people["grid_worker"], path, mobile=True)
    expect(page.locator("survey-answers[data-ready]")).to_be_visible()
    held: list[Any] = []
    page.route("**/attachments/parts/", lambda route: held.append(route))
    with page.expect_request("**/attachments/parts/"):
        page.locator("input[type=file]").first.set_input_files(picture)
    page.locator("[name=f1][value=yes]").check(force=True)
    page.locator(".survey-send").tap()
    expect(page.locator(".survey-send")).to_contain_text("正在发送")
    item.refresh_from_db()
    assert item.done_at is None
    # The first was given up as the queue took the photo over.
    held[-1].continue_()
    page.wait_for_url(f"**/surveys/{survey.uuid}/")
    item.refresh_from_db()
    assert len(item.answers["f5"]) == 1
