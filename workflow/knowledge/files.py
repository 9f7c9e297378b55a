"""Files of articles: of a few kinds, known by what they hold and not by their names."""

import hashlib
import io
import zipfile
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from workflow.models import Article, ArticleFile

MOST_BYTES = 20 * 1024 * 1024
MOST = 20  # files of an article
OFFICE = "application/vnd.openxmlformats-officedocument"
WORD = f"{OFFICE}.wordprocessingml.document"
SHEET = f"{OFFICE}.spreadsheetml.sheet"
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    WORD: ".docx",
    SHEET: ".xlsx",
}


class WrongFile(BadInput):
    """Only a few kinds of files are kept."""

    message = gettext_noop(
        "Choose a PDF, Word, Excel, PNG or JPEG file of at most 20 MB."
    )


class TooManyFiles(BadInput):
    """An article has a bounded number of files."""

    message = gettext_noop("An article has at most %(count)s files. Remove one first.")


def type_of(data: bytes) -> str:
    """By its first bytes. Raises WrongFile."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                names = set(parts.namelist())
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise WrongFile from error
        # A document that runs programs is none of ours.
        if not any(name.endswith("vbaProject.bin") for name in names):
            if "word/document.xml" in names:
                return WORD
            if "xl/workbook.xml" in names:
                return SHEET
    raise WrongFile


def path_of(sha256: str) -> Path:
    return Path(settings.VAR, "knowledge", sha256[:2], sha256)


def add(article: Article, user: User, upload: UploadedFile) -> ArticleFile:
    """The file first, then the row that names it. Raises WrongFile, TooManyFiles."""
    if not 0 < (upload.size or 0) <= MOST_BYTES:
        raise WrongFile
    if article.files.filter(removed_at=None).count() >= MOST:
        raise TooManyFiles(count=MOST)
    data = upload.read()
    media_type = type_of(data)
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{id(upload)}.part")
        part.write_bytes(data)
        part.replace(path)
    return ArticleFile.objects.create(
        article=article,
        name=name_of(upload.name or "", media_type),
        media_type=media_type,
        size=len(data),
        sha256=sha256,
        added_by=user,
    )


def name_of(sent: str, media_type: str) -> str:
    """As it was called, with the ending of what it is."""
    stem = Path(sent.replace("\\", "/")).stem.replace("\x00", "")[:100]
    try:
        stem = get_valid_filename(stem)
    except Exception:  # a name of dots alone
        stem = "file"
    return f"{stem}{SUFFIXES[media_type]}"
