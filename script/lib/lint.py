"""Everything that can be judged without running the suite.

All checks run; one that fails makes the whole fail.
"""

import os
import secrets
import subprocess
import sys

from script.lib.console import say
from script.lib.place import ROOT

MANAGE = [sys.executable, "manage.py"]
CHECKS = {
    "ruff": [sys.executable, "-m", "ruff", "check", "."],
    "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "types": [sys.executable, "-m", "mypy", "."],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "production settings": [*MANAGE, "check", "--deploy", "--fail-level=WARNING"],
    "translations": [sys.executable, "script/check_translations.py"],
}
PRODUCTION = {
    "GOVMAP_DEBUG": "0",
    "GOVMAP_HTTPS": "1",
    "GOVMAP_ALLOWED_HOSTS": "map.example.org",
    "GOVMAP_SECRET_KEY": secrets.token_urlsafe(64),
}


def main() -> int:
    environment = {**os.environ, **PRODUCTION}
    failed = []
    for title, command in CHECKS.items():
        say(f"» {title}")
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            failed.append(title)
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
