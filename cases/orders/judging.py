"""Looking through a file of orders: what each row would do, before anything is done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from accounts.models import Site, Unit, User
from cases.models import Order
from cases.orders.columns import COLUMNS, RECEIVED, SEALED, find_columns
from cases.orders.permissions import imports_for
from cases.orders.placing import Streets, short_name
from cases.orders.sheet import EMPTY, Cell, Table
from govmap.lib.errors import BadInput

NEW, CHANGED, SAME, BAD = "new", "changed", "same", "bad"
OUTCOMES = (NEW, CHANGED, SAME, BAD)
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

    def text(self, name: str) -> str:
        return self.cells.get(name, EMPTY).text

    def brief(self) -> list[Any]:
        """As the report keeps it: nothing personal."""
        return [self.line, self.number[:60], self.outcome, self.reason]

    def bad(self, reason: str) -> "Line":
        self.outcome, self.reason = BAD, reason
        return self


def lines_of(table: Table) -> tuple[list[Line], list[str]]:
    """Each row by our names, and the titles that nothing is made of.

    Raises BadInput where a column is missing without which no order can be made.
    """
    wanted = [*COLUMNS, RECEIVED]
    places, unknown = find_columns(table.header, wanted)
    titles = {column.name: column.title for column in wanted}
    missing = [titles[name] for name in NEEDED if name not in places]
    if missing:
        raise BadInput(_("Columns are missing: %s.") % "、".join(missing))
    lines = []
    for number, row in table.rows:
        cells = {
            name: row[index] if index < len(row) else EMPTY
            for name, index in places.items()
        }
        lines.append(Line(number, cells, cells["number"].text.strip(), raw=row))
    return lines, unknown


def judge(lines: Iterable[Line], by: User) -> Iterator[Line]:
    """What each row would do: new, changed, same, or bad with the reason."""
    lines = list(lines)
    numbers = {line.number for line in lines if line.number}
    rows = Order.objects.select_related("street", "kind")
    known = {row.number: row for row in rows.filter(number__in=numbers)}
    streets, site = Streets.all(), Site.objects.select_related("district").first()
    district = site.district.name if site else ""
    first: dict[str, Line] = {}
    for line in lines:
        _judge(line, by, streets, district)
        if line.outcome != BAD:
            _compare(line, known.get(line.number), first)
        yield line


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


def _compare(line: Line, order: Order | None, first: dict[str, Line]) -> None:
    """Against what is there, and what stands further up in the same file."""
    before = first.setdefault(line.number, line)
    if before is not line:
        if before.cells == line.cells:
            line.outcome = SAME
        else:
            line.bad(_("The same order, with other content, stands in line %(line)s.")
                     % {"line": before.line})  # fmt: skip
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


def moment_of(text: str) -> datetime | None:
    """A moment as sheets write it, in the site's zone; None for what is none."""
    text = text.strip().replace("/", "-").replace("年", "-").replace("月", "-")
    text = text.replace("日", " ").strip()
    try:
        if found := parse_datetime(text):
            return found if timezone.is_aware(found) else timezone.make_aware(found)
        if day := parse_date(text):
            return timezone.make_aware(datetime(day.year, day.month, day.day))
    except (ValueError, OverflowError):
        pass
    return None


def received_at(line: Line) -> datetime:
    """When the hotline handed the order down, where the file says so; else now."""
    now = timezone.now()
    said = moment_of(line.text("handed_down"))
    return said if said and now - timedelta(days=366 * 3) < said <= now else now
