"""The private database cluster: start, stop, restart, status, or psql as its owner.

`start` keeps it running until `stop`; otherwise the last script that used it ends it.
"""

import argparse
import os
import sys

from script.lib import cluster
from script.lib.console import Stop, ends_with_message, say
from script.lib.place import DATABASE_ENV


def _start() -> None:
    cluster.start()
    cluster.make_roles_and_databases()
    cluster.KEEP.touch()


def _stop() -> None:
    cluster.KEEP.unlink(missing_ok=True)
    cluster.stop()


def _restart() -> None:
    cluster.stop()
    cluster.start()


def _status() -> None:
    if not cluster.is_running():
        say("stopped")
        return
    kept = ", kept" if cluster.KEEP.exists() else ""
    say(f"running{kept}, socket in {cluster.SOCKETS}")


def _psql() -> None:
    owner = DATABASE_ENV.read_text().split("DATABASE_OWNER_URL=")[1].strip()
    os.execvp("psql", ["psql", owner])


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/database", description=__doc__)
    actions = {
        "start": _start,
        "stop": _stop,
        "restart": _restart,
        "status": _status,
        "psql": _psql,
    }
    parser.add_argument("action", choices=actions)
    try:
        actions[parser.parse_args().action]()
    except Stop as error:
        return ends_with_message(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
