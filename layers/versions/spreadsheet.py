"""Tables that a spreadsheet opens as they are meant, written while they are read."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

# By this mark Excel and WPS know UTF-8.
MARK = "\ufeff"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def plain(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The text of a CSV, row by row."""
    writer = csv.writer(_Echo())
    yield MARK
    for row in rows:
        yield writer.writerow([plain(value) for value in row])
