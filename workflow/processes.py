"""A process as it is written in a site package: read, and refused where unsound.

What cannot be done, left, reached or judged by somebody else must not come in: once a
case runs on a process, that version never changes.
"""

from pathlib import Path
from typing import Any

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.drafts import Draft, wrong_shape
from workflow.soundness import problems

__all__ = ["Draft", "faults", "problems", "read"]


def read(path: Path) -> Draft:
    """Raises BadInput with everything that is unsound about the process."""
    data = read_json(path)
    if found := faults(data):
        raise BadInput(f"{path.name}: unsound process:\n  " + "\n  ".join(found))
    return Draft(data)


def faults(data: Any) -> list[str]:
    """All that is wrong with what may be a process: its shape, else its sense."""
    return list(wrong_shape(data)) or list(problems(Draft(data)))
