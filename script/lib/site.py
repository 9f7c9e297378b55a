"""The demonstration site: made and loaded when no site is there."""

import subprocess

from script.lib.application import MANAGE
from script.lib.console import Stop
from script.lib.place import PYTHON, ROOT, VAR, Stamp, digest

FOLDER = VAR / "site"
GENERATOR = (
    ROOT / "govmap" / "demo",
    ROOT / "govmap" / "management" / "commands" / "make_demo_site.py",
)


def _manage(*arguments: str, quiet: bool = False) -> bool:
    """Run a command that prints its own progress; whether it went well."""
    output = subprocess.DEVNULL if quiet else None
    command = [str(PYTHON), str(MANAGE), *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=output, stderr=output, check=False)
    return done.returncode == 0


def prepare() -> None:
    """Make, load and fill the demonstration site, unless some site is loaded.

    Raises Stop when that fails; the command has then said why.
    """
    # A folder that is not there can only be loaded when nothing needs loading.
    if _manage("load_site", "--if-empty", str(VAR / "no-site"), quiet=True):
        return
    stamp = Stamp("site", digest(GENERATOR))
    if not (stamp.is_fresh() and FOLDER.exists()):
        if not _manage("make_demo_site", str(FOLDER)):
            raise Stop("The demonstration site could not be made.")
        stamp.write()
    if not _manage("load_site", str(FOLDER)):
        raise Stop("The demonstration site could not be loaded.")
    if not _manage("make_demo_cases"):
        raise Stop("The demonstration's cases could not be made.")
    if not _manage("make_demo_registers"):
        raise Stop("The demonstration's registers could not be made.")
    if not _manage("make_demo_records"):
        raise Stop("The demonstration's records could not be made.")
