"""Files that may be dropped: a folder of them is kept below a size."""

import os
import threading
from pathlib import Path

KEPT = 0.8  # share of the most that stays when it is full
BLOCK = 4096  # bytes that the smallest file takes, so that they cannot be millions


def write_whole(path: Path, body: bytes) -> None:
    """Whole or not at all: another process or thread may be reading."""
    half = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        half.write_bytes(body)
    except FileNotFoundError:
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(body)
    half.replace(path)


def trim(folder: Path, most: int) -> int:
    """Drop what was written longest ago if there is too much; bytes that stay."""
    found = []
    for path in folder.rglob("*"):
        try:
            if path.is_file():
                said = path.stat()
                found.append((said.st_mtime, max(said.st_size, BLOCK), path))
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
