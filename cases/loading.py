"""The cases' part of a site package: sources, tags, duties, dispatch table."""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from cases.models import Source, Tag
from cases.rule_tables import (
    DISPATCH_NEEDED,
    DUTY_NEEDED,
    write_duties,
    write_rules,
    write_words,
)
from govmap.lib.package import read_rows
from govmap.lib.trial import refuse

USUAL = Path(__file__).parent / "usual"
WORDS: dict[str, type[Source] | type[Tag]] = {"sources.csv": Source, "tags.csv": Tag}


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice; what a package leaves out stays as it is.

    A package without sources or tags gets the usual ones, once. Raises BadInput that
    names file, line and what to do; then nothing is changed.
    """
    for name, model in WORDS.items():
        path = folder / "cases" / name
        if not path.exists():
            if model.objects.exists():
                continue
            path = USUAL / name
        rows = read_rows(path, ("code", "title"))
        progress(f"{path.stem}: {write_words(model, rows, refuse)}")
    duties = folder / "cases" / "duties.csv"
    if duties.exists():
        count = write_duties(read_rows(duties, DUTY_NEEDED), refuse)
        progress(f"duties: {count}")
    dispatch = folder / "cases" / "dispatch.csv"
    if dispatch.exists():
        count = write_rules(read_rows(dispatch, DISPATCH_NEEDED), refuse)
        progress(f"dispatch rules: {count}")
