"""A correction's way: from the phone in the field to the provider, and back."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from layers.corrections import following
from layers.models import Correction, Version
from tests.browser.test_accessible import AXE, found_in_both_themes
from tests.layers.correcting import KEY, PLACE, planning, send
from workflow.engine import act

MAP = f"/map/#19/{PLACE[1]}/{PLACE[0]}"
NEW = f"/corrections/new/?layer=planning&key={KEY}&lon={PLACE[0]}&lat={PLACE[1]}"
DONE = ".report-done"
FORM = "move-form:not([hidden])"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((1200, 900), 40).convert("RGB").save(path, quality=90)
    return path


@pytest.fixture
def phone(
    open_page: Callable[..., Page], people: dict[str, User]
) -> Callable[..., Page]:
    planning()

    def open_(path: str = NEW, **more: object) -> Page:
        return open_page(people["grid_worker"], path, mobile=True, **more)

    return open_


def choose(page: Page, label: str) -> None:
    """Another move of the page than the first."""
    page.locator(f"{FORM} .menu > summary").click()
    page.locator(f"{FORM} .menu-item", has_text=label).click()


def test_from_the_field_to_its_answer(phone, open_page, people, picture):
    page = phone(MAP)
    page.wait_for_selector(".map[data-drawn=true]", state="attached", timeout=60_000)
    box = page.locator(".map").bounding_box()
    middle = {"x": box["width"] / 2, "y": box["height"] / 2}
    page.locator(".map").tap(position=middle)
    hits = page.locator(".map-hits", has_text="规划用地")
    hits.locator("summary").tap()
    hits.get_by_text("纠错").tap()
    page.locator("photo-picker input[type=file]").first.set_input_files(picture)
    page.locator("label.chip", has_text="已不存在").tap()
    page.locator("[name=note]").fill("已拆除，现为空地")
    page.locator("[data-send]").tap()
    expect(page.locator(DONE)).to_contain_text("环卫中心")
    correction = Correction.objects.get()
    assert (correction.key, correction.wrong) == (KEY, "gone")

    desk = open_page(people["steward"], "/data/corrections/")
    desk.locator(f"#row-{correction.uuid} a").click()
    expect(desk.locator(".case-photos img")).to_be_visible()
    expect(desk.locator(".case-photos img")).to_have_js_property("complete", True)
    page.goto("/corrections/")
    expect(page.locator(".own-card")).to_contain_text("待答复")
    choose(desk, "不予采纳")
    desk.locator(f"{FORM} label.chip", has_text="经核实").click()
    desk.locator(f"{FORM} textarea").fill("现场核实房屋仍在")
    desk.locator(f"{FORM} .move-send").click()
    expect(desk.locator(".case-sub")).to_contain_text("未采纳")

    # Without a reload: the answer comes to the page that is open.
    card = page.locator(".own-card")
    expect(card).to_contain_text("现场核实房屋仍在", timeout=15_000)
    expect(page.locator(".own-card")).to_contain_text("经核实，数据无误")


def test_changed_now_published_by_another_and_answered(phone, open_page, people):
    page = phone()
    page.locator("label.chip", has_text="属性不对").tap()
    page.locator("[name='value-用地代码']").fill("G1")
    page.locator("[data-send]").tap()
    expect(page.locator(DONE)).to_be_visible()
    correction = Correction.objects.get()

    desk = open_page(people["steward"], f"/corrections/{correction.uuid}/")
    choose(desk, "立即更正")
    expect(desk.locator(f"{FORM} [name='value-用地代码']")).to_have_value("G1")
    desk.locator(f"{FORM} .move-send").click()
    expect(desk.locator(".case-sub")).to_contain_text("更正待发布")
    correction.refresh_from_db()
    page.goto("/corrections/")
    expect(page.locator(".own-card")).to_contain_text("更正待发布")

    officer = people["chief_data_officer"]
    act(correction.draft, "submit", by=people["steward"], act_id=uuid4())
    act(correction.draft, "publish", by=officer, act_id=uuid4())
    # What the worker does with the job that publishing left.
    following.follow(Version.objects.get(pk=correction.draft_id))
    expect(page.locator(".own-card")).to_contain_text("已更正", timeout=15_000)
    expect(page.locator(".own-card")).to_contain_text("第 2 版")
    row = correction.layer.features.current().get(key=KEY)
    assert row.properties["用地代码"] == "G1"


def test_without_network_it_is_kept_and_goes_by_itself(phone):
    page = phone()
    page.locator("label.chip", has_text="位置不对").tap()
    page.locator("[name=note]").fill("偏了十米")
    page.context.set_offline(True)
    page.locator("[data-send]").tap()
    expect(page.locator("[data-status]")).to_contain_text("保存在本机")
    page.context.set_offline(False)
    expect(page.locator(DONE)).to_be_visible()
    assert Correction.objects.get().wrong == "place"


def test_a_draft_is_there_again_and_can_be_discarded(phone, picture):
    page = phone()
    page.locator("photo-picker input[type=file]").first.set_input_files(picture)
    expect(page.locator('.photo-item[data-state="sent"]')).to_have_count(1)
    page.locator("label.chip", has_text="属性不对").tap()
    page.locator("[name='value-用地代码']").fill("G1")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-draft]")).to_be_visible()
    expect(page.locator("[name='value-用地代码']")).to_have_value("G1")
    expect(page.locator(".photo-item")).to_have_count(1)
    page.locator("[data-discard]").tap()
    expect(page.locator(".photo-item")).to_have_count(0)
    expect(page.locator("[name='value-用地代码']")).to_have_value("R2")


def test_what_lacks_is_said_and_gets_the_focus(phone):
    page = phone()
    page.locator("[data-send]").tap()
    expect(page.locator("[data-field=reason] .field-error")).to_be_visible()
    expect(page.locator("[name=reason]").first).to_be_focused()


@pytest.mark.parametrize("width", [360, 430])
def test_nothing_is_wider_than_the_phone(phone, people, width):
    correction = send_one(people)
    for path in (NEW, "/corrections/", f"/corrections/{correction.uuid}/"):
        page = phone(path, viewport=(width, 780))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def send_one(people: dict[str, User]) -> Correction:
    planning()
    return send(people["grid_worker"], values={"用地代码": "G1"}, note="现场是绿地")


def test_the_desk_fits_a_phone_and_follows_what_comes_in(open_page, people):
    planning()
    page = open_page(people["steward"], "/data/corrections/", viewport=(360, 780))
    expect(page.locator(".empty-state")).to_be_visible()
    correction = send_one(people)
    expect(page.locator(f"#row-{correction.uuid}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_a_finger_meets_is_large_enough(phone):
    page = phone()
    small = page.evaluate(
        """() => [...document.querySelectorAll('correction-form :is(button, .chip)')]
          .filter((one) => one.offsetParent)
          .map((one) => [one.outerHTML, one.getBoundingClientRect().height])
          .filter(([, height]) => height < 44)"""
    )
    assert small == []


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
def test_nothing_keeps_somebody_from_working(open_page, people, watch):
    correction = send_one(people)
    act(
        correction,
        "refuse",
        by=people["steward"],
        act_id=uuid4(),
        evidence={"reason": "right", "note": "与图纸一致"},
    )
    one = f"/corrections/{correction.uuid}/"
    for name, path in (
        ("grid_worker", NEW),
        ("grid_worker", "/corrections/"),
        ("grid_worker", one),
        ("steward", "/data/corrections/?view=all"),
    ):
        page = open_page(people[name], path)
        assert found_in_both_themes(page, watch) == {}, path
