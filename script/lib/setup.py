"""Makes everything ready that the application and its tests need. Safe to repeat."""

import argparse
import fcntl
import sys
import time

from script.lib import application, cluster, libraries, packages
from script.lib.console import Stop, ends_with_message, say
from script.lib.place import VAR, make_var


def prepare(*, for_tests: bool = True) -> None:
    """Bring the checkout up to date; quick when nothing changed.

    Raises Stop with a message for the reader.
    """
    make_var()
    with (VAR / "setup.lock").open("w") as lock:
        _wait_for(lock.fileno())
        packages.prepare(for_tests=for_tests)
        libraries.prepare_python()
        libraries.prepare_browser_libraries()
        application.make_secret_key()
        application.make_personal_key()
        if cluster.is_wanted():
            cluster.start()
            cluster.make_roles_and_databases()
        application.prepare()


def _wait_for(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another setup is running; waiting for it ...")
        fcntl.flock(lock, fcntl.LOCK_EX)


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/setup", description=__doc__)
    parser.parse_args()
    started = time.monotonic()
    try:
        prepare()
    except Stop as error:
        return ends_with_message(error)
    say(f"Ready ({time.monotonic() - started:.1f} s).")
    if cluster.is_wanted():
        say("The database keeps running; script/database stop ends it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
