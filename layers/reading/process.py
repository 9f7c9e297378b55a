"""Bounds a reading process and hears what it says."""

import json
import logging
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from layers.reading import starting
from layers.reading.starting import ROOT, Started
from layers.reading.trouble import Trouble

HEADER = struct.Struct(">cI")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What one file may cost before it is given up."""

    memory: int = 2 << 30  # bytes of address space
    processor: int = 1800  # seconds
    time: float = 3600.0  # seconds by the clock
    disk: int = 4 << 30  # bytes in one file
    files: int = 128


@dataclass(frozen=True)
class Rows:
    """Checked rows as PostgreSQL's COPY text."""

    text: bytes


@dataclass(frozen=True)
class Said:
    """A message of the reader: start, read, refused, repaired, inspected or end."""

    kind: str
    content: dict[str, Any]


def read(job: dict[str, Any], limits: Limits) -> Generator[Rows | Said, None, None]:
    """Reads the file that ``job`` names (fields of ``job.Job``).

    Close the iterator to stop the process. Raises Trouble: the file's, or that of a
    reader that died.
    """
    errors = Path(job["folder"]) / "errors.txt"
    with errors.open("wb") as stderr:
        reader = starting.start(_environment(), job["folder"], stderr)
    late = threading.Event()
    watch = threading.Timer(limits.time, _stop, [reader, late])
    try:
        _bound(reader.pid, limits)
        watch.start()
        # It has seen nothing from outside before this line.
        _tell(reader.stdin, job)
        ended = yield from _messages(reader.stdout)
        if not ended:
            raise _death(reader, late=late.is_set(), errors=errors)
    finally:
        watch.cancel()
        reader.kill()
        reader.wait()
        reader.close()


def _stop(reader: Started, late: threading.Event) -> None:
    late.set()
    reader.kill()


def _bound(pid: int, limits: Limits) -> None:
    for name, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.prlimit(pid, name, (value, value))


def _tell(pipe: IO[bytes], job: dict[str, Any]) -> None:
    try:
        pipe.write(json.dumps(job).encode())
        pipe.close()
    except BrokenPipeError:
        log.warning("The reader died before it heard what to read.")


def _messages(pipe: IO[bytes]) -> Generator[Rows | Said, None, bool]:
    """Yields what comes; returns whether the reader ended by itself."""
    ended = False
    while len(header := pipe.read(HEADER.size)) == HEADER.size:
        kind, length = HEADER.unpack(header)
        payload = pipe.read(length)
        if len(payload) < length:
            return False
        if kind == b"C":
            yield Rows(payload)
            continue
        content = json.loads(payload)
        said = Said(content.pop("kind"), content)
        if said.kind == "trouble":
            raise Trouble(content["code"], **content["details"])
        ended = said.kind == "end"
        yield said
    return ended


def _death(reader: Started, *, late: bool, errors: Path) -> Trouble:
    """Why a reader ended without a word."""
    code = reader.wait()
    said = errors.read_bytes()[-4000:].decode("utf-8", "replace")
    log.error("The reader of a file ended with %s: %s", code, said)
    if late or code == -signal.SIGXCPU:
        return Trouble("too_slow")
    if "MemoryError" in said or "bad_alloc" in said or "out of memory" in said.lower():
        return Trouble("too_big")
    return Trouble("reader_died", ended=code)


def _environment() -> dict[str, str]:
    """Nothing of ours: no database, no secret, no network, few drivers."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GDAL_SKIP": _unwanted_drivers(),
        "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
        "GDAL_PAM_ENABLED": "NO",
        "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
        "SHAPE_RESTORE_SHX": "YES",
        "OGR_GEOMETRY_ACCEPT_UNCLOSED_RING": "YES",
        "PROJ_NETWORK": "OFF",
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        # A batch of large shapes ends early.
        "OGR_ARROW_MEM_LIMIT": str(64 << 20),
    }


@cache
def _unwanted_drivers() -> str:
    """Every driver of this GDAL but ours. A VRT opens any file of the machine."""
    listed = subprocess.run(
        [sys.executable, "-m", "layers.reading.drivers"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return listed.stdout.decode().strip()
