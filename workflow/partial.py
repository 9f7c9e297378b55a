"""A photo that comes in by parts, so that a broken connection loses one part only.

What has come lies in a file beside the photos, named by its owner and by the uuid that
his client made; how long it is says where to go on. Once it is whole it goes the way of
every photo, and the file goes.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict, DomainError, NotFound
from workflow.attachments import (
    KEPT_UNNAMED,
    MayNotUpload,
    SomebodyElsesUpload,
    can_upload,
    check_size,
    store,
)
from workflow.models import Attachment

FOLDER = "parts"
MOST = 40  # of one person at a time: a day's photos
PART_MAX_BYTES = 1024 * 1024
HEAD = ".json"  # of the file that says what is to come


class TooManyParts(Conflict):
    """Nobody needs so many at once: something goes wrong on the phone."""

    message = gettext_noop(
        "Too many photos are half sent. Wait until they are through, then go on."
    )


class BrokenOnTheWay(BadInput):
    """What came is not what was announced: it is begun anew."""

    message = gettext_noop(
        "The photo was damaged on its way. It is sent again from the beginning."
    )


@dataclass(frozen=True)
class Head:
    """What was announced: bytes, and the SHA-256 (hex) or nothing."""

    length: int
    sha256: str


@dataclass(frozen=True)
class Coming:
    """A photo on its way: its whole length and how much is here, in bytes."""

    uuid: UUID
    length: int
    at: int

    @property
    def is_whole(self) -> bool:
        return self.at >= self.length


def begin(user: User, uuid: UUID, *, length: int, sha256: str = "") -> Coming:
    """Announce a photo, or go on with one that was announced before.

    ``sha256`` (hex) is looked at in the end, where the client can make it. Raises
    MayNotUpload (403), SomebodyElsesUpload (404), TooLarge (413), EmptyFile and
    TooManyParts (409).
    """
    if not can_upload(user):
        raise MayNotUpload
    check_size(length)
    if stored(user, uuid) is not None:
        return Coming(uuid, length, length)
    path = _path(user, uuid)
    head = Head(length, sha256.lower())
    if _head(path) != head:
        # Another photo under the same name is another beginning.
        _forget(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if len(list(path.parent.glob(f"*{HEAD}"))) >= MOST:
            raise TooManyParts
        path.touch()
        path.with_suffix(HEAD).write_text(json.dumps(asdict(head)))
    return Coming(uuid, length, path.stat().st_size)


def where(user: User, uuid: UUID) -> Coming:
    """Raises NotFound (404), also for what is somebody else's."""
    path = _path(user, uuid)
    try:
        if (head := _head(path)) is None:
            raise NotFound
        return Coming(uuid, head.length, path.stat().st_size)
    except FileNotFoundError as error:
        raise NotFound from error


def add(user: User, uuid: UUID, at: int, part: bytes) -> Coming:
    """Write ``part`` where the last one ended.

    One that does not begin there is left: the answer says where to go on. Raises
    NotFound (404) and BadInput, where more comes than was announced.
    """
    path = _path(user, uuid)
    if (head := _head(path)) is None:
        raise NotFound
    with _alone(path) as file:
        here = file.seek(0, os.SEEK_END)
        if at != here:
            return Coming(uuid, head.length, here)
        if here + len(part) > head.length or len(part) > PART_MAX_BYTES:
            raise BadInput
        file.write(part)
        file.flush()
        os.fsync(file.fileno())
        return Coming(uuid, head.length, here + len(part))


def finish(user: User, uuid: UUID) -> Attachment:
    """Take the whole photo in. Sent again, the same answer.

    Raises NotFound where nothing of it is here, BadInput where some is missing,
    BrokenOnTheWay, and what `attachments.store` raises; of what can never be taken in,
    nothing is kept. What fails otherwise stays, to be finished by the next request.
    """
    if done := stored(user, uuid):
        _forget(_path(user, uuid))
        return done
    if not where(user, uuid).is_whole:
        raise BadInput
    path = _path(user, uuid)
    head, content = _head(path), _content(path)
    if head is None or content is None:  # another request took it in just now
        raise NotFound
    digest = hashlib.sha256(content).hexdigest()
    try:
        if head.sha256 not in ("", digest):
            raise BrokenOnTheWay
        done = store(user, uuid, _as_upload(content))
    except DomainError:
        _forget(path)
        raise
    _forget(path)
    return done


def stored(user: User, uuid: UUID) -> Attachment | None:
    """The photo, where it came in whole before. Raises SomebodyElsesUpload (404)."""
    done = Attachment.objects.filter(uuid=uuid).first()
    if done is not None and done.uploaded_by_id != user.pk:
        raise SomebodyElsesUpload
    return done


def drop(user: User, uuid: UUID) -> None:
    """The sender wants it no more; done twice, it is gone all the same."""
    _forget(_path(user, uuid))


def sweep(now: datetime) -> int:
    """Remove what nobody went on with for a day; returns how many."""
    before = (now - KEPT_UNNAMED).timestamp()
    heads = Path(settings.MEDIA_ROOT, FOLDER).glob(f"*/*{HEAD}")
    old = [head for head in heads if _touched(head) < before]
    for head in old:
        _forget(head.with_suffix(""))
    return len(old)


def _touched(head: Path) -> float:
    path = head.with_suffix("")
    return max(one.stat().st_mtime for one in (head, path) if one.exists())


def _path(user: User, uuid: UUID) -> Path:
    return Path(settings.MEDIA_ROOT, FOLDER, str(user.uuid), str(uuid))


def _head(path: Path) -> Head | None:
    try:
        found = Head(**json.loads(path.with_suffix(HEAD).read_text()))
    except (FileNotFoundError, ValueError):
        return None
    return found if path.exists() else None


def _forget(path: Path) -> None:
    """The head last: by it `sweep` finds what is left where this breaks off."""
    path.unlink(missing_ok=True)
    path.with_suffix(HEAD).unlink(missing_ok=True)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


@contextmanager
def _alone(path: Path) -> Iterator[BinaryIO]:
    """Two pages of one phone may send the same part at once."""
    try:
        opened = path.open("r+b")
    except FileNotFoundError as error:  # taken in, or thrown away, just now
        raise NotFound from error
    with opened as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _as_upload(content: bytes) -> InMemoryUploadedFile:
    file = BytesIO(content)
    return InMemoryUploadedFile(
        file, "file", "photo.jpg", "image/jpeg", len(content), None
    )
