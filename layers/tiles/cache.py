"""Drawn tiles on disk: found by their content's mark, so nothing has to be cleared."""

import gzip
from pathlib import Path

from django.conf import settings

from govmap.lib.disk import trim, write_whole
from layers.tiles.drawing import Place

MOST = 512 * 1024 * 1024  # bytes on disk
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
        write_whole(self._path(layer, mark, place), packed)
        self.writes += 1
        if self.writes % LOOK_EVERY == 0:
            self.trim()

    def trim(self, most: int = MOST) -> int:
        """Drop what was written longest ago if there is too much; bytes that stay."""
        return trim(self.folder, most)


CACHE = TileCache()
