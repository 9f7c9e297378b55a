"""Runs one program of .venv with everything set up: `using PURPOSE ARGUMENT...`.

Tests, benchmarks and a worker run through it. The private database stops with the last
one that needs it.
"""

import signal
import subprocess
import sys
from types import FrameType

from script.lib import cluster, setup
from script.lib.console import Stop, Stopped, ends_with_message, stop_on_signals
from script.lib.place import PYTHON, ROOT


def _run(arguments: list[str]) -> int:
    """Run it in the foreground and let it clean up before this process goes on."""
    process = subprocess.Popen([PYTHON, *arguments], cwd=ROOT)

    def pass_on(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    # Ctrl-C reaches the program by itself: it is in the terminal's foreground too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return process.wait()


def main() -> int:
    purpose, *arguments = sys.argv[1:]
    stop_on_signals()
    try:
        with cluster.in_use():
            setup.prepare(for_tests=purpose == "test")
            return _run(arguments)
    except Stopped:
        return 130
    except Stop as error:
        return ends_with_message(error)


if __name__ == "__main__":
    sys.exit(main())
