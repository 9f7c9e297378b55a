"""Looking through a file of orders: what each row would do, before anything is done."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Site, Unit, User
from cases.models import Order
from cases.orders.columns import COLUMNS, RECEIVED, SEALED
from cases.orders.permissions import imports_for
from cases.orders.placing import Streets, short_name
from cases.tables.carrying import BAD, CHANGED, NEW, SAME
from cases.tables.cells import EMPTY, FAILED, Cell, Column, Row, find_columns
from cases.tables.moments import moment_of
from cases.tables.words import Words
from govmap.lib.errors import BadInput

NEEDED = ("number", "street_name", "content")
LONGEST = {
    field.name: field.max_length
    for field in Order._meta.fields
    if field.max_length and field.name in {column.name for column in COLUMNS}
}
# Names and phones; longer ones are something else that slipped in.
LONGEST_SEALED = 100


@dataclass
class Line:
    """One row of a file, judged."""

    line: int
    cells: dict[str, Cell]
    number: str
    outcome: str = NEW
    reason: str = ""
    street: Unit | None = None
    order: Order | None = None
    raw: list[Cell] = field(default_factory=list)

    @classmethod
    def of(cls, row: Row, places: Mapping[str, int]) -> Self:
        """A formula that failed says nothing: it is left out, as a column would be."""
        number, cells = row
        named = {
            name: cells[index] if index < len(cells) else EMPTY
            for name, index in places.items()
            if index >= len(cells) or cells[index].form != FAILED
        }
        return cls(number, named, named.get("number", EMPTY).text.strip(), raw=cells)

    @property
    def told(self) -> tuple[int, str, str, str, list[Cell]]:
        """As a report takes it."""
        return self.line, self.number, self.outcome, self.reason, self.raw

    @property
    def digest(self) -> bytes:
        said = repr(sorted((name, c.text, c.form) for name, c in self.cells.items()))
        return hashlib.blake2b(said.encode(), digest_size=16).digest()

    def text(self, name: str) -> str:
        return self.cells.get(name, EMPTY).text

    def bad(self, reason: str) -> Self:
        self.outcome, self.reason = BAD, reason
        return self


class Judge:
    """Says of rows what they would do; what all of them need is read once.

    Raises BadInput where a column is missing without which no order can be made.
    """

    def __init__(self, by: User, titles: Sequence[str], words: Words) -> None:
        self.by, self.words = by, words
        wanted = (*COLUMNS, RECEIVED)
        self.places, self.unknown = find_columns(titles, wanted, words.columns())
        check_needed(self.places, wanted, NEEDED)
        self.streets = Streets.all()
        site = Site.objects.select_related("district").first()
        self.district = site.district.name if site else ""
        # Of each number of this file the line it stood on first, and its cells' digest.
        self.first: dict[str, tuple[int, bytes]] = {}

    def lines(self, rows: Sequence[Row]) -> list[Line]:
        """New, changed, same, or bad with the reason. Two queries."""
        lines = [Line.of(row, self.places) for row in rows]
        numbers = {line.number for line in lines if line.number}
        found = Order.objects.select_related("street", "kind")
        known = {row.number: row for row in found.filter(number__in=numbers)}
        for line in lines:
            _judge(line, self.by, self.streets, self.district)
            if line.outcome != BAD:
                _compare(line, known.get(line.number), self.first)
        return lines


def check_needed(
    places: Mapping[str, int], wanted: Iterable[Column], needed: Iterable[str]
) -> None:
    """Raises BadInput that names the columns that are missing."""
    titles = {column.name: column.title for column in wanted}
    missing = [titles[name] for name in needed if name not in places]
    if missing:
        raise BadInput(_("Columns are missing: %s.") % "、".join(missing))


def _judge(line: Line, by: User, streets: Streets, district: str) -> None:
    """Whether the row can be taken at all."""
    if not line.number:
        line.bad(_("No order number."))
        return
    for name, cell in line.cells.items():
        most = LONGEST_SEALED if name in SEALED else LONGEST.get(name)
        if most and len(cell.text) > most:
            title = next(column.title for column in COLUMNS if column.name == name)
            line.bad(_("“%(title)s” is too long.") % {"title": title})
            return
    if not (line.text("content").strip() or line.text("title").strip()):
        line.bad(_("Neither title nor content."))
        return
    said = line.text("district_name").strip()
    if said and district and short_name(said) != short_name(district):
        line.bad(_("Another district: %(name)s.") % {"name": said})
        return
    line.street = streets.named(line.text("street_name"))
    if line.street is None:
        name = line.text("street_name").strip() or "—"
        line.bad(_("Unknown street: %(name)s.") % {"name": name})
    elif not imports_for(by, line.street):
        line.bad(_("Another street's order: %(name)s.") % {"name": line.street.name})


def _compare(
    line: Line, order: Order | None, first: dict[str, tuple[int, bytes]]
) -> None:
    """Against what is there, and what stands further up in the same file."""
    own = (line.line, line.digest)
    before = first.setdefault(line.number, own)
    if before is not own:
        if before[1] == line.digest:
            line.outcome = SAME
        else:
            line.bad(_("The same order, with other content, stands in line %(line)s.")
                     % {"line": before[0]})  # fmt: skip
        return
    line.order = order
    if order is None:
        line.outcome = NEW
    elif line.street != order.street:
        line.bad(_("The order belongs to %(street)s already: it is not passed on.")
                 % {"street": order.street.name})  # fmt: skip
    else:
        line.outcome = CHANGED if differences(line, order) else SAME


def differences(line: Line, order: Order) -> dict[str, tuple[str, str]]:
    """{column: (before, after)} of the columns that the file has."""
    found = {}
    for column in COLUMNS[1:]:
        if column.name not in line.cells:
            continue
        before = text_of(order, column.name)
        after = line.cells[column.name].text
        form = order.forms.get(column.name, "")
        if (before, form) != (after, line.cells[column.name].form):
            found[column.name] = (before, after)
    return found


def text_of(order: Order, name: str) -> str:
    """A column's text as the hotline wrote it; sealed ones opened."""
    value = getattr(order, name)
    return value.open() if name in SEALED else str(value)


def received_at(line: Line) -> datetime:
    """When the hotline handed the order down, where the file says so; else now."""
    now = timezone.now()
    said = moment_of(line.text("handed_down"))
    return said if said and now - timedelta(days=366 * 3) < said <= now else now
