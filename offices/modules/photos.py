"""Photos and files of records: sent ahead, tied to the record by the act that names
them.

Photos are `workflow.attachments`; files of other kinds lie sealed under GOVMAP_VAR.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from govmap.lib.sealed import Sealed
from offices.models.module import Module
from offices.models.record import Record
from offices.models.record_trace import RecordFile
from offices.modules.definition import FILE, PHOTO, Definition
from workflow.effects import Doing
from workflow.models import Attachment

MOST_BYTES = 10 * 1024 * 1024
CHUNK = 1 << 20
# What a file begins with, by the end of its name.
SIGNS: dict[str, tuple[bytes, str]] = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".docx": (b"PK\x03\x04", "application/vnd.openxmlformats"),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats"),
    ".ofd": (b"PK\x03\x04", "application/ofd"),
    ".wps": (b"\xd0\xcf\x11\xe0", "application/vnd.ms-works"),
    ".doc": (b"\xd0\xcf\x11\xe0", "application/msword"),
    ".xls": (b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel"),
}


class BadFile(BadInput):
    """Files may be PDF, OFD, pictures, Word or Excel, of at most 10 MB."""

    message = gettext_noop(
        "Files may be PDF, OFD, pictures, Word or Excel, of at most 10 MB each."
    )


def path_of(sha256: str) -> Path:
    return Path(settings.VAR, "record_files", sha256[:2], sha256)


def keep(user: User, module: Module, field: str, upload: UploadedFile) -> RecordFile:
    """Keep a file before the record that names it. Raises BadFile."""
    name = Path(str(upload.name).replace("\x00", "").replace("\\", "/")).name[-200:]
    first, media_type = SIGNS.get(Path(name).suffix.lower(), (b"", ""))
    head = upload.read(16)
    too_large = not upload.size or upload.size > MOST_BYTES
    if not media_type or too_large or not head.startswith(first):
        raise BadFile
    upload.seek(0)
    content = upload.read()
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        part.write_bytes(b"\n".join(_sealed(content)))
        part.replace(path)
    return RecordFile.objects.create(
        module=module,
        field=field,
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        by=user,
    )


def _sealed(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), CHUNK):
        chunk = base64.b64encode(content[at : at + CHUNK]).decode()
        yield Sealed.of(chunk).token.encode()


def opened(file: RecordFile) -> Iterator[bytes]:
    """Its content, chunk by chunk."""
    with path_of(file.sha256).open("rb") as lines:
        for line in lines:
            yield base64.b64decode(Sealed(line.strip().decode()).open())


def _uuids(definition: Definition, values: Mapping[str, Any], kind: str) -> list[UUID]:
    found: Iterable[str] = (
        text
        for one in definition.fields.values()
        if one.kind == kind
        for text in values.get(one.name) or ()
    )
    return [UUID(text) for text in found]


def attach(doing: Doing, definition: Definition, values: Mapping[str, Any]) -> None:
    """What the values name and the actor sent becomes the record's, by this act."""
    record = cast(Record, doing.row)
    if photos := _uuids(definition, values, PHOTO):
        rows = Attachment.objects.filter(
            uuid__in=photos, uploaded_by=doing.by, event__isnull=True
        )
        there = doing.given.values.setdefault("photos", [])
        there += [row for row in rows if row not in there]
    if files := _uuids(definition, values, FILE):
        RecordFile.objects.filter(
            uuid__in=files, by=doing.by, module=record.module, record__isnull=True
        ).update(record=record)
