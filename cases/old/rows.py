"""A row of an export as the columns of an old case, or the reason why not."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cases.models import OldCase, OldSystem, TableWord
from cases.old.columns import COLUMNS, COUNTS, MOMENTS, NEEDED, TITLES
from cases.old.naming import Classes, Units, class_word
from cases.orders.judging import check_needed
from cases.orders.wording import without_phones
from cases.tables.cells import Cell, find_columns
from cases.tables.moments import moment_of
from cases.tables.words import Personal, Words

TEXTS = {
    **{"main_class": 100, "sub_class": 100, "origin": 60, "address": 300},
    **{"street": 100, "community": 100, "cell": 40, "unit": 100, "node": 60},
}
NOTE_MOST = 4000
EXTRA_MOST = 500  # characters of a column that has no field
COUNT_MOST = 30_000
Sort = TableWord.Sort
# What a staged row holds, in this order; the place is put in by `places`.
STAGED = (
    *("number", "kind", "main_class", "sub_class", "category_id", "origin", "source"),
    *("note", "address", "place", "street_name", "community_name", "cell_code"),
    *("street_id", "community_id", "unit_name", "unit_id", "node", "phase", "ending"),
    *MOMENTS,
    *COUNTS,
    "extra",
)


class Refused(Exception):
    """The row cannot be taken; the text says why."""


@dataclass
class Reader:
    """Reads the rows of one file; what they leave unsaid is counted."""

    system: OldSystem
    words: Words
    titles: Sequence[str]
    columns: dict[str, str] = field(default_factory=dict)
    unmapped: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places, _unknown = find_columns(self.titles, COLUMNS, self.words.columns())
        for name, title in self.columns.items():
            if title in self.titles:
                at = list(self.titles).index(title)
                # What was told of this system stands before what titles mean.
                self.places = {one: n for one, n in self.places.items() if n != at}
                self.places[name] = at
        check_needed(self.places, COLUMNS, NEEDED)
        self.personal = Personal(self.words)
        used = set(self.places.values())
        rest = [(at, one) for at, one in enumerate(self.titles) if at not in used]
        self.dropped = [title for _at, title in rest if title in self.personal]
        self.extra = [
            (at, title)
            for at, title in rest
            if title.strip() and title not in self.personal
        ]
        self.classes, self.units = Classes.of(self.system), Units.of(self.system)
        self.unmapped = {"class": Counter(), "unit": Counter(), "street": Counter()}

    def text(self, cells: Sequence[Cell], name: str) -> str:
        at = self.places.get(name, -1)
        return cells[at].text.strip() if 0 <= at < len(cells) else ""

    def number(self, cells: Sequence[Cell]) -> str:
        return self.text(cells, "number")

    def row(self, cells: Sequence[Cell]) -> dict[str, Any]:
        """Raises Refused."""
        number = self.number(cells)
        if not number:
            raise Refused(_("No case number."))
        if len(number) > 60:
            raise Refused(_("“%(title)s” is too long.") % {"title": TITLES["number"]})
        found: dict[str, Any] = {"number": number, **self._texts(cells)}
        found |= self._moments(cells) | self._counts(cells)
        found |= self._class(cells) | self._units(found)
        found["source"] = self.words.means(Sort.ORIGIN, found["origin"])[:20]
        found["phase"] = self.words.means(Sort.NODE, found["node"])
        ending = self.words.means(Sort.ENDING, self.text(cells, "ending"))
        found["ending"] = ending if ending in OldCase.Ending.values else ""
        found["extra"] = {
            title: without_phones(cells[at].text.strip()[:EXTRA_MOST])
            for at, title in self.extra
            if at < len(cells) and cells[at].text.strip()
        }
        return found

    def _texts(self, cells: Sequence[Cell]) -> dict[str, str]:
        found = {}
        for name, most in TEXTS.items():
            text = self.text(cells, name)
            if len(text) > most:
                raise Refused(_("“%(title)s” is too long.") % {"title": TITLES[name]})
            found[name] = text
        found["address"] = without_phones(found["address"])
        found["note"] = without_phones(self.text(cells, "note")[:NOTE_MOST])
        found["street_name"] = found.pop("street")
        found["community_name"] = found.pop("community")
        found["unit_name"] = found.pop("unit")
        found["cell_code"] = found.pop("cell")
        return found

    def _moments(self, cells: Sequence[Cell]) -> dict[str, datetime | None]:
        found = {}
        for name in MOMENTS:
            text = self.text(cells, name)
            found[name] = moment_of(text) if text else None
            if text and (found[name] is None or not _likely(found[name])):
                raise Refused(
                    _("“%(title)s” is no time that can be read: %(text)s.")
                    % {"title": TITLES[name], "text": text[:40]}
                )
        if found["reported_at"] is None:
            raise Refused(_("“%(title)s” is empty.") % {"title": TITLES["reported_at"]})
        return found

    def _counts(self, cells: Sequence[Cell]) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for name in COUNTS:
            text = self.text(cells, name)
            if text and not (
                text.isascii() and text.isdigit() and int(text[:9]) <= COUNT_MOST
            ):
                raise Refused(
                    _("“%(title)s” is no whole number: %(text)s.")
                    % {"title": TITLES[name], "text": text[:40]}
                )
            found[name] = int(text) if text else None
        return found

    def _class(self, cells: Sequence[Cell]) -> dict[str, Any]:
        kind = self.words.means(Sort.KIND, self.text(cells, "kind"))
        main, sub = self.text(cells, "main_class"), self.text(cells, "sub_class")
        code = self.text(cells, "class_code")
        category = self.classes.named(kind, main, sub, code)
        if category is None:
            self.unmapped["class"][class_word(main, sub)] += 1
        return {"kind": kind, "category_id": category}

    def _units(self, found: dict[str, Any]) -> dict[str, int | None]:
        names = {
            name: found[f"{name}_name"] for name in ("street", "community", "unit")
        }
        street = self.units.street(names["street"]) if names["street"] else None
        if names["street"] and street is None:
            self.unmapped["street"][names["street"]] += 1
        community = None
        if names["community"]:
            community, street = self.units.community(names["community"], street)
        unit = self.units.unit(names["unit"]) if names["unit"] else None
        if names["unit"] and unit is None:
            self.unmapped["unit"][names["unit"]] += 1
        return {"street_id": street, "community_id": community, "unit_id": unit}

    def raw(self, cells: Sequence[Cell]) -> list[str]:
        """The row as it came, for who puts it right."""
        return [cell.text for cell in cells]

    def spot(self, cells: Sequence[Cell]) -> tuple[str, str]:
        """The two coordinates as written."""
        return self.text(cells, "x"), self.text(cells, "y")


def _likely(moment: datetime | None) -> bool:
    return moment is not None and 1990 <= moment.year <= 2100


def digest(values: Iterable[Any]) -> str:
    """Equal for rows of which nothing differs that is kept."""
    said = "\x1f".join("" if value is None else str(value) for value in values)
    return hashlib.sha256(said.encode()).hexdigest()
