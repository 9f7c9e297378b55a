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
from workflow.package_rows import PackageRows, changed_by_hand

# What a row of the dispatch table is about.
RULE_IS = ("standard", "kind", "class", "street", "community", "cells")
USUAL = Path(__file__).parent / "usual"
WORDS: dict[str, type[Source] | type[Tag]] = {"sources.csv": Source, "tags.csv": Tag}


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice; what a package leaves out stays as it is, and so does what an
    administrator changed, unless the package says otherwise than when it was loaded.

    A package without sources or tags gets the usual ones, once. Raises BadInput that
    names file, line and what to do; then nothing is changed.
    """
    for name, model in WORDS.items():
        path = folder / "cases" / name
        if not path.exists():
            if model.objects.exists():
                continue
            path = USUAL / name
        rows = list(read_rows(path, ("code", "title")))
        known = PackageRows(path.stem, by_hand=_words_by_hand(model))
        write_words(model, known.fresh(rows, "code"), refuse)
        known.keep()
        progress(f"{path.stem}: {len(rows)}")
    duties = folder / "cases" / "duties.csv"
    if duties.exists():
        rows = list(read_rows(duties, DUTY_NEEDED))
        known = PackageRows("duties")
        write_duties(known.fresh(rows, "code"), refuse)
        known.keep()
        progress(f"duties: {len(rows)}")
    dispatch = folder / "cases" / "dispatch.csv"
    if dispatch.exists():
        rows = list(read_rows(dispatch, DISPATCH_NEEDED))
        known = PackageRows("dispatch")
        write_rules(known.fresh(rows, *RULE_IS), refuse)
        known.keep()
        progress(f"dispatch rules: {len(rows)}")


def _words_by_hand(model: type[Source] | type[Tag]) -> list[str]:
    by_hand = changed_by_hand(model)
    rows = model.objects.values_list("pk", "code")
    return [code for pk, code in rows if str(pk) in by_hand]
