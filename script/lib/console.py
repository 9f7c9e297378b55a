"""What the scripts print, and the commands they run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


class Stop(Exception):
    """The script cannot go on; the message says what the reader can do about it."""


class Stopped(Exception):
    """Somebody asked the script to stop, by Ctrl-C or a signal."""


def stop_on_signals() -> None:
    """From now on Ctrl-C and SIGTERM raise Stopped, once."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def raise_once(number: int, frame: FrameType | None) -> None:
        # A second Ctrl-C must not leave half of it running.
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for number in numbers:
        signal.signal(number, raise_once)


def say(message: str) -> None:
    print(message, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a piece of slow work, and how long it took once it is done."""
    started = time.monotonic()
    say(f"» {title} ...")
    yield
    say(f"  {title}: {time.monotonic() - started:.1f} s")


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
) -> str:
    """Run a command quietly and return what it wrote.

    Raises Stop with the end of its output when it fails.
    """
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        input=stdin,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-30:])
        raise Stop(f"This failed: {' '.join(map(str, command))}\n{end}")
    return done.stdout


def ends_with_message(error: Stop) -> int:
    """Print why the script stops; returns its exit code."""
    print(f"\n{error}", file=sys.stderr, flush=True)
    return 1
