"""Nobody fills the disk by sending more than the address takes."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from govmap.lib.uploads import ANONYMOUS_MAX_BYTES


def send(client, url: str, size: int) -> int:
    file = SimpleUploadedFile("x.bin", b"x" * size)
    return client.post(url, {"file": file}).status_code


def test_who_has_not_signed_in_sends_little(client, db):
    assert send(client, "/files/", ANONYMOUS_MAX_BYTES) == 413
    assert send(client, "/files/", 1000) == 401


@pytest.mark.parametrize("url", ["/files/", "/no/such/page/"])
def test_an_address_takes_no_more_than_its_limit(signed_in, people, url):
    most = settings.BODY_MAX_BYTES.get(url, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    assert send(signed_in(people["desk"]), url, most + 1) == 413


def test_a_photo_that_is_a_little_too_large_is_told_how_large_it_may_be(
    signed_in, people
):
    file = SimpleUploadedFile("x.jpg", b"x" * (settings.PHOTO_MAX_BYTES + 1))
    data = {"uuid": "0198a0c6-0000-7000-8000-000000000001", "file": file}
    answer = signed_in(people["grid_worker"]).post("/files/", data)
    assert answer.status_code == 413
    assert "12 MB" in answer.json()["detail"]


def test_a_length_that_is_none_is_no_error(client, db):
    assert client.post("/files/", CONTENT_LENGTH="many").status_code == 401
