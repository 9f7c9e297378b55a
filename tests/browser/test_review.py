"""结案督查 in a browser."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from cases.models import Sample
from tests.cases import driving
from workflow.attachments import store


def stored(user):
    """The uuid of a photo whose file is there."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "olive").save(content, "JPEG")
    file = SimpleUploadedFile("a.jpg", content.getvalue(), "image/jpeg")
    return store(user, uuid4(), file).uuid


@pytest.fixture
def sample(people, make_case, monkeypatch):
    """A closed case with photos before and after, drawn for the supervisor."""
    monkeypatch.setattr(driving, "photo_of", stored)
    case = make_case("done", photos=[str(stored(people["grid_worker"]))])
    now = timezone.now()
    return Sample.objects.create(
        case=case,
        seq=case.events_count,
        closed_on=timezone.localdate(),
        drawn_at=now,
        due_at=now + timedelta(days=5),
        supervisor=people["supervisor"],
    )


def test_a_sample_is_compared_and_confirmed_by_keyboard(open_page, people, sample):
    page = open_page(people["supervisor"], "/review/")
    page.wait_for_selector('[data-live-state][data-connected="true"]')
    page.keyboard.press("j")
    page.wait_for_selector(f'[data-case="{sample.case.uuid}"]')
    handle = page.locator(".compare-range")
    handle.focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-stage]")).to_have_attribute("style", "--cut: 0%;")
    stage = page.locator("[data-stage]").bounding_box()
    page.mouse.move(stage["x"] + stage["width"] / 2, stage["y"] + 40)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.75, stage["y"] + 40, steps=3)
    page.mouse.up()
    expect(handle).to_have_js_property("value", "75")
    page.locator("[data-whole]").click()
    expect(page.locator("#photo-dialog [data-stage]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("photo-compare > [data-stage]")).to_be_visible()
    page.locator("[data-whole]").evaluate("button => button.blur()")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f'[data-case="{sample.case.uuid}"] .note-success')
    sample.refresh_from_db()
    assert sample.standing == "upheld"


def test_it_is_reopened_with_a_reason(open_page, people, sample):
    page = open_page(people["supervisor"], f"/review/?case={sample.case.uuid}")
    page.wait_for_selector('[data-live-state][data-connected="true"]')
    page.keyboard.press("2")
    page.get_by_role("button", name="退回重办").click()
    words = page.locator("move-form:not([hidden]) textarea").first
    expect(words).to_be_visible()
    page.get_by_label("问题未解决").check()
    words.fill("现场仍有垃圾")
    page.get_by_role("button", name="退回重办").click()
    page.wait_for_selector(f'[data-case="{sample.case.uuid}"] .note-success')
    sample.refresh_from_db()
    assert sample.standing == "sent_back"
    reopened = sample.case.events().last()
    assert (reopened.from_state, reopened.to_state) == ("closed", "filed")
    assert reopened.data["reason"] == "not_solved"
