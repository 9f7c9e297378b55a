"""Photos: what is taken, what is kept of it, and who gets to see it."""

import contextlib
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import ExifTags, Image
from procrastinate.contrib.django import app

from govmap.lib.errors import DomainError
from workflow import attachments, photos
from workflow.attachments import path_of, store, sweep
from workflow.models import Attachment
from workflow.tasks import sweep_files

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def picture(
    size: tuple[int, int] = (64, 48), kind: str = "JPEG", mode: str = "RGB", **more
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 0 if mode in {"1", "L", "P"} else None).save(
        out, kind, **more
    )
    return out.getvalue()


def exif(**tags: str) -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = 6  # held upright: to be turned
    made[ExifTags.Base.Make] = "a phone"
    made.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (39.0, 54.0, 0.0)
    for name, text in tags.items():
        made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base[name]] = text
    return made


def sent(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def read(content: bytes) -> photos.Photo:
    return photos.read(io.BytesIO(content), now=NOW)


@pytest.fixture
def media(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def worker(people):
    return people["grid_worker"]


@pytest.fixture
def photo_row(media, worker) -> Attachment:
    return store(worker, uuid4(), sent(picture()))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("WEBP", "RGBA"),
    ],
)
def test_formats_become_one(kind, mode):
    kept = Image.open(io.BytesIO(read(picture(kind=kind, mode=mode)).content))
    assert (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (64, 48))


def test_two_pictures_in_one_file_are_the_first():
    second = Image.new("RGB", (8, 8))
    phones = picture(kind="MPO", save_all=True, append_images=[second])
    assert Image.open(io.BytesIO(phones)).format == "MPO"
    assert read(phones).width == 64


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "PDF", "ICO"])
def test_other_formats_are_refused(kind):
    with pytest.raises(photos.NoPhoto):
        read(picture(kind=kind))


def test_what_is_clear_becomes_white():
    clear = picture(kind="PNG", mode="RGBA")
    kept = Image.open(io.BytesIO(read(clear).content))
    assert kept.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("size", "kept"),
    [((4000, 3000), (2048, 1536)), ((3000, 6000), (1024, 2048)), ((90, 60), (90, 60))],
)
def test_the_long_side_is_bounded(size, kept):
    photo = read(picture(size))
    assert (photo.width, photo.height) == kept
    assert max(Image.open(io.BytesIO(photo.thumb)).size) <= photos.THUMB_SIDE


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken():
    kept = Image.open(io.BytesIO(read(picture(exif=exif())).content))
    assert kept.size == (48, 64)
    assert not kept.getexif()
    assert "exif" not in kept.info


@pytest.mark.parametrize(
    ("tags", "moment"),
    [
        ({"DateTimeOriginal": "2026:11:21 19:59:00"}, "2026-11-21T11:59:00+00:00"),
        (
            {
                "DateTimeOriginal": "2026:11:21 11:59:00",
                "OffsetTimeOriginal": "+00:00",
            },
            "2026-11-21T11:59:00+00:00",
        ),
        ({"DateTimeOriginal": "2026:11:21 20:30:00"}, None),  # ahead of the clock
        ({"DateTimeOriginal": "1980:01:01 00:00:00"}, None),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "yesterday"}, None),
        ({}, None),
    ],
)
def test_the_time_it_was_taken_is_kept_where_it_can_be_true(tags, moment):
    photo = read(picture(exif=exif(**tags)))
    assert photo.taken_at == (datetime.fromisoformat(moment) if moment else None)


def test_too_many_pixels_are_refused_before_any_is_decoded(monkeypatch):
    monkeypatch.setattr(photos, "MAX_PIXELS", 3_000)
    with pytest.raises(photos.TooManyPixels):
        read(picture())


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused():
    bomb = picture((20_000, 20_000), kind="PNG", mode="1")
    assert len(bomb) < 100_000
    with pytest.raises(photos.TooManyPixels) as refused:
        read(bomb)
    assert "million pixels" in refused.value.text or "像素" in refused.value.text


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(st.binary(max_size=200), st.integers(0, 600), st.integers(0, 600))
@example(b"", 0, 600)
@hypothesis_settings(deadline=None, max_examples=60)
def test_a_broken_file_is_refused_or_read(noise, start, length):
    whole = picture(exif=exif(DateTimeOriginal="2026:01:01 00:00:00"))
    broken = whole[:start] + noise + whole[start + length :]
    with contextlib.suppress(DomainError):
        read(broken)


def test_it_lies_under_the_hash_of_its_content(photo_row):
    assert path_of(photo_row.sha256).read_bytes()
    assert path_of(photo_row.sha256, thumb=True).exists()
    assert path_of(photo_row.sha256).parent.name == photo_row.sha256[2:4]


def test_the_same_photo_sent_again_is_the_same_row(photo_row, worker):
    again = store(worker, photo_row.uuid, sent(picture()))
    assert again.pk == photo_row.pk


def test_another_photo_under_the_same_id_conflicts(photo_row, worker):
    with pytest.raises(attachments.UploadReused):
        store(worker, photo_row.uuid, sent(picture((10, 10))))


def test_somebody_elses_id_is_not_there(photo_row, people):
    with pytest.raises(attachments.SomebodyElsesUpload):
        store(people["other_worker"], photo_row.uuid, sent(picture()))


def test_two_people_may_send_the_same_photo(photo_row, people):
    other = store(people["other_worker"], uuid4(), sent(picture()))
    assert (other.sha256, other.pk != photo_row.pk) == (photo_row.sha256, True)


@pytest.mark.parametrize("name", ["system", "security", "audit", "nobody", "steward"])
def test_who_neither_reports_nor_acts_sends_no_photos(people, name, media):
    with pytest.raises(attachments.MayNotUpload):
        store(people[name], uuid4(), sent(picture()))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", attachments.EmptyFile),
        (b"x" * 3_000, attachments.TooLarge),
        (b"<svg onload='alert(1)'/>", photos.NoPhoto),
    ],
)
def test_what_is_no_photo_leaves_no_trace(worker, media, settings, content, error):
    settings.PHOTO_MAX_BYTES = 2_000
    with pytest.raises(error):
        store(worker, uuid4(), sent(content))
    assert not list(media.rglob("*.jpg"))
    assert not Attachment.objects.exists()


def test_the_file_is_there_before_its_row(worker, media, monkeypatch):
    def fail(**fields: object) -> None:
        assert len(list(media.rglob("*.jpg"))) == 2
        raise RuntimeError("the row")

    monkeypatch.setattr(Attachment.objects, "create", fail)
    with pytest.raises(RuntimeError, match="the row"):
        store(worker, uuid4(), sent(picture()))


def age(path: Path, days: float) -> None:
    moment = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))


def test_files_without_a_row_are_swept_after_a_day(photo_row, media):
    lost = path_of("ab" * 32)
    young, half = path_of("cd" * 32), lost.parent / ".half-written"
    for path in (lost, young, half):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    for path in (lost, half, path_of(photo_row.sha256)):
        age(path, days=2)
    assert sweep(timezone.now()) == 2
    assert not lost.exists() and not half.exists()
    assert young.exists() and path_of(photo_row.sha256).exists()


def test_sweeping_leaves_other_files_alone(media, db):
    other = media / "notes.txt"
    other.write_text("mine")
    age(other, days=400)
    assert sweep(timezone.now()) == 0
    assert other.exists()


# Through the pages


def post(client, **data):
    return client.post(reverse("workflow:upload"), data)


def test_an_upload_answers_where_the_photo_is(signed_in, worker, media):
    uuid = uuid4()
    client = signed_in(worker)
    answer = post(client, uuid=uuid, file=sent(picture())).json()
    assert answer["uuid"] == str(uuid)
    for url in (answer["url"], answer["thumb"]):
        response = client.get(url)
        assert Image.open(io.BytesIO(response.content)).size == (64, 48)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 400),
        ({"uuid": "7"}, 400),
        ({"uuid": str(uuid4())}, 400),
        ({"uuid": str(uuid4()), "file": "text"}, 400),
    ],
)
def test_half_an_upload_is_told_what_is_missing(signed_in, worker, data, status):
    answer = post(signed_in(worker), **data)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_refusals_of_an_upload_are_sentences(signed_in, people, photo_row):
    data = {"uuid": photo_row.uuid, "file": sent(picture())}
    for name, status in (("other_worker", 404), ("system", 403)):
        data["file"].seek(0)
        answer = post(signed_in(people[name]), **data)
        assert (answer.status_code, bool(answer.json()["detail"])) == (status, True)


def test_who_is_signed_out_is_told_so(client, db):
    assert post(client, uuid=uuid4()).status_code == 401
    name = {"uuid": uuid4()}
    assert client.get(reverse("workflow:file", kwargs=name)).status_code == 302


def test_a_photo_of_an_act_is_seen_by_who_sees_the_act(
    signed_in: Callable, people, make_case, media, worker
):
    photo = store(worker, uuid4(), sent(picture()))
    make_case(photos=[str(photo.uuid)])
    url = reverse("workflow:file", kwargs={"uuid": photo.uuid})
    seen = {name: signed_in(people[name]).get(url).status_code for name in people}
    assert {name for name, status in seen.items() if status == 200} >= {
        *("grid_worker", "desk", "supervisor")
    }
    for name in ("outsider", "outsider_worker", "handler", "nobody", "system"):
        assert seen[name] == 404, name


def test_an_unused_photo_is_its_senders_alone(signed_in, people, photo_row):
    url = reverse("workflow:thumb", kwargs={"uuid": photo_row.uuid})
    seen = {
        name for name in people if signed_in(people[name]).get(url).status_code == 200
    }
    assert seen == {"grid_worker"}


def test_the_browsers_copy_is_used_after_asking(signed_in, worker, photo_row):
    client = signed_in(worker)
    url = reverse("workflow:file", kwargs={"uuid": photo_row.uuid})
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "private, no-cache"


def test_headers_keep_a_file_a_picture(signed_in, worker, photo_row):
    url = reverse("workflow:file", kwargs={"uuid": photo_row.uuid})
    headers = signed_in(worker).get(url).headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("inline")
    assert photo_row.sha256 in headers["ETag"]


def test_a_file_that_is_lost_is_not_found(signed_in, worker, photo_row):
    path_of(photo_row.sha256).unlink()
    url = reverse("workflow:file", kwargs={"uuid": photo_row.uuid})
    assert signed_in(worker).get(url).status_code == 404


def test_a_photo_costs_few_queries(
    signed_in, worker, photo_row, django_assert_max_num_queries
):
    client = signed_in(worker)
    url = reverse("workflow:file", kwargs={"uuid": photo_row.uuid})
    with django_assert_max_num_queries(5):
        client.get(url)


def test_sent_twice_at_once_it_is_stored_once(photo_row, worker, monkeypatch):
    really = attachments._already_stored
    answers = iter([None])
    monkeypatch.setattr(
        attachments, "_already_stored", lambda *given: next(answers, really(*given))
    )
    again = store(worker, photo_row.uuid, sent(picture()))
    assert again.pk == photo_row.pk


def test_the_sweep_runs_every_night(media, db):
    assert "workflow.sweep_files" in app.tasks
    scheduled = app.periodic_registry.periodic_tasks.values()
    assert sweep_files in [periodic.task for periodic in scheduled]
    sweep_files(timestamp=0)
