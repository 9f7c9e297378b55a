"""Files that wait for their job: sealed on the disk, chunk by chunk.

Names and phones are in them. A line of such a file is one sealed chunk, so that it is
written and read in little memory.
"""

import base64
import csv
import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from cases.models import SentTable
from govmap.lib.errors import BadInput
from govmap.lib.sealed import Sealed
from govmap.lib.sheets import MARK

CHUNK = 1 << 20  # bytes


class TooLarge(BadInput):
    """The file is larger than one import may be. Split it."""

    message = "The file is larger than one import may be. Split it."


def folder() -> Path:
    path = Path(settings.VAR) / "tables"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(file: BinaryIO, most: int) -> tuple[Path, str]:
    """Where the file was kept, and its SHA-256. Raises TooLarge (400)."""
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as copy:
        path = Path(copy.name)
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > most:
                path.unlink()
                raise TooLarge
            digest.update(chunk)
            copy.write(_line(chunk))
    return path, digest.hexdigest()


def _line(chunk: bytes) -> bytes:
    return Sealed.of(base64.b64encode(chunk).decode()).token.encode() + b"\n"


def opened(path: Path) -> Iterator[bytes]:
    """The chunks again. Raises CannotOpen where their key is gone."""
    with path.open("rb") as file:
        for line in file:
            yield base64.b64decode(Sealed(line.strip().decode()).open())


def path_of(run: SentTable) -> Path:
    return Path(settings.VAR) / run.path


def refused_path(run: SentTable) -> Path:
    return folder() / f"{run.uuid}.refused"


def forget(run: SentTable) -> None:
    """The file itself goes; what was refused of it stays to be fetched."""
    if run.path:
        path_of(run).unlink(missing_ok=True)


class Refused:
    """The rows that were not taken, as they came, each with its line and the reason."""

    def __init__(self, run: SentTable) -> None:
        self.path, self.lines = refused_path(run), io.StringIO()
        self.writer = csv.writer(self.lines, lineterminator="\r\n")

    def begin(self, header: Iterable[str]) -> None:
        self.path.unlink(missing_ok=True)
        self.lines.write(MARK)
        self.add(header)

    def add(self, cells: Iterable[str]) -> None:
        self.writer.writerow(cells)

    def flush(self) -> None:
        text = self.lines.getvalue()
        if text:
            with self.path.open("ab") as file:
                file.write(_line(text.encode()))
            self.lines.seek(0)
            self.lines.truncate()


def sweep(before: float, needed: Iterable[str]) -> int:
    """Remove files that nobody needs and that are older (seconds); how many."""
    kept = {Path(settings.VAR) / path for path in needed}
    old = [
        path
        for path in folder().iterdir()
        if path not in kept and path.stat().st_mtime < before
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
