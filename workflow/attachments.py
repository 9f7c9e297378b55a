"""Photos come in: stored by the hash of their content, then named by a row."""

import hashlib
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.roles import SEES_UNIT, Role
from govmap.lib.errors import BadInput, Conflict, NotAllowed, NotFound
from workflow import photos, voices
from workflow.models import Attachment

MEGABYTE = 1024 * 1024
MEDIA_TYPE = "image/jpeg"
SUFFIX, THUMB_SUFFIX = ".jpg", ".thumb.jpg"
# Whoever reports or acts; the separated administrators (三员) do neither.
UPLOADS = SEES_UNIT | {Role.VOLUNTEER}
KEPT_UNNAMED = timedelta(days=1)


class TooLarge(BadInput):
    """The file is too large."""

    status = 413
    message = gettext_noop(
        "The photo has %(size)s MB and at most %(most)s MB are taken."
        " Choose a smaller size in the camera and take it again."
    )


class IncompleteUpload(BadInput):
    """The file or its uuid is missing."""

    message = gettext_noop(
        "The photo came without its file or its id. Reload the page and add it again."
    )


class EmptyFile(BadInput):
    """The file is empty."""

    message = gettext_noop(
        "The photo arrived empty: the connection may have broken. Send it again."
    )


class MayNotUpload(NotAllowed):
    """None of the person's roles reports or acts."""

    message = gettext_noop("Your role neither reports nor acts, so it sends no photos.")


class UploadReused(Conflict):
    """The id was used for another file."""

    message = gettext_noop(
        "Another photo was sent under this id before. Add the photo anew."
    )


class SomebodyElsesUpload(NotFound):
    """The id belongs to somebody else: as if it were not there."""


def can_upload(user: User) -> bool:
    return user.has_role(*UPLOADS)


def store(user: User, uuid: UUID, upload: UploadedFile) -> Attachment:
    """Keep a photo under the uuid that the client made; sent again, the same answer.

    A voice note that belongs to it comes the same way, told by its content.

    Raises MayNotUpload (403), SomebodyElsesUpload (404), UploadReused (409),
    TooLarge (413), EmptyFile, NoPhoto and TooManyPixels (400).
    """
    if not can_upload(user):
        raise MayNotUpload
    if media_type := voices.media_type_of(cast(BinaryIO, upload)):
        return keep_voice(user, uuid, upload, media_type)
    return keep_photo(user, uuid, upload)


def keep_photo(user: User, uuid: UUID, upload: UploadedFile) -> Attachment:
    """As `store`, whatever the person's role: for what everybody may send."""
    check_size(upload.size or 0)
    original = _digest_of(upload)
    if done := _already_stored(user, uuid, original):
        return done
    upload.seek(0)
    photo = photos.read(cast(BinaryIO, upload), now=timezone.now())
    try:
        return _keep(user, uuid, original, photo)
    except IntegrityError:
        # The same uuid came in twice at once, and the other was first.
        if done := _already_stored(user, uuid, original):
            return done
        raise


def keep_voice(
    user: User, uuid: UUID, upload: UploadedFile, media_type: str
) -> Attachment:
    """As it was recorded; sent again, the same answer.

    Raises VoiceTooLarge (413), NoVideo (400), and as `store` does.
    """
    voices.check_size(upload.size or 0)
    original = _digest_of(upload)
    if done := _already_stored(user, uuid, original):
        return done
    upload.seek(0)
    content = upload.read()
    voices.check_is_sound(content, media_type)
    try:
        return _keep_voice(user, uuid, original, content, media_type)
    except IntegrityError:
        if done := _already_stored(user, uuid, original):
            return done
        raise


@transaction.atomic
def _keep_voice(
    user: User, uuid: UUID, original: str, content: bytes, media_type: str
) -> Attachment:
    """No thumb is made of it, and none is looked for."""
    _hold(original)
    _write(path_of(original), content)
    return Attachment.objects.create(
        uuid=uuid,
        uploaded_by=user,
        sha256=original,
        original_sha256=original,
        media_type=media_type,
        size=len(content),
    )


def check_size(size: int) -> None:
    """Raises TooLarge and EmptyFile; ``size`` is in bytes."""
    if size > settings.PHOTO_MAX_BYTES:
        most = settings.PHOTO_MAX_BYTES / MEGABYTE
        raise TooLarge(size=f"{size / MEGABYTE:.1f}", most=f"{most:g}")
    if not size:
        raise EmptyFile


def path_of(sha256: str, *, thumb: bool = False) -> Path:
    """Where the content of this hash lies."""
    name = sha256 + (THUMB_SUFFIX if thumb else SUFFIX)
    return Path(settings.MEDIA_ROOT, sha256[:2], sha256[2:4], name)


def _digest_of(upload: UploadedFile) -> str:
    total = hashlib.sha256()
    for chunk in upload.chunks():
        total.update(chunk)
    return total.hexdigest()


def _already_stored(user: User, uuid: UUID, original: str) -> Attachment | None:
    done = Attachment.objects.filter(uuid=uuid).first()
    if done is None:
        return None
    if done.uploaded_by_id != user.pk:
        raise SomebodyElsesUpload
    if done.original_sha256 != original:
        raise UploadReused
    return done


@transaction.atomic
def _keep(user: User, uuid: UUID, original: str, photo: photos.Photo) -> Attachment:
    """The files first: a row never names what is not there."""
    sha256 = hashlib.sha256(photo.content).hexdigest()
    _hold(sha256)
    _write(path_of(sha256), photo.content)
    _write(path_of(sha256, thumb=True), photo.thumb)
    return Attachment.objects.create(
        uuid=uuid,
        uploaded_by=user,
        sha256=sha256,
        original_sha256=original,
        media_type=MEDIA_TYPE,
        size=len(photo.content),
        width=photo.width,
        height=photo.height,
        taken_at=photo.taken_at,
        taken_where=photo.taken_where,
    )


def _hold(sha256: str) -> None:
    """Until the transaction ends nobody else writes or sweeps this content."""
    number = int(sha256[:15], 16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(now: datetime) -> int:
    """Remove files that no row has named for a day; returns how many."""
    before = (now - KEPT_UNNAMED).timestamp()
    swept = 0
    for folder in Path(settings.MEDIA_ROOT).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"):
        old = [path for path in folder.iterdir() if path.stat().st_mtime < before]
        named = set(
            Attachment.objects.filter(sha256__in={_content_of(path) for path in old})
            .order_by()
            .values_list("sha256", flat=True)
        )
        unnamed = [path for path in old if _content_of(path) not in named]
        swept += sum(_is_swept(path, before) for path in unnamed)
    return swept


def _content_of(path: Path) -> str:
    """The hash that a file is named by; empty for what a killed write left."""
    return path.name.partition(".")[0]


@transaction.atomic
def _is_swept(path: Path, before: float) -> bool:
    """Looks again, for somebody may be storing the same content just now."""
    if sha256 := _content_of(path):
        _hold(sha256)
        if Attachment.objects.filter(sha256=sha256).exists():
            return False
    if path.stat().st_mtime >= before:
        return False
    path.unlink()
    return True
