"""The usual papers of records, for a site that has none of that code."""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from workflow.papers import loading

USUAL = Path(__file__).parent / "usual"


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the file and what to correct."""
    for line in loading.load(folder, USUAL):
        progress(line)
