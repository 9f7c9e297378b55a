"""Pages of our own as PDF, set by WeasyPrint in a process of its own.

Its memory goes when it ends, and it may not run for ever.
"""

import json
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext_noop

from govmap.lib.errors import DomainError

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 180  # seconds


class CannotSet(DomainError):
    """The file could not be made. Try again, or tell the administrator."""

    status = 503
    message = gettext_noop(
        "The file could not be made. Try again, or tell the administrator."
    )


def pdf_of(*documents: str, seconds: float = LONGEST) -> bytes:
    """Whole HTML documents one behind the other, each with its own page count.

    Raises CannotSet where it takes longer than ``seconds`` or fails; the cause of it
    says why.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "govmap.lib.typesetting"],
            input=json.dumps(documents).encode(),
            capture_output=True,
            timeout=seconds,
            check=True,
            cwd=ROOT,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotSet from error
    return done.stdout
