"""/report/ on a phone: photo, place, class, send; and a network that comes and goes."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from cases.models import Case
from tests.cases.driving import litter
from tests.sites import package
from workflow.models import Attachment, Category

HERE = (*package.inside(1, 1, 1), 12)
SEND = "[data-send]"
DONE = ".report-done"
PARTS = "**/attachments/parts/**"
ITEM = ".outbox-item"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_noise((800, 600), 40).convert("RGB").save(path, quality=90)
    return path


@pytest.fixture
def large_picture(tmp_path: Path) -> Path:
    """As a phone takes it: 12 million pixels with some noise, 2 to 4 MB."""
    path = tmp_path / "large.jpg"
    noise = Image.effect_noise((2000, 1500), 40).resize((4000, 3000))
    noise.convert("RGB").save(path, quality=90)
    return path


@pytest.fixture
def phone(
    open_page: Callable[..., Page], people: dict[str, User]
) -> Callable[..., Page]:
    def open_(**more: Any) -> Page:
        more.setdefault("place", HERE)
        return open_page(people["grid_worker"], "/report/", mobile=True, **more)

    return open_


def take(page: Page, picture: Path) -> None:
    page.locator("photo-picker input[type=file]").first.set_input_files(picture)


def test_three_taps_after_the_photo(phone, large_picture):
    page = phone()
    sent: list[int] = []
    page.on("request", lambda one: sent.append(len(one.post_data_buffer or b"")))
    page.evaluate("window.taps = 0; addEventListener('click', () => { taps += 1 })")
    take(page, large_picture)
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    page.locator("[data-category]").first.tap()
    page.locator(SEND).tap()
    expect(page.locator(DONE)).to_be_visible()
    assert page.evaluate("taps") <= 3
    # The photo and little else leaves the phone.
    assert sum(sent) < 310_000
    case = Case.objects.get()
    expect(page.locator(DONE)).to_contain_text(case.number)
    assert str(case.cell) == package.cell_code(1, 1, 1)
    assert case.events().get().attachments.count() == 1


def test_what_the_note_says_is_proposed_first(phone):
    page = phone()
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    page.locator("[name=note]").fill("门口有很多暴露的垃圾")
    expect(page.locator("[data-chips] [data-category]").first).to_have_text("暴露垃圾")


def test_whoever_is_quicker_than_the_scripts_loses_no_photo(open_page, people, picture):
    page = open_page(people["grid_worker"], mobile=True, place=HERE)
    held = []
    page.route("**/workflow/photo.js", lambda route: held.append(route))
    page.goto("/report/", wait_until="commit")
    take(page, picture)
    assert held, "the script was there before the photo"
    held[0].continue_()
    expect(page.locator('.photo-item[data-state="sent"]')).to_have_count(1)


def test_photos_are_made_small_before_they_leave(phone, large_picture):
    page = phone()
    with page.expect_request("**/attachments/parts/") as announced:
        take(page, large_picture)
    expect(page.locator('.photo-item[data-state="sent"]')).to_have_count(1)
    photo = Attachment.objects.get()
    assert max(photo.width, photo.height) <= 1600
    assert announced.value.post_data_json["length"] <= 300_000


def test_what_lacks_is_said_and_gets_the_focus(phone, watch):
    page = phone()
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    # The map is not loaded before it is looked at.
    assert not [url for url in watch.requests if "maplibre" in url or "leaflet" in url]
    page.locator(SEND).tap()
    expect(page.locator("[data-field=category] .field-error")).to_be_visible()
    expect(page.locator("[data-category]").first).to_be_focused()


def test_a_class_is_found_by_its_initials_with_the_keyboard(phone):
    page = phone()
    page.locator("#class-query").press_sequentially("bllj")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    chosen = page.locator('[data-category][aria-pressed="true"]')
    expect(chosen).to_have_text("暴露垃圾")


def test_without_position_a_typed_address_does(phone):
    page = phone(place=None)
    page.locator("#report-address").fill("甲1街3号院")
    page.locator(".address-option").first.tap()
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    page.locator("[data-category]").first.tap()
    page.locator(SEND).tap()
    expect(page.locator(DONE)).to_be_visible()
    assert str(Case.objects.get().cell) == package.cell_code(1, 1, 3)


def test_a_tap_on_the_map_sets_the_place(phone):
    page = phone()
    expect(page.locator("[data-place-words]")).to_contain_text("001001001")
    page.locator("[data-change]").tap()
    expect(page.locator("[data-map][data-drawn=true]")).to_be_visible()
    box = page.locator("[data-map]").bounding_box()
    page.locator("[data-map]").tap(
        position={"x": box["width"] - 60, "y": box["height"] / 2 - 40}
    )
    expect(page.locator("[data-place-words]")).not_to_contain_text("±")


def test_a_draft_is_there_again_and_can_be_discarded(phone, picture):
    page = phone()
    take(page, picture)
    expect(page.locator('.photo-item[data-state="sent"]')).to_have_count(1)
    page.locator("[name=note]").fill("满地都是")
    page.locator("[data-category]").nth(1).tap()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-draft]")).to_be_visible()
    expect(page.locator("[name=note]")).to_have_value("满地都是")
    expect(page.locator("[data-category]").nth(1)).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator(".photo-item")).to_have_count(1)
    page.locator("[data-discard]").tap()
    expect(page.locator("[name=note]")).to_have_value("")
    expect(page.locator(".photo-item")).to_have_count(0)


def test_without_network_it_is_kept_and_goes_by_itself(phone):
    page = phone()
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    page.locator("[data-category]").first.tap()
    page.context.set_offline(True)
    page.locator(SEND).tap()
    expect(page.locator("[data-status]")).to_contain_text("已保存在本机")
    expect(page.locator(f"{ITEM} [data-state]")).to_have_text("等待网络")
    expect(page.locator('[data-category][aria-pressed="true"]')).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator(f'{ITEM}[data-state="sent"]')).to_be_visible()
    expect(page.locator(f"{ITEM} [data-state]")).to_contain_text(
        Case.objects.get().number
    )


def test_an_answer_lost_on_the_way_makes_no_second_case(phone):
    page = phone()
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    page.locator("[data-category]").first.tap()

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/report/", lose, times=1)
    page.locator(SEND).tap()
    expect(page.locator("[data-status]")).to_be_visible()
    expect(page.locator(f'{ITEM}[data-state="sent"]')).to_be_visible()
    assert Case.objects.count() == 1


def test_a_photo_that_fails_is_sent_again_by_a_tap(phone, picture):
    page = phone()
    page.route(PARTS, lambda route: route.abort(), times=1)
    take(page, picture)
    page.locator("[data-retry]").tap()
    expect(page.locator('.photo-item[data-state="sent"]')).to_have_count(1)


def test_a_photo_not_sent_survives_the_page(phone, picture):
    page = phone()
    page.route(PARTS, lambda route: route.abort())
    take(page, picture)
    expect(page.locator("[data-retry]")).to_be_visible()
    page.unroute(PARTS)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator('.photo-item[data-state="sent"]')).to_have_count(1)
    expect(page.locator("[data-draft]")).to_be_visible()
    assert Attachment.objects.count() == 1


def test_signed_out_meanwhile_nothing_is_lost(phone):
    page = phone()
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    page.locator("[name=note]").fill("满地都是")
    page.locator("[data-category]").first.tap()
    page.context.clear_cookies(name="sessionid")
    page.locator(SEND).tap()
    expect(page.locator("[data-status]")).to_contain_text("重新登录")
    expect(page.locator(f"{ITEM} [data-sign-in]")).to_be_visible()


def test_without_scripts_it_is_a_plain_form(phone, picture):
    page = phone(java_script_enabled=False)
    page.locator("[name=photos_files]").set_input_files(picture)
    page.locator("[name=address]").fill("甲1街2号院")
    page.locator("select[name=category]").select_option(index=1)
    page.locator(SEND).tap()
    expect(page.locator(DONE)).to_be_visible()
    assert Case.objects.get().events().get().attachments.count() == 1


def fill_the_classification() -> None:
    """As many classes as the standard has."""
    parent = litter().parent
    assert parent
    Category.objects.bulk_create(
        Category(
            standard=parent.standard,
            kind=parent.kind,
            code=f"{number:05d}",
            parent=parent,
            name=f"第{number}类街面秩序问题",
            initials=f"d{number}ljmzxwt",
        )
        for number in range(20_000, 20_400)
    )


# A list that keeps itself never ends to ask.
@pytest.mark.parametrize(
    ("path", "until"), [("/report/", "networkidle"), ("/tasks/", "load")]
)
def test_the_first_page_is_light(open_page, people, path, until):
    """Everything that it loads, packed as a server packs it: under 150 kB."""
    fill_the_classification()
    page = open_page(people["grid_worker"], mobile=True, place=HERE)
    came: list[Any] = []
    page.on("response", lambda answer: came.append(answer))
    page.goto(path, wait_until=until)
    came = [answer for answer in came if "/live/" not in answer.url]
    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in came}
    assert sum(sizes.values()) < 150_000, sizes


def test_it_fits_the_phone_and_the_finger(phone):
    page = phone(viewport=(430, 780))
    expect(page.locator("[data-place-words]")).to_contain_text("东街第1社区")
    small = page.evaluate(
        """() => [...document.querySelectorAll('report-form button, report-form input')]
          .filter((one) => one.offsetParent && !one.matches('.photo-input'))
          .map((one) => [one.outerHTML, one.closest('label') ?? one])
          .map(([text, one]) => [text, one.getBoundingClientRect().height])
          .filter(([, height]) => height < 44)"""
    )
    assert small == []
    page.locator("[data-change]").tap()
    for width in (430, 360):
        page.set_viewport_size({"width": width, "height": 780})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
