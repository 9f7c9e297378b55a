"""Keeps the web server and the job worker running together."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable

from script.lib.console import say
from script.lib.place import PYTHON, ROOT

# Open streams are cut after STREAMS seconds, a process that stays is killed after
# PATIENCE: all is over, the database included, within five seconds.
STREAMS = 2
PATIENCE = 3.5
PR_SET_PDEATHSIG = 1

Process = subprocess.Popen[bytes]


def spawn(arguments: list[str]) -> Process:
    """Start a program of .venv that ends when this process does."""
    libc = ctypes.CDLL(None)
    return subprocess.Popen(
        [PYTHON, *arguments],
        cwd=ROOT,
        # A session of its own: Ctrl-C reaches this process alone, which stops it.
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),
    )


def _kill_group(process: Process) -> None:
    """End it and whatever it started, such as the process of an import."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Supervisor:
    """When the web server ends, all ends; a worker that dies is replaced."""

    def __init__(
        self,
        web: list[str],
        worker: list[str],
        *,
        spawn: Callable[[list[str]], Process] = spawn,
    ) -> None:
        self.spawn = spawn
        self.worker_arguments = worker
        self.web = spawn(web)
        self.worker = spawn(worker)
        self.worker_started = time.monotonic()
        self.pause = 1.0

    def wait_until_ready(self, host: str, port: int) -> bool:
        """Whether the web server answers; False when it ended instead."""
        while self.web.poll() is None:
            try:
                socket.create_connection((host, port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return True
        return False

    def watch(self) -> int:
        """Return the web server's exit code once it has ended."""
        while self.web.poll() is None:
            time.sleep(0.2)
            if self.worker.poll() is not None:
                self._replace_worker()
        return self.web.returncode

    def _replace_worker(self) -> None:
        """Wait longer each time, unless the last one had worked for a minute."""
        _kill_group(self.worker)
        if time.monotonic() - self.worker_started > 60:
            self.pause = 1.0
        code = self.worker.returncode
        say(f"The worker ended (code {code}); starting another in {self.pause:.0f} s.")
        time.sleep(self.pause)
        self.pause = min(self.pause * 2, 30)
        self.worker = self.spawn(self.worker_arguments)
        self.worker_started = time.monotonic()

    def stop(self) -> None:
        """End both; kill what stays."""
        end = time.monotonic() + PATIENCE
        both = (self.web, self.worker)
        for process in both:
            process.terminate()
        for process in both:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
            _kill_group(process)
