"""Who gets in, units, classes, processes, photos, and the schema."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image

from tests.cases.driving import photo_of

PATHS = [
    f"/api/v1/{name}/"
    for name in (
        *("cases", "cases/geojson", "layers", "cells", "units", "categories"),
        *("processes", "me", "schema"),
    )
]


@pytest.mark.parametrize("path", PATHS)
def test_strangers_get_nothing(db, path):
    assert Client().get(path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_whoever_signs_in_is_answered(people, signed_in, path):
    assert signed_in(people["nobody"]).get(path).status_code == 200


def test_a_post_without_the_token_is_refused(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        people["grid_worker"], "django.contrib.auth.backends.ModelBackend"
    )
    body = {"uuid": str(uuid4())}
    answer = client.post("/api/v1/cases/", body, content_type="application/json")
    assert (answer.status_code, "CSRF" in answer.json()["detail"]) == (403, True)


def test_me_names_my_posts(call):
    status, me = call("desk", "/api/v1/me/")
    assert (status, me["username"]) == (200, "desk")
    assert {post["role"] for post in me["posts"]} == {
        *("acceptor", "filer", "dispatcher")
    }
    assert me["posts"][0]["unit"]["code"] == "110109001"


def test_units_are_narrowed_by_kind_and_parent(call):
    status, rows = call("desk", "/api/v1/units/?kind=community&parent=110109001")
    assert (status, len(rows)) == (200, 2)
    assert call("desk", "/api/v1/units/sanitation/")[1]["parent"] == "110109"
    assert call("desk", "/api/v1/units/?kind=planet")[0] == 400
    assert call("desk", "/api/v1/units/nobody/")[0] == 404


def test_classes_come_with_their_conditions(call):
    status, rows = call("desk", "/api/v1/categories/?kind=event&parent=06")
    litter = next(row for row in rows if row["key"] == "event/06010")
    assert (status, len(rows)) == (200, 2)
    assert litter["conditions"][0]["department"] == "sanitation"
    assert call("desk", f"/api/v1/categories/{litter['id']}/")[1] == litter


def test_classes_are_few_queries(people, signed_in, django_assert_max_num_queries):
    client = signed_in(people["desk"])
    with django_assert_max_num_queries(6):
        client.get("/api/v1/categories/")


def test_the_process_is_data(call):
    status, process = call("nobody", "/api/v1/processes/case/")
    report = process["transitions"][0]
    assert (status, process["states"][0]["phase"]) == (200, "collect")
    assert (report["from_state"], report["who"][0]) == (None, {"role": "grid_worker"})


def picture(color="red"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(content, "JPEG")
    return SimpleUploadedFile("a.jpg", content.getvalue(), "image/jpeg")


def send(client, uuid, file):
    return client.post("/api/v1/attachments/", {"uuid": uuid, "file": file})


def test_a_photo_is_kept_once(people, signed_in):
    client, uuid = signed_in(people["grid_worker"]), str(uuid4())
    first = send(client, uuid, picture())
    again = send(client, uuid, picture())
    assert (first.status_code, again.json()) == (200, first.json())
    assert send(client, uuid, picture("blue")).status_code == 409
    other = signed_in(people["other_worker"])
    assert send(other, uuid, picture()).status_code == 404
    assert other.get(f"/api/v1/attachments/{uuid}/").status_code == 404
    assert client.get(f"/api/v1/attachments/{uuid}/").json() == first.json()


def test_what_is_no_photo_is_refused(people, signed_in):
    client = signed_in(people["grid_worker"])
    assert send(client, str(uuid4()), "x").status_code == 400
    text = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    assert send(client, str(uuid4()), text).status_code == 400
    assert send(client, "x", picture()).status_code == 400
    nobody = signed_in(people["nobody"])
    assert send(nobody, str(uuid4()), picture()).status_code == 403


def test_a_photo_is_seen_with_its_case(people, call, make_case):
    photo = photo_of(people["grid_worker"])
    assert call("desk", f"/api/v1/attachments/{photo}/")[0] == 404
    make_case(photos=[str(photo)])
    assert call("desk", f"/api/v1/attachments/{photo}/")[0] == 200
    assert call("outsider", f"/api/v1/attachments/{photo}/")[0] == 404


def test_the_schema_is_valid_and_whole(db):
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())
