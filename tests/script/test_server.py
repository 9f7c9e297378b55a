"""script/server: the port it wants, and the two processes it keeps."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from script.lib import server, supervisor
from script.lib.console import Stop
from script.lib.supervisor import Process, Supervisor

FOREVER = ["-c", "import time; time.sleep(60)"]
DEAF = [
    "-c",
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\n"
    "time.sleep(60)",
]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Process]]:
    """Every process a supervisor starts here; none of them outlives the test."""
    processes: list[Process] = []
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    yield processes
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def supervise(started: list[Process]) -> Callable[..., Supervisor]:
    def spawn(arguments: list[str]) -> Process:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            start_new_session=True,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        return process

    return lambda web, worker: Supervisor(web, worker, spawn=spawn)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_with_the_way_out(taken_port: int) -> None:
    with pytest.raises(Stop, match=rf"Port {taken_port} [\s\S]* GOVMAP_PORT="):
        server.check_port("127.0.0.1", taken_port)


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1"])
def test_a_port_must_be_one(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVMAP_PORT", port)
    with pytest.raises(Stop, match="GOVMAP_PORT"):
        server.address()


def test_a_dead_worker_is_replaced(
    supervise: Callable[..., Supervisor], started: list[Process]
) -> None:
    kept = supervise(FOREVER, ["-c", "raise SystemExit(3)"])
    kept.worker.wait()
    kept._replace_worker()
    assert kept.worker is started[2]


def test_when_the_web_server_ends_its_code_is_told(
    supervise: Callable[..., Supervisor],
) -> None:
    assert supervise(["-c", "raise SystemExit(7)"], FOREVER).watch() == 7


def test_who_does_not_listen_is_killed_in_time(
    supervise: Callable[..., Supervisor], started: list[Process]
) -> None:
    kept = supervise(DEAF, FOREVER)
    assert started[0].stdout and started[0].stdout.readline()
    begun = time.monotonic()
    kept.stop()
    assert time.monotonic() - begun < supervisor.PATIENCE + 0.5
    assert [process.returncode for process in started] == [-9, -15]
