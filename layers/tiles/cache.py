"""Drawn tiles on disk: found by their content's mark, so nothing has to be cleared."""

import gzip
import os
import threading
from pathlib import Path

from django.conf import settings

from layers.tiles.drawing import Place

MOST = 512 * 1024 * 1024  # bytes on disk
KEPT = 0.8  # share of it that stays when it is full
LOOK_EVERY = 500  # writes of one process between two looks at the size
LEVEL = 1  # of gzip: a tenth more bytes than 6 in a quarter of the time


def pack(tile: bytes) -> bytes:
    """A tile as it is kept and sent."""
    return gzip.compress(tile, LEVEL, mtime=0) if tile else b""


class TileCache:
    """Packed tiles under ``folder``/layer/mark/z/x/y; readers check scope before."""

    def __init__(self) -> None:
        self.writes = 0

    @property
    def folder(self) -> Path:
        return Path(settings.VAR) / "tiles"

    def _path(self, layer: str, mark: str, place: Place) -> Path:
        return self.folder / layer / mark / f"{place.z}" / f"{place.x}" / f"{place.y}"

    def get(self, layer: str, mark: str, place: Place) -> bytes | None:
        try:
            return self._path(layer, mark, place).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def put(self, layer: str, mark: str, place: Place, packed: bytes) -> None:
        path = self._path(layer, mark, place)
        # Whole or not at all: another process or thread may be reading.
        half = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
        try:
            half.write_bytes(packed)
        except FileNotFoundError:
            half.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(packed)
        half.replace(path)
        self.writes += 1
        if self.writes % LOOK_EVERY == 0:
            self.trim()

    def trim(self, most: int = MOST) -> int:
        """Drop what was written longest ago if there is too much; bytes that stay."""
        found = []
        for path in self.folder.rglob("*"):
            try:
                if path.is_file():
                    found.append((path.stat().st_mtime, path.stat().st_size, path))
            except FileNotFoundError:  # another process trims too
                continue
        total = sum(size for _time, size, _path in found)
        if total <= most:
            return total
        for _time, size, path in sorted(found):
            path.unlink(missing_ok=True)
            total -= size
            if total <= most * KEPT:
                break
        return total


CACHE = TileCache()
