"""Sets everything up, then serves the application until Ctrl-C or SIGTERM.

Runs the web server and a job worker; stops both, and the private database with them.
GOVMAP_HOST (127.0.0.1) and GOVMAP_PORT (8000) say where.
"""

import argparse
import os
import socket
import sys

from script.lib import cluster, setup, site
from script.lib.application import MANAGE, manage
from script.lib.console import Stop, Stopped, ends_with_message, say, stop_on_signals
from script.lib.supervisor import STREAMS, Supervisor

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
WORKER = [
    *(str(MANAGE), "procrastinate", "worker"),
    *("--shutdown-graceful-timeout", str(STREAMS)),
]


def _web(host: str, port: int) -> list[str]:
    return [
        *("-m", "uvicorn", "govmap.asgi:application"),
        *("--host", host, "--port", str(port)),
        *("--timeout-graceful-shutdown", str(STREAMS)),
        *("--no-access-log", "--no-server-header", "--log-level", "warning"),
    ]


def address() -> tuple[str, int]:
    """Raises Stop when the port is no number of a port."""
    port = os.environ.get("GOVMAP_PORT") or "8000"
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise Stop(f"GOVMAP_PORT is {port!r}, which is no port: give 1 to 65535.")
    return os.environ.get("GOVMAP_HOST") or "127.0.0.1", int(port)


def check_port(host: str, port: int) -> None:
    """Raises Stop when the port is taken: better now than after minutes of set-up."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server does: a port that only waits for old packets is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Stop(
                f"Port {port} on {host} cannot be used: {error.strerror}.\n"
                "Stop what listens there, or choose another port, for example"
                f" GOVMAP_PORT={port % 65535 + 1} script/server"
            ) from error


def serve(host: str, port: int) -> int:
    """Serve until the web server ends, or Stopped is raised; always stops both."""
    supervisor = Supervisor(_web(host, port), WORKER)
    try:
        accounts = manage("demo_accounts")
        if supervisor.wait_until_ready(EVERYWHERE.get(host, host), port):
            shown = "localhost" if host in (*EVERYWHERE, "127.0.0.1") else host
            say(accounts)
            say(f"govmap is at http://{shown}:{port}/  (Ctrl-C stops it)")
        code = supervisor.watch()
        say(f"The web server ended (code {code}).")
        return max(code, 1)
    finally:
        supervisor.stop()


def main() -> int:
    argparse.ArgumentParser(prog="script/server", description=__doc__).parse_args()
    # What the commands print comes at once, also into a log file.
    os.environ["PYTHONUNBUFFERED"] = "1"
    stop_on_signals()
    try:
        host, port = address()
        check_port(host, port)
        with cluster.in_use():
            setup.prepare(for_tests=False)
            site.prepare()
            return serve(host, port)
    except Stopped:
        say("Stopped.")
        return 0
    except Stop as error:
        return ends_with_message(error)


if __name__ == "__main__":
    sys.exit(main())
