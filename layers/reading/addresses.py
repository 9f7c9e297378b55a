"""Addresses as text, and where each is: a small file that the reader looks into.

The caller, who knows the register of addresses, writes it; the reading process only
compares. Knows no Django.
"""

import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

Place = tuple[float, float]  # longitude and latitude, degrees of CGCS2000

_DASHES = str.maketrans(dict.fromkeys("－—–‐‑‒―~～至", "-"))
_NOISE = str.maketrans("", "", " \t\r\n\u3000\u00a0,，.。、;；:：'\"“”‘’")


def normalised(text: str) -> str:
    """The text without what differs from hand to hand: widths, spaces, marks."""
    plain = unicodedata.normalize("NFKC", text.translate(_DASHES)).casefold()
    return plain.translate(_NOISE).translate(_DASHES)


def write(
    path: Path, pairs: Iterable[tuple[str, Place]], *, prefixes: Sequence[str] = ()
) -> None:
    """Writes the look-up file at ``path``, which must not be there.

    ``pairs``: each address with its place. ``prefixes``: what a sender may leave out
    or add at the beginning, outermost first: the city, the district, the streets. An
    address that stands for two places will stand for none.
    """
    starts = [plain for text in prefixes if (plain := normalised(text))]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE address (text TEXT PRIMARY KEY, x REAL, y REAL,"
            " twice INTEGER) WITHOUT ROWID"
        )
        database.execute("CREATE TABLE start (text TEXT)")
        database.executemany("INSERT INTO start VALUES (?)", ((t,) for t in starts))
        database.executemany(
            "INSERT INTO address VALUES (?, ?, ?, 0) ON CONFLICT (text) DO UPDATE"
            " SET twice = twice OR x <> excluded.x OR y <> excluded.y",
            (
                (form, *place)
                for text, place in pairs
                for form in _forms(normalised(text), starts)
            ),
        )


def _forms(text: str, starts: Sequence[str]) -> list[str]:
    """The text, then without the beginnings that it has."""
    forms = [text] if text else []
    for start in starts:
        if text.startswith(start) and len(text) > len(start):
            text = text[len(start) :]
            forms.append(text)
    return forms


class Register:
    """The look-up file, opened to be read only."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self.starts = [row[0] for row in self.database.execute("SELECT * FROM start")]

    @classmethod
    def at(cls, path: str) -> Self | None:
        return cls(Path(path)) if path else None

    def find(self, text: str) -> Place | None:
        """Where the address is; None where none, or more than one, is of that text."""
        for form in _forms(normalised(text), self.starts):
            found = self.database.execute(
                "SELECT x, y, twice FROM address WHERE text = ?", [form]
            ).fetchone()
            if found:
                return None if found[2] else (found[0], found[1])
        return None
