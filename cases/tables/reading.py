"""A sent file opened for its job: small ones here, others in a process apart."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from cases.models import SentTable
from cases.tables import keeping
from cases.tables.cells import Row, Unpacking
from cases.tables.reader import answers
from layers.reading.trouble import Trouble

SMALL = 512 << 10  # bytes; to read such a file costs less than to start a process
SMALL_UNPACKED = 30 << 20
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Table:
    """The header and the rows that follow, which can be read once."""

    titles: list[str]
    format: str
    encoding: str
    rows: Iterator[Row]

    def parts(self, size: int) -> Iterator[list[Row]]:
        while part := list(islice(self.rows, size)):
            yield part


@contextmanager
def opened(run: SentTable, titles: Collection[str]) -> Iterator[Table]:
    """``titles``: those that the header is known by. Raises Trouble."""
    source = keeping.path_of(run)
    if not run.path or not source.is_file():
        raise Trouble("file_gone")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "table"
        with path.open("wb") as file:
            for chunk in keeping.opened(source):
                file.write(chunk)
        is_small = path.stat().st_size <= SMALL
        told = {
            "path": str(path),
            "folder": scratch,
            "titles": list(titles),
            "unpacked": SMALL_UNPACKED
            if is_small
            else settings.IMPORT_LIMITS["max_unpacked"],
        }
        with _here(told) if is_small else _apart(told) as said:
            yield _table(said)


def _table(said: Iterator[dict[str, Any]]) -> Table:
    head = _sound(next(said, {"trouble": "reader_died", "details": {"ended": "-"}}))
    told = head["head"]
    return Table(told["titles"], told["format"], told["encoding"], _rows(said))


def _rows(said: Iterator[dict[str, Any]]) -> Iterator[Row]:
    for answer in said:
        known = Unpacking()
        for line, cells in _sound(answer).get("rows", ()):
            yield line, known.row(cells)


def _sound(answer: dict[str, Any]) -> dict[str, Any]:
    if "trouble" in answer:
        raise Trouble(answer["trouble"], **answer["details"])
    return answer


@contextmanager
def _here(told: dict[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
    yield answers(told)


@contextmanager
def _apart(told: dict[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
    errors = Path(told["folder"]) / "errors.txt"
    with errors.open("wb") as stderr:
        reader = subprocess.Popen(
            [sys.executable, "-m", "cases.tables.reader"],
            cwd=ROOT,
            env=_environment(told["folder"]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    watch = threading.Timer(settings.IMPORT_SECONDS, reader.kill)
    try:
        _bound(reader.pid)
        watch.start()
        assert reader.stdin and reader.stdout
        reader.stdin.write(json.dumps(told).encode())
        reader.stdin.close()
        yield _heard(reader.stdout)
    finally:
        watch.cancel()
        reader.kill()
        if reader.stdout:
            reader.stdout.close()
        reader.wait()


def _heard(pipe: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What it says; a reader that dies before its end is a trouble too."""
    for line in chain(pipe):
        answer = json.loads(line)
        yield answer
        if "end" in answer or "trouble" in answer:
            return
    yield {"trouble": "reader_died", "details": {"ended": "?"}}


def _bound(pid: int) -> None:
    for name, value in (
        (resource.RLIMIT_AS, settings.IMPORT_MEMORY),
        (resource.RLIMIT_CPU, settings.IMPORT_SECONDS),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.prlimit(pid, name, (value, value))


def _environment(scratch: str) -> dict[str, str]:
    """Nothing of ours: no database, no secret."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "TMPDIR": scratch,
        "HOME": scratch,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PROJ_NETWORK": "OFF",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
