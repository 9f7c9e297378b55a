"""The files of printed papers: made once, kept, and given out as they were made."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import Conflict
from govmap.lib.pdf import pdf_of
from workflow.models import PaperBatch, PaperReprint, PrintedPaper
from workflow.papers.errors import IsVoid
from workflow.papers.sheet import VOID, document
from workflow.papers.vocabulary import PICTURE

# Set while whoever prints waits; what is more is left to a job.
SMALL, FEW_PHOTOS = 60_000, 4
WAITS = 40  # seconds


class Damaged(Conflict):
    """The kept file is not the one that was made."""

    message = gettext_noop(
        "The kept file is not as it was made. Tell the administrator; reprinting makes"
        " it anew from the record."
    )


def path_of(row: PrintedPaper | PaperBatch) -> Path:
    return Path(settings.VAR, "papers", f"{row.uuid}.pdf")


def is_small(paper: PrintedPaper) -> bool:
    return len(paper.html) <= SMALL and paper.html.count(PICTURE) <= FEW_PHOTOS


def as_document(paper: PrintedPaper, stamp: str = "") -> str:
    title = paper.number or str(paper)
    return document(
        paper.html, size=paper.template.size, title=title, left=title, stamp=stamp
    )


def make(paper: PrintedPaper, seconds: float | None = None) -> None:
    """The file, unless there is one. Raises CannotSet."""
    with transaction.atomic():
        rows = PrintedPaper.objects.select_for_update(of=("self",))
        row = rows.select_related("template").get(pk=paper.pk)
        if row.made_at:
            return
        data = pdf_of(as_document(row), **({"seconds": seconds} if seconds else {}))
        _keep(path_of(row), data)
        row.made_at, row.trouble = timezone.now(), ""
        row.sha256, row.size = hashlib.sha256(data).hexdigest(), len(data)
        row.save(update_fields=["made_at", "trouble", "sha256", "size"])
    paper.made_at, paper.sha256, paper.size = row.made_at, row.sha256, row.size


def _keep(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)


def content_of(paper: PrintedPaper) -> bytes:
    """The kept file as it was made; of a voided paper the same with 作废 on it.

    Raises CannotSet, Damaged.
    """
    if paper.is_void:
        return pdf_of(as_document(paper, stamp=VOID), seconds=WAITS)
    if not paper.made_at:
        make(paper, WAITS)
    path = path_of(paper)
    data = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(data).hexdigest() != paper.sha256:
        raise Damaged
    return data


def reprinted(paper: PrintedPaper, user: User) -> bytes:
    """The same paper with 重印 on it; that it came out again is on record.

    Raises IsVoid, CannotSet.
    """
    if paper.is_void:
        raise IsVoid
    now = timezone.localtime()
    count = paper.reprints.count() + 1
    # Papers are in Chinese, whoever prints them.
    stamp = f"重印 第{count}次 {now:%Y-%m-%d}"
    data = pdf_of(as_document(paper, stamp=stamp), seconds=WAITS)
    PaperReprint.objects.create(paper=paper, by=user, at=now)
    return data


def make_batch(batch: PaperBatch) -> None:
    """All papers of the batch as one file, in the order of their numbers."""
    rows = batch.papers.select_related("template").order_by("pk")
    data = pdf_of(*(as_document(row) for row in rows))
    _keep(path_of(batch), data)
    batch.made_at, batch.trouble = timezone.now(), ""
    batch.save(update_fields=["made_at", "trouble"])
