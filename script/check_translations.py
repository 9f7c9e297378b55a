"""Fails when a message of the code or the templates has no Chinese translation.

Extracts the messages into a copy of the tree: the catalogue here stays as it is.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LOCALE = "zh_Hans"
CATALOGUE = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
SKIPPED = {"bench", "docs", "node_modules", "script", "tests", "var"}
KINDS = {".html", ".po", ".py", ".txt"}


def copy_sources(target: Path) -> None:
    """Copy the files that hold messages."""
    for folder in ROOT.iterdir():
        if folder.name in SKIPPED or folder.name.startswith("."):
            continue
        for source in folder.rglob("*"):
            if source.suffix in KINDS and source.is_file():
                copy = target / source.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, copy)


def extract(folder: Path) -> polib.POFile:
    """The catalogue as it would be after extracting every message again."""
    (folder / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--locale", LOCALE]
    subprocess.run([*command, "--no-obsolete", "--verbosity=0"], cwd=folder, check=True)
    return polib.pofile(str(folder / CATALOGUE))


def has_sound_formats() -> bool:
    """Whether placeholders survived translation; msgfmt prints where they did not."""
    command = ["msgfmt", "--check-format", "--output-file=/dev/null", str(CATALOGUE)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy_sources(Path(folder))
        catalogue = extract(Path(folder))
    missing = [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]
    for entry in sorted(missing, key=lambda entry: entry.occurrences):
        places = ", ".join(f"{path}:{line}" for path, line in entry.occurrences[:2])
        print(f"{places or CATALOGUE}: not in {LOCALE}: {entry.msgid!r}")
    if not missing:
        print(f"{len(catalogue)} messages, all of them in {LOCALE}.")
    return 0 if has_sound_formats() and not missing else 1


if __name__ == "__main__":
    sys.exit(main())
