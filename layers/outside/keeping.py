"""Fetched pictures on disk: how long they are fresh, and what is known of them.

Under var/outside/<layer>/<mark of the source>/z/x/y, a line of JSON before the
picture. The oldest go first; a changed source has another mark.
"""

import hashlib
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from govmap.lib.disk import trim, write_whole
from layers.models import OutsideSource
from layers.outside.fetching import Fetched

LOOK_EVERY = 200  # writes of one process between two looks at the size
# What a source draws depends on these; of the key only since when it is.
DRAWS = (
    *("protocol", "address", "names", "style", "matrix_set", "matrix", "system"),
    *("format", "version", "secret_at"),
)


@dataclass(frozen=True)
class Kept:
    """A picture as it lies on disk; ``until``: fresh to then, seconds of the epoch."""

    fetched: Fetched
    until: float

    @property
    def is_fresh(self) -> bool:
        return time.time() < self.until


def mark_of(source: OutsideSource) -> str:
    said = "|".join(str(getattr(source, name)) for name in DRAWS)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Store:
    def __init__(self) -> None:
        self.writes = 0

    @property
    def folder(self) -> Path:
        return Path(settings.VAR) / "outside"

    def path(self, source: OutsideSource, name: str) -> Path:
        return self.folder / source.layer.code / mark_of(source) / name

    def get(self, path: Path) -> Kept | None:
        try:
            head, _line, body = path.read_bytes().partition(b"\n")
            said = json.loads(head)
            until = float(said.pop("until"))
            return Kept(Fetched(body, **said), until)
        except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
            return None

    def put(self, path: Path, fetched: Fetched, *, hours: int) -> Kept:
        kept = Kept(replace(fetched, unchanged=False), time.time() + hours * 3600)
        said = {"type": fetched.type, "etag": fetched.etag, "changed": fetched.changed}
        head = json.dumps({**said, "until": kept.until}).encode()
        write_whole(path, head + b"\n" + fetched.body)
        self.writes += 1
        if self.writes % LOOK_EVERY == 0:
            self.trim()
        return kept

    def trim(self) -> int:
        return trim(self.folder, settings.OUTSIDE_CACHE)


STORE = Store()
