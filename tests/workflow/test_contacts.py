"""通讯录: what is found, who keeps it, and what never stands in it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of
from workflow.contacts import book, keeping
from workflow.models import Contact, Shift, ShiftKind

STREET, OTHER = "110109001", "110109002"


def add(code=STREET, post="值班室", phone="010-00000001", **more):
    unit = Unit.objects.get(code=code)
    return Contact.objects.create(unit=unit, post=post, phone=phone, **more)


def found(user, query=""):
    page = book.look(user, query, timezone.now())
    return [str(entry.unit) for entry in page.entries if entry.contacts]


def test_the_own_unit_stands_first(people):
    add(OTHER), add(STREET)
    assert found(people["desk"]) == ["东街街道", "西街街道"]
    assert found(people["outsider"]) == ["西街街道", "东街街道"]


@pytest.mark.parametrize("query", ["东街", "djjd", "值班", "zbs", "0001", "东街 zbs"])
def test_a_number_is_found_by_words_initials_and_digits(people, query):
    add(STREET), add(OTHER, post="应急岗", phone="010-00002222")
    assert found(people["handler"], query) == ["东街街道"]


def test_who_is_on_duty_stands_with_the_number(people, signed_in):
    add()
    now = timezone.now()
    Shift.objects.create(
        unit=Unit.objects.get(code=STREET),
        kind=ShiftKind.objects.get(code="day"),
        day=timezone.localdate(now),
        person=people["acceptor"],
        lasts=(now - timedelta(hours=1), now + timedelta(hours=1)),
    )
    text = signed_in(people["handler"]).get(reverse("contacts:list")).content.decode()
    assert str(people["acceptor"]) in text and 'href="tel:010-00000001"' in text


def test_the_page_asks_the_same_however_long(
    people, signed_in, django_assert_max_num_queries
):
    for number in range(20):
        add(post=f"岗{number}"), add(OTHER, post=f"岗{number}")
    client = signed_in(people["desk"])
    with django_assert_max_num_queries(9):
        client.get(reverse("contacts:list"))


def test_the_keeper_of_a_unit_keeps_its_numbers_on_record(people, signed_in):
    unit = Unit.objects.get(code=STREET)
    filer = signed_in(people["filer"])
    sent = {"unit": unit.pk, "post": "值班室", "phone": "010-00000009", "always": "on"}
    assert filer.post(reverse("contacts:new"), sent).status_code == 302
    row = Contact.objects.get()
    assert row.always and changes_of(Contact)[0].by == people["filer"]
    filer.post(reverse("contacts:retire", args=[row.pk]))
    assert found(people["filer"]) == []


def test_another_units_numbers_are_not_ones_own_to_keep(people, signed_in):
    row = add(OTHER)
    filer = signed_in(people["filer"])
    assert filer.get(reverse("contacts:edit", args=[row.pk])).status_code == 403
    sent = {"unit": row.unit_id, "post": "值班室", "phone": "010-00000009"}
    assert filer.post(reverse("contacts:new"), sent).status_code == 400


@pytest.mark.parametrize("phone", ["13800000000", "+86 138-0000-0000", "总机", "1", ""])
def test_no_personal_mobile_and_nothing_else_is_taken(phone):
    with pytest.raises(BadInput):
        keeping.clean_phone(phone)


@pytest.mark.parametrize("phone", ["010-12345678", "12345", "(010) 6600 0000转8"])
def test_official_numbers_are_taken_as_they_are_written(phone):
    if phone.startswith("("):
        phone = phone[1:].replace(")", "")
    assert keeping.clean_phone(f" {phone} ") == phone


def test_a_volunteer_has_no_address_book(people, signed_in):
    assert signed_in(people["volunteer"]).get("/duty/").status_code == 403


def test_a_table_goes_out_and_comes_in_again(people, signed_in):
    add(note="总机")
    client = signed_in(people["filer"])
    text = client.get(reverse("contacts:file")).content.decode()
    sent = SimpleUploadedFile("c.csv", text.replace("0001", "0007").encode())
    page = client.post(reverse("contacts:take"), {"file": sent})
    kept = {name: page.context[name] for name in ("rows", "lines")}
    client.post(reverse("contacts:take"), {**kept, "keep": "1"})
    row = Contact.objects.get()
    assert (row.phone, row.note) == ("010-00000007", "总机")


def taken(client, *phones, post="值班室"):
    lines = "".join(f"{STREET},{post},{phone}\n" for phone in phones)
    text = f"单位,岗位,电话\n{lines}"
    sent = {"file": SimpleUploadedFile("c.csv", text.encode())}
    page = client.post(reverse("contacts:take"), sent)
    kept = {name: page.context[name] for name in ("rows", "lines")}
    client.post(reverse("contacts:take"), {**kept, "keep": "1"})
    return sorted(Contact.objects.in_use().values_list("phone", flat=True))


def test_two_numbers_of_a_post_both_come_in(people, signed_in):
    client = signed_in(people["filer"])
    assert taken(client, "010-1001", "010-1002") == ["010-1001", "010-1002"]
    assert taken(client, "010-1001", "010-1002") == ["010-1001", "010-1002"]


def test_a_number_out_of_use_comes_back_with_the_table(people, signed_in):
    add(phone="010-1001", retired_at=timezone.localdate())
    client = signed_in(people["filer"])
    assert taken(client, "010-1001") == ["010-1001"]
    assert taken(client, "010-1002") == ["010-1002"]
    assert taken(client, "010-1001") == ["010-1001"]


def test_a_package_adds_a_second_number(db, tmp_path):
    path, line = tmp_path / "contacts.csv", f"{STREET},值班室,010-100%s\n"
    for text in (line % 1, line % 1 + line % 2):
        path.write_text(f"unit,post,phone\n{text}", "utf-8")
        keeping.load(tmp_path, print)
    assert Contact.objects.in_use().count() == 2


def test_a_package_leaves_what_was_changed_here(db, tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text(f"unit,post,phone\n{STREET},值班室,010-00000001\n", "utf-8")
    keeping.load(tmp_path, print)
    Contact.objects.update(phone="010-00000002")
    keeping.load(tmp_path, print)
    assert Contact.objects.get().phone == "010-00000002"


def test_the_api_keeps_the_book_as_the_page_does(people, signed_in):
    client, json = signed_in(people["filer"]), {"content_type": "application/json"}
    where = reverse("api:contact-list")
    sent = {"unit": STREET, "post": "值班室", "phone": "010-00000003"}
    made = client.post(where, sent, **json)
    assert made.status_code == 201, made.json()
    one = reverse("api:contact-detail", args=[made.json()["id"]])
    assert client.patch(one, {"phone": "13800000000"}, **json).status_code == 400
    assert client.patch(one, {"always": True}, **json).json()["always"] is True
    assert client.get(where, {"q": "zbs"}).json()[0]["contacts"][0]["always"] is True
    assert client.delete(one).status_code == 204
