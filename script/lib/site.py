"""The demonstration site: made and loaded when no site is there."""

import subprocess

from script.lib.application import MANAGE
from script.lib.console import Stop
from script.lib.place import PYTHON, ROOT, VAR

FOLDER = VAR / "site"


def _manage(*arguments: str, quiet: bool = False) -> bool:
    """Run a command that prints its own progress; whether it went well."""
    output = subprocess.DEVNULL if quiet else None
    command = [str(PYTHON), str(MANAGE), *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=output, stderr=output, check=False)
    return done.returncode == 0


def prepare() -> None:
    """Make and load the demonstration site, unless some site is loaded.

    Raises Stop when that fails; the command has then said why.
    """
    is_made = (FOLDER / "site.json").exists()
    # Without a folder this can only succeed because a site is loaded.
    if _manage("load_site", "--if-empty", str(FOLDER), quiet=not is_made):
        return
    made = is_made or _manage("make_demo_site", str(FOLDER))
    if not (made and _manage("load_site", str(FOLDER))):
        raise Stop("The demonstration site could not be loaded.")
