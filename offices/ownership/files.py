"""The evidence of a proposal: one photo or file, sealed outside the database."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from govmap.lib.sealed import Sealed
from offices.models import Proposal
from offices.modules.photos import CHUNK, MOST_BYTES, SIGNS, BadFile


def path_of(sha256: str) -> Path:
    return Path(settings.VAR, "proposal_files", sha256[:2], sha256)


def keep(upload: UploadedFile) -> dict[str, str]:
    """Keep a file before the proposal that names it; its columns. Raises BadFile."""
    name = Path(str(upload.name).replace("\x00", "").replace("\\", "/")).name[-200:]
    first, media_type = SIGNS.get(Path(name).suffix.lower(), (b"", ""))
    if not media_type or not upload.size or upload.size > MOST_BYTES:
        raise BadFile
    content = upload.read()
    if not content.startswith(first):
        raise BadFile
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        part.write_bytes(b"\n".join(_sealed(content)))
        part.replace(path)
    return {"file_name": name, "file_type": media_type, "file_sha256": sha256}


def _sealed(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), CHUNK):
        chunk = base64.b64encode(content[at : at + CHUNK]).decode()
        yield Sealed.of(chunk).token.encode()


def opened(proposal: Proposal) -> Iterator[bytes]:
    """Its content, chunk by chunk."""
    with path_of(proposal.file_sha256).open("rb") as lines:
        for line in lines:
            yield base64.b64decode(Sealed(line.strip().decode()).open())
