"""/report/: what a phone sends becomes one case, whatever the network does."""

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from cases.models import Case
from tests.cases.driving import litter
from tests.sites import package

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def phone(
    signed_in: Callable[[User], Client], people: dict[str, User]
) -> Callable[..., Any]:
    """Send the form as a script does; what is not said is filled in."""

    def send(who: str = "grid_worker", **said: Any) -> Any:
        lon, lat = package.inside(1, 1, 1)
        body = {
            "uuid": uuid4(),
            "category": litter().pk,
            "place": f"{lon},{lat},12",
            **said,
        }
        client = signed_in(people[who])
        sent = {name: value for name, value in body.items() if value is not None}
        return client.post("/report/", sent, headers=FETCH)

    return send


def picture(colour: str) -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "JPEG")
    return SimpleUploadedFile(f"{colour}.jpg", content.getvalue(), "image/jpeg")


def test_a_report_is_taken_and_named(phone):
    response = phone(note="满地")
    case = Case.objects.get()
    assert response.status_code == 201
    assert case.number in response.content.decode()
    assert case.accuracy == 12


def test_sent_twice_it_is_one_case(phone):
    uuid = uuid4()
    first, second = phone(uuid=uuid), phone(uuid=uuid)
    assert first.status_code == second.status_code == 201
    assert Case.objects.count() == 1


def test_changed_after_a_lost_answer_it_says_that_it_had_arrived(phone):
    uuid = uuid4()
    phone(uuid=uuid)
    response = phone(uuid=uuid, note="又想起一句")
    assert response.status_code == 201
    assert "note-warning" in response.content.decode()
    assert Case.objects.count() == 1


def test_somebody_elses_uuid_is_not_there(phone):
    uuid = uuid4()
    phone(uuid=uuid)
    assert phone("other_worker", uuid=uuid).status_code == 404


def test_photos_that_went_ahead_belong_to_the_report(phone, make_photo, people):
    photo = make_photo(people["grid_worker"])
    phone(photos=[str(photo)])
    event = Case.objects.get().events().get()
    assert [row.uuid for row in event.attachments.all()] == [photo]


def test_somebody_elses_photo_is_refused_beside_the_form(phone, make_photo, people):
    response = phone(photos=[str(make_photo(people["other_worker"]))])
    assert response.status_code == 422
    assert 'data-for="all"' in response.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("name", ["category", "place"])
def test_what_lacks_is_said_beside_its_field(phone, name):
    response = phone(**{name: None})
    assert response.status_code == 422
    assert f'data-for="{name}"' in response.content.decode()


def test_without_scripts_a_typed_address_is_the_place(signed_in, people):
    body = {"uuid": uuid4(), "category": litter().pk, "address": "甲1街2号院"}
    response = signed_in(people["grid_worker"]).post("/report/", body)
    case = Case.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/report/{case.uuid}/"
    assert str(case.cell) == package.cell_code(1, 1, 2)


def test_an_address_that_may_mean_several_places_is_offered(signed_in, people):
    body = {"uuid": uuid4(), "category": litter().pk, "address": "甲1街"}
    response = signed_in(people["grid_worker"]).post("/report/", body)
    assert response.status_code == 422
    assert response.content.decode().count('type="radio"') == 4


def test_without_scripts_files_come_with_the_form(signed_in, people):
    lon, lat = package.inside(1, 1, 1)
    body = {
        "uuid": uuid4(),
        "category": litter().pk,
        "place": f"{lon},{lat}",
        "photos_files": [picture("red"), picture("blue")],
    }
    signed_in(people["grid_worker"]).post("/report/", body)
    assert Case.objects.get().events().get().attachments.count() == 2


@pytest.mark.parametrize("who", ["grid_worker", "volunteer", "inspector"])
def test_whoever_reports_gets_the_page(signed_in, people, who):
    response = signed_in(people[who]).get("/report/")
    assert response.status_code == 200
    assert "暴露垃圾" in response.content.decode()


@pytest.mark.parametrize("who", ["handler", "filer", "supervisor", "nobody"])
def test_whoever_does_not_report_is_refused(signed_in, people, who):
    client = signed_in(people[who])
    assert client.get("/report/").status_code == 403
    # The desk's own form asks where a place lies, too.
    asked = 200 if who == "filer" else 403
    assert client.get("/report/place/?lon=1&lat=1").status_code == asked
    assert client.get("/report/addresses/?q=x").status_code == asked


def test_what_was_sent_is_shown_to_its_reporter_alone(signed_in, people, make_case):
    case = make_case()
    address = f"/report/{case.uuid}/"
    assert case.number in signed_in(people["grid_worker"]).get(address).content.decode()
    assert signed_in(people["other_worker"]).get(address).status_code == 404


def test_a_report_costs_at_most_26_queries(
    signed_in, make_photo, people, django_assert_max_num_queries
):
    """Of the whole request: who asks, the intake (20), the page's frame."""
    worker = people["grid_worker"]
    lon, lat = package.inside(1, 1, 1)
    body = {
        "uuid": uuid4(),
        "category": litter().pk,
        "place": f"{lon},{lat},12",
        "photos": [str(make_photo(worker))],
        "note": "满地",
    }
    client = signed_in(worker)
    client.get("/report/")
    with django_assert_max_num_queries(26):
        client.post("/report/", body, headers=FETCH)


def test_the_page_costs_at_most_15_queries(
    signed_in, people, make_case, django_assert_max_num_queries
):
    make_case()
    client = signed_in(people["grid_worker"])
    with django_assert_max_num_queries(15):
        client.get("/report/")
