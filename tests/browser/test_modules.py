"""One module of each application in the browser, at both sizes: written, listed, drawn
on the map, taken a step further, printed, exported."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from offices.models import Record
from tests.offices.conftest import make_dwelling, make_person  # noqa: F401
from tests.offices.twelve import definitions, published, staff
from tests.sites import package

# Code, what the form begins with, and whether its entries lie on the map.
WALKED = [
    ("finance_expense", "", False),
    ("party_member_move", "person", False),
    ("petition", "", False),
    ("illegal_building", "place", True),
    ("self_meeting", "", False),
    ("public_dwelling", "person dwelling", False),
]
TODAY = datetime.now(UTC).date().isoformat()
TEXT = {
    "date": TODAY,
    "datetime-local": f"{TODAY}T09:00",
    "number": "3",
    "tel": "13900001234",
}


@pytest.fixture
def begun(make_person: Any, make_dwelling: Any) -> Any:  # noqa: F811
    """What the address of a new entry says that it is about."""
    spot = ",".join(map(str, package.inside(1, 1, 1)))
    keys = {
        "person": lambda: make_person().uuid,
        "dwelling": lambda: make_dwelling("202").uuid,
        "place": lambda: spot,
    }
    return lambda names: "&".join(f"{name}={keys[name]()}" for name in names.split())


def fill(box: Any) -> None:
    """Fill what is needed in a form and is still empty, as somebody would."""
    for field in box.locator("[data-field]:visible").all():
        if field.locator(".field-optional").count():
            continue
        chip, choice = field.locator(".chip").first, field.locator("select")
        text = field.locator("input.form-control:visible, textarea:visible").first
        if chip.count():
            chip.click()
        elif choice.count():
            choice.select_option(index=1)
        elif text.count() and not field.locator(".ref-picker, .place-chip").count():
            text.fill(TEXT.get(text.get_attribute("type") or "", "演示内容"))


def new_record(page: Page) -> Record:
    expect(page.locator("record-form")).to_have_attribute("data-ready", "true")
    fill(page.locator("record-form form"))
    page.locator(".module-send .btn-primary").click()
    expect(page.locator("record-page")).to_have_attribute("data-ready", "true")
    return Record.objects.latest("pk")


def take_a_step(page: Page) -> None:
    """The first chief move that stands open, with what it needs."""
    form = page.locator("move-form:not([hidden])").first
    fill(form)
    for field in form.locator(
        "input[required]:visible, textarea[required]:visible"
    ).all():
        if not field.input_value():
            field.fill(TEXT.get(field.get_attribute("type") or "", "演示内容"))
    before = page.locator(".history-step").count()
    form.locator("button.btn-primary").first.click()
    expect(page.locator(".history-step")).to_have_count(before + 1)


@pytest.mark.parametrize(("code", "about", "is_mapped"), WALKED)
def test_a_module_goes_its_way_at_both_sizes(
    code: str, about: str, is_mapped: bool, open_page: Any, begun: Any
) -> None:
    published(code)
    users = {user.posts[0].role: user for user in staff(definitions()[code])}
    desk = open_page(users["street_office"], f"/modules/{code}/new/?{begun(about)}")
    record = new_record(desk)
    desk.goto(desk.url.split("/records/")[0] + f"/modules/{code}/")
    expect(desk.locator("tbody th a", has_text=record.number)).to_be_visible()
    phone = open_page(users["street_office"], f"/records/{record.uuid}/", mobile=True)
    expect(phone.locator("record-page")).to_have_attribute("data-ready", "true")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    if phone.locator("move-form:not([hidden])").count():
        take_a_step(phone)
    phone.goto(phone.url + "print/")
    expect(phone.locator(".record-print")).to_contain_text(record.number)
    if is_mapped:
        desk.goto(desk.url + "on-map/")
        expect(desk.locator("module-map")).to_have_attribute("data-ready", "true")
