"""Taking a file of orders: each row is an order and a case, or the reason why not.

Row by row, each in a transaction of its own: what is refused hinders no other, and
the same file sent twice changes nothing.
"""

import base64
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases.intake import report
from cases.models import (
    Case,
    CaseTag,
    Order,
    OrderChange,
    OrderKind,
    OrderSheet,
    Tag,
)
from cases.orders import clock
from cases.orders.classing import category_of, is_secret, kind_of, known_classes
from cases.orders.columns import COLUMNS, SEALED
from cases.orders.judging import (
    BAD,
    CHANGED,
    NEW,
    SAME,
    Line,
    differences,
    judge,
    lines_of,
    moment_of,
    received_at,
)
from cases.orders.placing import community_of, place_of
from cases.orders.sheet import Cell, Table, as_csv, read_table
from cases.orders.wording import without_phones
from govmap.lib.errors import BadInput, Conflict, DomainError
from govmap.lib.sealed import HIDDEN, Sealed

NAMESPACE = UUID("6f1d0c0e-6b0a-5a39-9f55-12345aa12345")
SOURCE = "hotline"
NOTE_MOST = 2000  # characters of a case's note
ADDRESS_MOST = 200


def look_through(
    by: User, name: str, data: bytes, *, what: str = OrderSheet.What.ORDERS
) -> OrderSheet:
    """Keep the file, sealed, and say of each row what it would do. Takes nothing.

    Raises BadSheet, LongSheet or BadInput (400).
    """
    lines, unknown = lines_of(read_table(data))
    report_ = [line.brief() for line in judge(lines, by)]
    counts = dict(Counter(row[2] for row in report_))
    return OrderSheet.objects.create(
        by=by,
        what=what,
        name=name[:200],
        content=base64.b64encode(data).decode(),
        lines=report_,
        counts={**counts, "unknown": unknown[:40]},
    )


@transaction.atomic
def lock_sheet(sheet: OrderSheet) -> OrderSheet:
    """The file while it is being taken. Raises Conflict where it was taken before."""
    row = OrderSheet.objects.select_for_update().get(pk=sheet.pk)
    if row.taken_at:
        raise Conflict(_("This file was taken already."))
    row.taken_at = timezone.now()
    row.save(update_fields=["taken_at"])
    return row


def take(sheet: OrderSheet, by: User) -> OrderSheet:
    """Do what looking through said; of the file only the refused rows are kept."""
    sheet = lock_sheet(sheet)
    table = table_of(sheet)
    lines, _unknown = lines_of(table)
    taker = Taker(by)
    done = [taker.take(line) for line in judge(lines, by)]
    return finish(sheet, table, done)


def table_of(sheet: OrderSheet) -> Table:
    return read_table(base64.b64decode(sheet.content.open()))


def finish(sheet: OrderSheet, table: Table, done: Iterable[Line]) -> OrderSheet:
    """Keep what became of each row; of the file only what was refused."""
    done = list(done)
    sheet.lines = [line.brief() for line in done]
    counts = Counter(line.outcome for line in done)
    sheet.counts = {**counts, "unknown": sheet.counts.get("unknown", [])}
    text = as_csv(*refused_rows(table, done)) if counts[BAD] else b""
    sheet.content = Sealed.of(base64.b64encode(text).decode())
    sheet.save(update_fields=["lines", "counts", "content"])
    return sheet


def refused_rows(
    table: Table, done: Iterable[Line]
) -> tuple[list[str], list[list[Cell]]]:
    """The rows that were not taken, as they came, each with its line and the reason."""
    header = [*table.header, _("line"), _("why it was not taken")]
    width = len(table.header)
    rows = [
        [
            *(line.raw + [Cell()] * width)[:width],
            Cell(str(line.line)),
            Cell(line.reason),
        ]
        for line in done
        if line.outcome == BAD
    ]
    return header, rows


class Taker:
    """Takes rows one by one; what all of them need is read once."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.kinds = list(OrderKind.objects.all())
        self.classes = known_classes()
        self.tags = list(Tag.objects.in_use())

    def take(self, line: Line) -> Line:
        """The line with what became of it."""
        if line.outcome not in {NEW, CHANGED}:
            return line
        try:
            with transaction.atomic():
                if line.outcome == NEW:
                    self._make(line)
                else:
                    self._change(line)
        except IntegrityError:
            # Somebody took the same order at the same time.
            if not Order.objects.filter(number=line.number).exists():
                raise
            line.outcome = SAME
        except DomainError as error:
            line.bad(error.text)
        return line

    def _make(self, line: Line) -> None:
        assert line.street
        order = Order(number=line.number, street=line.street, first_unit=line.street)
        order.received_at = received_at(line)
        _fill(order, line)
        texts = (order.class_path, order.title, order.content)
        order.kind = kind_of(texts, self.kinds)
        order.case = self._case(order)
        order.save(force_insert=True)
        self._mark(order)
        clock.start(order)
        _meet_if_done(order)

    def _case(self, order: Order) -> Case:
        """The case of the order: the same order makes the same case."""
        category = category_of(order.class_path, self.classes)
        if category is None:
            raise BadInput(_("No class of ours fits, and none is set for such orders."))
        evidence: dict[str, Any] = {
            "category": category.pk,
            "source": SOURCE,
            # Everybody who sees the case reads this.
            "note": without_phones(f"{order.title}\n{order.content}".strip())[
                :NOTE_MOST
            ],
        }
        texts = (order.estate, order.title, order.content)
        if found := place_of(texts, order.street, self.by):
            place, address = found
            evidence |= {"place": [place.x, place.y], "address": address[:ADDRESS_MOST]}
        else:
            evidence |= self._without_place(order)
        case, _event = report(
            by=self.by,
            uuid=uuid5(NAMESPACE, order.number),
            evidence=evidence,
            happened_at=order.received_at,
        )
        return case

    def _without_place(self, order: Order) -> dict[str, str]:
        community = community_of(order.community_name, order.street)
        where = f"{community.name if community else ''}{order.estate}"
        return {"street": order.street.code, "address": where[:ADDRESS_MOST]}

    def _mark(self, order: Order) -> None:
        """The hotline's tags that the site knows, on the case."""
        said = {word.strip() for word in re.split("[,，、;；]", order.tags)}
        CaseTag.objects.bulk_create(
            [
                CaseTag(case=order.case, tag=tag)
                for tag in self.tags
                if tag.titles.get("zh-hans") in said
            ],
            ignore_conflicts=True,
        )

    def _change(self, line: Line) -> None:
        """The hotline's later word; what it was is kept."""
        assert line.order
        order = Order.objects.select_for_update().get(pk=line.order.pk)
        found = differences(line, order)
        if not found:
            line.outcome = SAME
            return
        _fill(order, line)
        order.save()
        hidden = [HIDDEN, HIDDEN]
        what = {
            name: hidden if name in SEALED else list(pair)
            for name, pair in found.items()
        }
        OrderChange.objects.create(order=order, by=self.by, what=what)
        _meet_if_done(order)


def _fill(order: Order, line: Line) -> None:
    """The columns that the file has; the others stay."""
    for column in COLUMNS[1:]:
        if (cell := line.cells.get(column.name)) is None:
            continue
        setattr(order, column.name, cell.text)
        order.forms.pop(column.name, None)
        if cell.form:
            order.forms[column.name] = cell.form
    if (cell := line.cells["number"]).form:
        order.forms["number"] = cell.form
    caller = order.caller.open() if isinstance(order.caller, Sealed) else order.caller
    # Once secret, always secret: a later sheet does not give the caller away.
    order.secret = order.secret or is_secret(order.type, order.tags, caller)


def _meet_if_done(order: Order) -> None:
    """Where the hotline has it as finished, its clock stands at that moment."""
    moment = moment_of(order.done_at)
    if moment and order.reply_text.strip():
        clock.meet(order, min(moment, timezone.now()))
