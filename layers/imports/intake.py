"""A file comes in: kept under a name of our own, with the run that is to read it."""

import hashlib
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict, NotFound
from layers.models import ImportRun, Layer
from workflow.models import Phase


class TooLarge(BadInput):
    """The file is larger than one import may be. Split it."""

    message = gettext_noop("The file is larger than one import may be. Split it.")


def folder() -> Path:
    """Where uploads wait for their worker."""
    return Path(settings.VAR) / "imports"


def begin(
    layer: Layer,
    file: BinaryIO,
    *,
    name: str,
    uuid: UUID,
    by: User | None,
    options: dict[str, Any] | None = None,
    then: Callable[[ImportRun], object] | None = None,
) -> ImportRun:
    """Keep a file and its run. The same ``uuid`` again answers the run it made.

    ``then`` is called with a new run in the transaction that makes it: a job.
    """
    if done := ImportRun.objects.filter(uuid=uuid).first():
        return _same(done, layer, by)
    path, digest = _keep(file)
    values = {
        "layer": layer,
        "by": by,
        "source_name": Path(name).name[-200:],
        "path": str(path.relative_to(settings.VAR)),
        "sha256": digest,
        "options": options or {},
    }
    with transaction.atomic():
        run, made = ImportRun.objects.get_or_create(uuid=uuid, defaults=values)
        if made and then:
            then(run)
    return run if made else _same(run, layer, by)


def _same(run: ImportRun, layer: Layer, by: User | None) -> ImportRun:
    if run.by != by:
        raise NotFound
    if run.layer != layer:
        raise Conflict
    return run


def _keep(file: BinaryIO) -> tuple[Path, str]:
    """Where the file was kept, under a name of our own, and its SHA-256."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as copy:
        path = Path(copy.name)
        while chunk := file.read(1 << 20):
            size += len(chunk)
            if size > settings.IMPORT_MAX_BYTES:
                path.unlink()
                raise TooLarge
            digest.update(chunk)
            copy.write(chunk)
    return path, digest.hexdigest()


def sweep(before: datetime) -> int:
    """Remove files that no import and no draft needs; says how many."""
    needed = ImportRun.objects.exclude(status__in=ImportRun.ENDED)
    needed |= ImportRun.objects.exclude(version__state__phase=Phase.DONE).filter(
        version__isnull=False
    )
    keep = {Path(settings.VAR) / path for path in needed.values_list("path", flat=True)}
    removed = 0
    for path in folder().glob("*"):
        if path not in keep and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed
