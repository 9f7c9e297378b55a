"""The site's words of incoming tables: read for a run, sent and kept as a table."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy, gettext_noop

from cases.models import TableWord
from cases.tables.cells import Column, plain
from govmap.lib.errors import BadInput
from govmap.lib.package import read_rows
from govmap.lib.sheets import Row
from govmap.lib.trial import Report, State, refuse
from workflow.class_rows import fits, wrong, yes
from workflow.class_taking import Asked, Table

NAME = "tables.csv"
USUAL = Path(__file__).with_name("usual.csv")
COLUMNS = ("table", "sort", "word", "means", "retired")
NEEDED = ("table", "sort", "word")
CHINESE = {
    **{"表": "table", "类别": "sort", "写法": "word", "含义": "means"},
    **{"停用": "retired"},
}
Sort = TableWord.Sort
# Sorts whose word alone says all.
BARE = {Sort.PERSONAL, Sort.SECRET, Sort.YES, Sort.NO, Sort.MANNER, Sort.FINISHED}


@dataclass
class Words:
    """The words in use of one table: {sort: {word: what it means}}."""

    by_sort: dict[str, dict[str, str]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    @classmethod
    def of(cls, table: str) -> "Words":
        """One query."""
        found = cls()
        for row in TableWord.objects.in_use().filter(table=table):
            found.by_sort[row.sort][row.word] = row.means
        return found

    def columns(self) -> dict[str, str]:
        return self.by_sort[Sort.COLUMN]

    def titles(self, wanted: Iterable[Column]) -> list[str]:
        """All that the header of such a table may be known by."""
        return [*(column.title for column in wanted), *self.columns()]

    def means(self, sort: str, word: str) -> str:
        """What a value is here; nothing where nobody said."""
        return self.by_sort[sort].get(word.strip(), "")

    def has(self, sort: str, word: str) -> bool:
        return word.strip().upper() in {one.upper() for one in self.by_sort[sort]}

    def meanings(self, sort: str) -> list[str]:
        return list(dict.fromkeys(self.by_sort[sort].values()))

    def listed(self, sort: str) -> list[str]:
        return list(self.by_sort[sort])


class Personal:
    """Titles that hold one of the site's words for personal columns."""

    def __init__(self, words: Words, known: Iterable[str] = ()) -> None:
        self.words = [plain(word) for word in words.listed(Sort.PERSONAL)]
        self.known = {plain(title) for title in known}

    def __contains__(self, title: object, /) -> bool:
        text = plain(str(title))
        return text not in self.known and any(word in text for word in self.words)


# The site package, and tables that an administrator sends.


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Add what the package says and the site has not; safe to run twice.

    A word that the site changed or retired stays so, unless the package's row changed.
    Raises BadInput that names file, line and remedy.
    """
    path = folder / "cases" / NAME
    if not path.exists():
        if TableWord.objects.exists():
            return
        path = USUAL
    rows = read_rows(path, NEEDED)
    progress(f"words of tables: {write(rows, refuse, packaged=True)}")


def write(
    rows: Iterable[tuple[str, Mapping[str, str]]],
    report: Report,
    *,
    packaged: bool = False,
) -> int:
    """Take each row; those that are wrong are reported. How many there were."""
    known = {(row.table, row.sort, row.word): row for row in TableWord.objects.all()}
    count = 0
    for count, (where, row) in enumerate(rows, start=1):
        try:
            _put(row, known, order=count, packaged=packaged)
        except BadInput as error:
            report(where, error)
    return count


def _put(
    told: Mapping[str, str],
    known: dict[tuple[str, str, str], TableWord],
    *,
    order: int,
    packaged: bool,
) -> None:
    table, sort = told["table"], told["sort"]
    if table not in TableWord.Table.values or sort not in Sort.values:
        raise wrong(
            gettext_noop("“%(name)s” is no table, or has no such sort of word."),
            name=f"{table} {sort}",
        )
    word = fits(TableWord, "word", told["word"])
    means = fits(TableWord, "means", told.get("means", ""), least=0)
    if bool(means) == (sort in BARE):
        raise wrong(gettext_noop("“%(word)s”: say what it means here."), word=word)
    retired = yes("retired", told.get("retired", ""))
    row = known.get((table, sort, word))
    if row is None:
        row = TableWord(table=table, sort=sort, word=word, order=min(order, 32_000))
    elif row.packaged == means if packaged else _said(row) == (means, retired):
        return
    row.means, row.retired = means, retired
    row.packaged = means if packaged else row.packaged
    row.save()
    known[table, sort, word] = row


def _said(row: TableWord) -> tuple[str, bool]:
    return row.means, row.retired


def lines() -> list[list[Any]]:
    return [_line(row) for row in TableWord.objects.all()]


def _line(row: TableWord) -> list[Any]:
    retired = "yes" if row.retired else ""
    return [row.table, row.sort, row.word, row.means, retired]


def _state() -> State:
    return {
        f"{row.get_table_display()} · {row.get_sort_display()} · {row.word}": dict(
            zip(COLUMNS, _line(row), strict=True)
        )
        for row in TableWord.objects.all()
    }


def _write(rows: Iterable[Row], report: Report, asked: Asked) -> int:
    return write(rows, report)


WORDS = Table(
    title=gettext_lazy("Words of incoming tables from a file"),
    columns=COLUMNS,
    needed=NEEDED,
    words=CHINESE,
    write=_write,
    state=lambda rows: _state(),
    here="tables:words-take",
    back="tables:words",
)
