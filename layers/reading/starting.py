"""Starts reading processes by way of one that has imported everything already.

It is started with the first file, is given over by its environment's change, and ends
by itself when nobody asked for a while or when this process is gone.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from layers.reading.job import NUMBER

ROOT = Path(__file__).resolve().parent.parent.parent
IDLE = 300  # seconds; what is imported takes 100 MB
PATIENCE = 60  # seconds until it answers an order; all who read wait behind it


class NotReady(Exception):
    """The process that forks readers ended before it took the order."""


class Started:
    """One reader: its pipes, and its end."""

    def __init__(self, pid: int, stdin: int, stdout: int, told: socket.socket):
        # Of a process that is waited for elsewhere the number may be another's by now.
        # First: where it is gone already the pipes are still the caller's to close.
        self._handle = os.pidfd_open(pid)
        self.pid = pid
        self.stdin: BinaryIO = os.fdopen(stdin, "wb")
        self.stdout: BinaryIO = os.fdopen(stdout, "rb")
        self._told = told
        self._code: int | None = None

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self) -> int:
        """How it ended: the negative number of a signal, else its own code."""
        if self._code is None:
            said = self._told.recv(NUMBER.size)
            self._code = NUMBER.unpack(said)[0] if said else -signal.SIGKILL
        return self._code

    def close(self) -> None:
        """After its end: give back what it held here."""
        for pipe in (self.stdin, self.stdout):
            with suppress(BrokenPipeError):
                pipe.close()
        self._told.close()
        os.close(self._handle)


@dataclass
class Forker:
    """The process that forks, as seen from the one that asks."""

    environment: Mapping[str, str]
    owner: int = field(default_factory=os.getpid)

    def __post_init__(self) -> None:
        self.orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "layers.reading", str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(
                [*command, str(IDLE)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                # Ctrl-C is for who asks; its end is this one's too.
                start_new_session=True,
            )

    def serves(self, environment: Mapping[str, str]) -> bool:
        return self.environment == environment and self.owner == os.getpid()

    def start(self, folder: str, stderr: IO[bytes]) -> Started:
        """Raises NotReady."""
        hears, stdin = os.pipe()
        stdout, says = os.pipe()
        told, teller = socket.socketpair()
        handed = [hears, says, stderr.fileno(), teller.fileno()]
        try:
            order = json.dumps({"folder": folder}).encode()
            socket.send_fds(self.orders, [order], handed)
            teller.close()
            told.settimeout(PATIENCE)
            pid = told.recv(NUMBER.size)
            if not pid:
                raise NotReady
            told.settimeout(None)
            return Started(NUMBER.unpack(pid)[0], stdin, stdout, told)
        except (OSError, NotReady) as error:
            for file in (stdin, stdout):
                os.close(file)
            told.close()
            raise NotReady from error
        finally:
            teller.close()
            os.close(hears)
            os.close(says)

    def end(self) -> None:
        self.orders.close()
        if self.owner != os.getpid():
            return
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_one_at_a_time = threading.Lock()
_forkers: list[Forker] = []


def start(environment: Mapping[str, str], folder: str, stderr: IO[bytes]) -> Started:
    """A reader with nothing but ``environment``, and ``folder`` for what it unpacks."""
    with _one_at_a_time:
        if not (_forkers and _forkers[0].serves(environment)):
            _renew(environment)
        try:
            return _forkers[0].start(folder, stderr)
        except NotReady:
            # It had ended for want of work.
            _renew(environment)
            return _forkers[0].start(folder, stderr)


def _renew(environment: Mapping[str, str]) -> None:
    while _forkers:
        _forkers.pop().end()
    _forkers.append(Forker(environment))
