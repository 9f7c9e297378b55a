"""Stands ready with everything imported, and becomes one reader for each file.

To import the libraries takes half a second, to fork a few milliseconds. This process
never sees a byte from outside: each reader is a process of its own, sealed before it
hears what to read, and ends with its file.

pyogrio and Arrow import pandas and geopandas where they find them; the reader needs
neither, and without them this starts four times as fast.
"""

import gc
import json
import os
import select
import socket
import sys
import tempfile
import traceback
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any, NoReturn

from layers.reading.job import NUMBER
from layers.reading.sealing import seal

ORDER = 4096  # bytes of one, at most


class NotThere(MetaPathFinder):
    """Says of some packages that they are not installed."""

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        if name in {"pandas", "geopandas"}:
            raise ModuleNotFoundError(name)
        return None


def become_reader(
    reader: Any, folder: str, files: list[int], others: list[int]
) -> NoReturn:
    """Read one file: standard input, output and error are ``files``.

    ``others``: what the process before it held, and is not this one's.
    """
    code = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
        # No other: the libraries hold files open since they were imported.
        for file in [*files, *others]:
            os.close(file)
        os.environ["TMPDIR"] = os.environ["HOME"] = folder
        tempfile.tempdir = None
        if not seal():
            sys.stderr.write("This machine has no filter of system calls.\n")
        reader.main()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def serve(orders: socket.socket, reader: Any, seconds: float) -> None:
    """Fork for each order until whoever gives them is gone, or for ``seconds`` idle."""
    waiting = select.poll()
    waiting.register(orders, select.POLLIN)
    at_work: dict[int, tuple[int, socket.socket]] = {}
    while ready := waiting.poll(None if at_work else seconds * 1000):
        for file, _event in ready:
            if file in at_work:
                waiting.unregister(file)
                _tell_end(file, *at_work.pop(file))
                continue
            order, files, _flags, _whence = socket.recv_fds(orders, ORDER, 4)
            if not order:
                return
            pid = os.fork()
            if not pid:
                held = [teller.fileno() for _pid, teller in at_work.values()]
                others = [orders.fileno(), files[3], *at_work, *held]
                become_reader(reader, json.loads(order)["folder"], files[:3], others)
            teller = socket.socket(fileno=files.pop())
            for handed in files:
                os.close(handed)
            at_work[child := os.pidfd_open(pid)] = (pid, teller)
            waiting.register(child, select.POLLIN)
            _tell(teller, pid)


def _tell_end(file: int, pid: int, teller: socket.socket) -> None:
    _pid, status = os.waitpid(pid, 0)
    os.close(file)
    _tell(teller, os.waitstatus_to_exitcode(status))
    teller.close()


def _tell(teller: socket.socket, number: int) -> None:
    try:
        teller.sendall(NUMBER.pack(number))
    except OSError:  # whoever asked is gone, and its reader goes by itself
        return


def main() -> None:
    orders = socket.socket(fileno=int(sys.argv[1]))
    sys.meta_path.insert(0, NotThere())
    reader = import_module("layers.reading.reader")
    gc.freeze()  # the readers share what is imported
    serve(orders, reader, float(sys.argv[2]))


if __name__ == "__main__":
    main()
