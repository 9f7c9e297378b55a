"""Voice notes: told by their content, bounded, played among the photos of a case."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.driving import evidence_for, litter
from tests.sites import package
from workflow import voices
from workflow.attachments import store
from workflow.engine import act
from workflow.errors import BadEvidence
from workflow.models import Attachment

WEBM = b"\x1a\x45\xdf\xa3" + b"\x83\x81\x02" + b"sound" * 40
OGG = b"OggS" + b"sound" * 40
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"soun" * 40


def upload(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content, "image/jpeg")


def spoken(user, content=WEBM):
    return store(user, uuid4(), upload(content))


@pytest.mark.parametrize(
    ("content", "kind"),
    [(WEBM, "audio/webm"), (OGG, "audio/ogg"), (MP4, "audio/mp4")],
)
def test_it_is_told_by_its_content_whatever_it_is_called(people, content, kind):
    assert spoken(people["grid_worker"], content).media_type == kind


@pytest.mark.parametrize(
    "content", [b"\x1a\x45\xdf\xa3\x83\x81\x01film", MP4 + b"vide"]
)
def test_a_film_is_not_taken(people, content):
    with pytest.raises(voices.NoVideo):
        spoken(people["grid_worker"], content)


def test_it_is_bounded(people, settings):
    settings.VOICE_MAX_BYTES = 100
    with pytest.raises(voices.VoiceTooLarge):
        spoken(people["grid_worker"])
    assert not Attachment.objects.exists()


def test_sent_again_it_is_one(people):
    uuid = uuid4()
    one = store(people["grid_worker"], uuid, upload(WEBM))
    assert store(people["grid_worker"], uuid, upload(WEBM)) == one


def test_it_plays_and_shows_a_sign(signed_in, people):
    voice = spoken(people["grid_worker"])
    client = signed_in(people["grid_worker"])
    answer = client.get(f"/files/{voice.uuid}/")
    assert (answer.content, answer["Content-Type"]) == (WEBM, "audio/webm")
    assert client.get(f"/files/{voice.uuid}/thumb/")["Content-Type"] == "image/svg+xml"


def test_a_player_gets_the_part_that_it_asks_for(signed_in, people):
    voice = spoken(people["grid_worker"])
    client = signed_in(people["grid_worker"])
    answer = client.get(f"/files/{voice.uuid}/", headers={"Range": "bytes=2-5"})
    assert (answer.status_code, answer.content) == (206, WEBM[2:6])


@given(st.text(max_size=30), st.binary(min_size=1, max_size=30))
def test_any_range_is_answered(rf_text, content):
    class Asked:
        headers = {"Range": rf_text}

    assert voices.played(Asked(), content, "audio/ogg").status_code in (200, 206)


def report(client, **more):
    body = {
        "uuid": str(uuid4()),
        "category": str(litter().pk),
        "place": ",".join(map(str, package.inside(1, 1, 1))),
        **more,
    }
    return body["uuid"], client.post("/report/", body)


def test_it_goes_with_the_photos_and_plays_on_the_case(signed_in, people, make_photo):
    worker = people["grid_worker"]
    photo, voice = make_photo(worker), spoken(worker)
    client = signed_in(worker)
    uuid, answer = report(client, photos=[str(voice.uuid), str(photo)])
    assert answer.status_code == 302
    html = client.get(f"/cases/{uuid}/").content.decode()
    assert (
        f'<audio class="photo-voice" controls preload="none" src="/files/{voice.uuid}/'
        in html
    )
    assert f"/files/{photo}/thumb/" in client.get("/my/").content.decode()


def test_words_alone_are_no_photo_where_one_is_asked_for(people, make_case):
    case = make_case("resolve", state="handling")
    handler = people["handler"]
    photos = [str(spoken(handler).uuid)]
    evidence = {**evidence_for("dispose", handler), "photos": photos}
    with pytest.raises(BadEvidence):
        act(case, "dispose", by=handler, act_id=uuid4(), evidence=evidence)
