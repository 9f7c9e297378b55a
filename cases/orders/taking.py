"""Taking a file of orders: each row is an order and a case, or the reason why not.

Row by row, each in a transaction of its own: what is refused hinders no other, and
the same file sent twice changes nothing.
"""

import re
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.intake import report as report_case
from cases.models import (
    Case,
    CaseTag,
    Order,
    OrderChange,
    OrderKind,
    SentTable,
    TableWord,
    Tag,
)
from cases.orders import clock
from cases.orders.classing import category_of, is_secret, kind_of, known_classes
from cases.orders.columns import COLUMNS, RECEIVED, SEALED
from cases.orders.judging import Judge, Line, differences, received_at
from cases.orders.placing import community_of, place_of
from cases.orders.wording import without_phones
from cases.tables.carrying import CHANGED, NEW, SAME, Report
from cases.tables.moments import moment_of
from cases.tables.reading import Table
from cases.tables.words import Words
from govmap.lib.errors import BadInput, DomainError
from govmap.lib.sealed import HIDDEN, Sealed

NAMESPACE = UUID("6f1d0c0e-6b0a-5a39-9f55-12345aa12345")
SOURCE = "hotline"
NOTE_MOST = 2000  # characters of a case's note
ADDRESS_MOST = 200
MOST_ROWS = 50_000
MOST_BYTES = 64 << 20
# Rows between two words of progress; what was taken is known to so many.
LOOKED, TAKEN = 500, 50
UNKNOWN_MOST = 40  # titles named


class LongSheet(BadInput):
    """The file is too long."""

    message = gettext_noop(
        "The file has more than %(count)s rows or is too large. Send it in parts."
    )


class OrderSort:
    """A sheet of orders (`cases.tables.carrying.Sort`)."""

    def __init__(self, by: User) -> None:
        self.by, self.words = by, Words.of(TableWord.Table.ORDERS)

    def titles(self) -> list[str]:
        return self.words.titles((*COLUMNS, RECEIVED))

    def look(self, table: Table, report: Report) -> None:
        judge = Judge(self.by, table.titles, self.words)
        report.header(table)
        report.content["unknown"] = judge.unknown[:UNKNOWN_MOST]
        for rows in table.parts(LOOKED):
            for line in judge.lines(rows):
                report.line(*line.told)
            check_length(report.read)
            report.save()
        report.finish(SentTable.Status.LOOKED)

    def take(self, table: Table, report: Report) -> None:
        """Row by row; after a killed worker where that stopped."""
        judge = Judge(self.by, table.titles, self.words)
        taker = Taker(self.by, self.words)
        done = report.resume(table)
        report.content["unknown"] = judge.unknown[:UNKNOWN_MOST]
        deque(islice(table.rows, done), maxlen=0)
        for rows in table.parts(TAKEN):
            for line in judge.lines(rows):
                report.line(*taker.take(line).told)
            report.save(done=True)
        report.finish(SentTable.Status.DONE, taken_at=timezone.now())


def check_length(rows: int) -> None:
    """Raises LongSheet."""
    if rows > MOST_ROWS:
        raise LongSheet(count=f"{MOST_ROWS:,}")


class Taker:
    """Takes rows one by one; what all of them need is read once."""

    def __init__(self, by: User, words: Words) -> None:
        self.by = by
        self.secret = words.listed(TableWord.Sort.SECRET)
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
        _fill(order, line, self.secret)
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
        case, _event = report_case(
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
        _fill(order, line, self.secret)
        order.save()
        hidden = [HIDDEN, HIDDEN]
        what = {
            name: hidden if name in SEALED else list(pair)
            for name, pair in found.items()
        }
        OrderChange.objects.create(order=order, by=self.by, what=what)
        _meet_if_done(order)


def _fill(order: Order, line: Line, secret: Iterable[str]) -> None:
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
    said = (order.type, order.tags, caller)
    order.secret = order.secret or is_secret(said, secret)


def _meet_if_done(order: Order) -> None:
    """Where the hotline has it as finished, its clock stands at that moment."""
    moment = moment_of(order.done_at)
    if moment and order.reply_text.strip():
        clock.meet(order, min(moment, timezone.now()))
