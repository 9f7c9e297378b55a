"""Where things lie, and what has been done to them already."""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from script.lib.console import Stop

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("GOVMAP_VAR") or ROOT / "var").resolve()
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DATABASE_ENV = VAR / "database.env"


def make_var() -> None:
    """Raises Stop when the folder for everything made here cannot be written."""
    with contextlib.suppress(PermissionError):
        VAR.mkdir(parents=True, exist_ok=True)
    if not os.access(VAR, os.W_OK | os.X_OK):
        raise Stop(
            f"{VAR} cannot be written. Run this as its owner, or name another folder:"
            " GOVMAP_VAR=/some/folder"
        )


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def digest(paths: Iterable[Path], *facts: object) -> str:
    """A hash of files, of all files under the folders among them, and of `facts`."""
    total = hashlib.sha256(repr(facts).encode())
    for path in sorted(paths):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(str(file.relative_to(ROOT)).encode())
                total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


class Stamp:
    """Remembers from which inputs a step was last done, so that it can be skipped."""

    def __init__(self, name: str, inputs: str) -> None:
        self.path = VAR / "stamps" / name
        self.inputs = inputs

    def is_fresh(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.inputs

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.inputs)


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner may read, never readable in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
