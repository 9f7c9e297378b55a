"""Trying a table out: what would change, row by row, before anything does.

The table is written as it would be, looked at, and taken back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from govmap.lib.errors import BadInput

# What is kept of a table: {what people call a row: {column: cell}}.
State = dict[str, dict[str, Any]]
Report = Callable[[str, BadInput], None]


@dataclass(frozen=True)
class Change:
    """``deed``: add, change or remove. ``what``: (column, before, after)."""

    deed: str
    label: str
    what: list[tuple[str, Any, Any]] = field(default_factory=list)


@dataclass
class Trial:
    """What a table changes, and the rows that cannot be taken."""

    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)  # (line, sentence)
    done: bool = False

    def count(self, deed: str) -> int:
        return sum(change.deed == deed for change in self.changes)

    @property
    def added(self) -> int:
        return self.count("add")

    @property
    def changed(self) -> int:
        return self.count("change")

    @property
    def removed(self) -> int:
        return self.count("remove")

    @property
    def is_sound(self) -> bool:
        return not self.troubles


def refuse(where: str, error: BadInput) -> None:
    """How a site package is read: nothing is taken when one row is wrong."""
    raise BadInput(f"{where}: {error.text}") from error


def try_out(
    write: Callable[[Report], int], state: Callable[[], State], *, keep: bool
) -> Trial:
    """Write, compare, and take back unless ``keep`` and every row is sound.

    ``write`` gets what to do with a wrong row and returns how many rows it read.
    """
    trial = Trial()

    def report(where: str, error: BadInput) -> None:
        trial.troubles.append((where, error.text))

    with transaction.atomic():
        before = state()
        trial.rows = write(report)
        trial.changes = compare(before, state())
        trial.done = keep and trial.is_sound
        transaction.set_rollback(not trial.done)
    return trial


def compare(before: State, after: State) -> list[Change]:
    """Added ones, changed ones, removed ones, each in the table's order."""
    added = [Change("add", label) for label in after if label not in before]
    removed = [Change("remove", label) for label in before if label not in after]
    changed = [
        Change("change", label, what)
        for label, row in after.items()
        if label in before and (what := _differences(before[label], row))
    ]
    return [*added, *changed, *removed]


def _differences(
    before: dict[str, Any], after: dict[str, Any]
) -> list[tuple[str, Any, Any]]:
    return [
        (name, before.get(name, ""), value)
        for name, value in after.items()
        if before.get(name, "") != value
    ]
