"""Photos by parts: broken off, gone on with, bounded, and their sender's alone."""

import fcntl
import hashlib
import io
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from workflow import partial
from workflow.models import Attachment

PARTS = "/api/v1/attachments/parts/"


def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def worker(people):
    return people["grid_worker"]


@pytest.fixture
def client(signed_in, worker):
    return signed_in(worker)


def announce(client, uuid: UUID, content: bytes, **more):
    digest = hashlib.sha256(content).hexdigest()
    body = {"uuid": str(uuid), "length": len(content), "sha256": digest, **more}
    return client.post(PARTS, body, content_type="application/json")


def put(client, uuid: UUID, at: int, part: bytes):
    address = f"{PARTS}{uuid}/?at={at}"
    return client.put(address, part, content_type="application/octet-stream")


def test_a_photo_comes_in_by_parts(client, worker):
    uuid, content = uuid4(), picture()
    assert announce(client, uuid, content).json()["at"] == 0
    assert put(client, uuid, 0, content[:5000]).json()["at"] == 5000
    answer = put(client, uuid, 5000, content[5000:])
    assert answer.json()["photo"]["uuid"] == str(uuid)
    assert Attachment.objects.get().uploaded_by == worker


def test_what_broke_off_goes_on_where_it_stood(client):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    put(client, uuid, 0, content[:5000])
    assert client.get(f"{PARTS}{uuid}/").json()["at"] == 5000
    assert announce(client, uuid, content).json()["at"] == 5000


def test_a_part_whose_answer_was_lost_is_answered_the_same(client):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    answers = [put(client, uuid, 0, content[:5000]).json() for _turn in range(2)]
    assert answers[0] == answers[1]


def test_a_part_from_elsewhere_is_told_where_to_go_on(client):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    put(client, uuid, 0, content[:5000])
    answer = put(client, uuid, 7000, content[7000:])
    assert (answer.status_code, answer.json()["at"]) == (409, 5000)


def test_sent_again_after_the_end_it_answers_the_same(client):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    photo = put(client, uuid, 0, content).json()["photo"]
    assert put(client, uuid, 0, content).json()["photo"] == photo
    assert announce(client, uuid, content).json()["photo"] == photo
    assert Attachment.objects.count() == 1


def test_one_whose_last_answer_was_lost_is_taken_in_by_nothing_more(client, worker):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    partial.add(worker, uuid, 0, content)
    assert put(client, uuid, len(content), b"").json()["photo"]


def test_what_was_damaged_is_begun_anew(client):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    answer = put(client, uuid, 0, b"\0" * len(content))
    assert answer.json()["code"] == "BrokenOnTheWay"
    assert client.get(f"{PARTS}{uuid}/").status_code == 404
    assert announce(client, uuid, content).json()["at"] == 0


def test_more_than_was_announced_is_not_taken(client):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    assert put(client, uuid, 0, content + b"!").status_code == 400


def test_what_is_no_photo_is_refused_and_forgotten(client, media):
    uuid, content = uuid4(), b"<svg onload='alert(1)'/>"
    announce(client, uuid, content)
    assert put(client, uuid, 0, content).json()["code"] == "NoPhoto"
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_what_fails_by_itself_is_finished_by_the_next(client, media):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    # Files stand where the folders of photos would be.
    blocks = [media / f"{number:02x}" for number in range(256)]
    for block in blocks:
        block.touch()
    with pytest.raises(OSError):
        put(client, uuid, 0, content)
    for block in blocks:
        block.unlink()
    assert put(client, uuid, len(content), b"").json()["photo"]


def thrown_away_meanwhile(worker, uuid: UUID, held: Event) -> None:
    """As the other page does, as soon as this one waits for its turn at the file."""
    path = partial._path(worker, uuid)
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        held.set()
        waiting = re.compile(rf"-> FLOCK .*:{path.stat().st_ino} ")
        while not waiting.search(Path("/proc/locks").read_text()):
            time.sleep(0.005)
        partial.drop(worker, uuid)


def test_two_that_finish_at_once_are_no_error(client, worker):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    partial.add(worker, uuid, 0, content)
    held = Event()
    with ThreadPoolExecutor(1) as others:
        other = others.submit(thrown_away_meanwhile, worker, uuid, held)
        held.wait(20)
        assert put(client, uuid, len(content), b"").status_code == 404
        other.result(20)


def test_nobody_else_learns_of_it(client, signed_in, people):
    uuid, content = uuid4(), picture()
    announce(client, uuid, content)
    other = signed_in(people["other_worker"])
    assert other.get(f"{PARTS}{uuid}/").status_code == 404
    assert put(other, uuid, 0, content).status_code == 404
    put(client, uuid, 0, content)
    assert announce(other, uuid, content).status_code == 404


def test_too_large_and_too_many_are_refused(client, settings, monkeypatch):
    settings.PHOTO_MAX_BYTES = 10_000
    assert announce(client, uuid4(), b"x", length=10_001).status_code == 413
    monkeypatch.setattr(partial, "MOST", 1)
    assert announce(client, uuid4(), b"x").status_code == 201
    assert announce(client, uuid4(), b"x").status_code == 409


def test_what_nobody_went_on_with_is_swept(client, media):
    announce(client, uuid4(), picture())
    assert partial.sweep(timezone.now()) == 0
    assert partial.sweep(timezone.now() + timedelta(days=2)) == 1
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_thrown_away_twice_it_is_gone(client):
    uuid = uuid4()
    announce(client, uuid, picture())
    for _turn in range(2):
        assert client.delete(f"{PARTS}{uuid}/").status_code == 204
    assert client.get(f"{PARTS}{uuid}/").status_code == 404


@hypothesis_settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.lists(st.integers(0, 400), max_size=8), repeats=st.booleans())
def test_however_it_is_cut_the_same_arrives(worker, cuts, repeats):
    uuid, content = uuid4(), bytes(range(256)) * 2
    user = worker
    partial.begin(user, uuid, length=len(content))
    for cut in [*cuts, len(content)]:
        at = partial.where(user, uuid).at
        partial.add(user, uuid, at, content[at : max(at, cut)])
        if repeats:
            partial.add(user, uuid, at, content[at : max(at, cut)])
    path = partial._path(user, uuid)
    assert path.read_bytes() == content
