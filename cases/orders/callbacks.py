"""The city's call-backs, imported: the only thing that the three rates are made of."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import CallBack, Exclusion, Order, SentTable, TableWord
from cases.orders.columns import CALL_BACKS
from cases.orders.judging import Line, check_needed
from cases.orders.permissions import imports_for
from cases.orders.taking import LOOKED, UNKNOWN_MOST, check_length
from cases.tables.carrying import BAD, CHANGED, NEW, SAME, Report
from cases.tables.cells import Row, find_columns
from cases.tables.moments import moment_of
from cases.tables.reading import Table
from cases.tables.words import Words

NEEDED = ("number", "contacted", "solved", "satisfied")
Sort = TableWord.Sort


@dataclass
class Result(Line):
    """One row, judged: what the city says of one order."""

    said: dict[str, Any] = field(default_factory=dict)


class CallBackSort:
    """A file of the city's results (`cases.tables.carrying.Sort`).

    ``month``: of rows that name none.
    """

    def __init__(self, by: User, month: date) -> None:
        self.by, self.month = by, month
        self.words = Words.of(TableWord.Table.CALL_BACKS)

    def titles(self) -> list[str]:
        return self.words.titles(CALL_BACKS)

    def look(self, table: Table, report: Report) -> None:
        judge = Judge(self, table.titles)
        report.header(table)
        report.content["unknown"] = judge.unknown[:UNKNOWN_MOST]
        for rows in table.parts(LOOKED):
            for row in judge.results(rows):
                report.line(*row.told)
            check_length(report.read)
            report.save()
        report.finish(SentTable.Status.LOOKED)

    def take(self, table: Table, report: Report) -> None:
        """Write the results down; a corrected one beside the one before it."""
        judge = Judge(self, table.titles)
        deque(islice(table.rows, report.resume(table)), maxlen=0)
        report.content["unknown"] = judge.unknown[:UNKNOWN_MOST]
        for rows in table.parts(LOOKED):
            with transaction.atomic():
                for row in judge.results(rows):
                    if row.outcome in {NEW, CHANGED}:
                        write(row, self.by)
                    report.line(*row.told)
                report.save(done=True)
        report.finish(SentTable.Status.DONE, taken_at=timezone.now())


def first_of(day: date) -> date:
    return day.replace(day=1)


class Judge:
    """Says of results what they would do. Raises BadInput where a column is missing."""

    def __init__(self, sort: CallBackSort, titles: Sequence[str]) -> None:
        self.sort, self.words = sort, sort.words
        self.places, self.unknown = find_columns(
            titles, CALL_BACKS, self.words.columns()
        )
        check_needed(self.places, CALL_BACKS, NEEDED)
        # What this file said further up.
        self.said: dict[tuple[int, date], dict[str, Any]] = {}

    def results(self, rows: Sequence[Row]) -> list[Result]:
        """New, changed, same, or bad with the reason. Two queries."""
        results = [Result.of(row, self.places) for row in rows]
        orders = Order.objects.select_related("street").filter(
            number__in={row.number for row in results}
        )
        known = {order.number: order for order in orders}
        before = _last_said(known.values()) | self.said
        for row in results:
            row.order = known.get(row.number)
            _judge(row, self.sort.by, self)
            if row.outcome != BAD:
                assert row.order
                key = (row.order.pk, row.said["month"])
                _compare(row, before.get(key))
                before[key] = self.said[key] = row.said
        return results

    def read(self, row: Result) -> dict[str, Any]:
        """Raises ValueError with the reason."""
        for column in CALL_BACKS:
            # A formula that failed is no answer, and none would be one.
            if column.name in self.places and column.name not in row.cells:
                raise ValueError(_("“%(title)s” is empty.") % {"title": column.title})
        visited = row.text("visit_day").strip()
        moment = moment_of(visited) if visited else None
        if visited and moment is None:
            raise ValueError(_("The date cannot be read: %s.") % visited)
        excluded = row.text("excluded").strip()
        return {
            "contacted": self._truth(row.text("contacted"), _("contacted")),
            "excluded": bool(excluded) and self._truth(excluded, _("left out")),
            "solved": self._word(row.text("solved"), Sort.SOLVED),
            "satisfied": self._word(row.text("satisfied"), Sort.SATISFIED),
            "visited_on": timezone.localdate(moment) if moment else None,
            "month": _month(row.text("month"), self.sort.month),
            "note": row.text("note").strip()[:400],
        }

    def _truth(self, text: str, title: str) -> bool:
        for sort in (Sort.YES, Sort.NO):
            if self.words.has(sort, text):
                return sort == Sort.YES
        raise ValueError(
            _("“%(title)s” is neither yes nor no: %(text)s.")
            % {"title": title, "text": text.strip() or "—"}
        )

    def _word(self, text: str, sort: str) -> str:
        word = self.words.means(sort, text)
        if text.strip() and not word:
            raise ValueError(
                _("“%(text)s” is none of %(words)s.")
                % {
                    "text": text.strip(),
                    "words": "、".join(self.words.meanings(sort)),
                }
            )
        return word


def _judge(row: Result, by: User, judge: Judge) -> None:
    if row.order is None:
        row.bad(_("No such order: import the order first."))
        return
    if not imports_for(by, row.order.street):
        row.bad(
            _("Another street's order: %(name)s.") % {"name": row.order.street.name}
        )
        return
    try:
        row.said = judge.read(row)
    except ValueError as error:
        row.bad(str(error))


def _month(text: str, usual: date) -> date:
    """2026-11, 2026年11月, 202611 or a date of the month."""
    text = text.strip().rstrip("月").replace("年", "-").replace("/", "-")
    if not text:
        return usual
    if text.isdecimal() and len(text) == 6:
        text = f"{text[:4]}-{text[4:]}"
    parts = text.split("-")
    try:
        return date(int(parts[0]), int(parts[1][:2]), 1)
    except (ValueError, IndexError) as error:
        raise ValueError(_("The month cannot be read: %s.") % text) from error


FIELDS = ("contacted", "excluded", "solved", "satisfied", "visited_on", "note")


def _last_said(orders: Iterable[Order]) -> dict[tuple[int, date], dict[str, Any]]:
    """What the city said last of each order in each month."""
    rows = CallBack.objects.of_city().filter(order__in=[row.pk for row in orders])
    return {
        (row.order_id, row.month): {name: getattr(row, name) for name in FIELDS}
        for row in rows.order_by("pk")
    }


def _compare(row: Result, before: dict[str, Any] | None) -> None:
    if before is None:
        row.outcome = NEW
    else:
        same = all(row.said[name] == before[name] for name in FIELDS)
        row.outcome = SAME if same else CHANGED


def write(row: Result, by: User) -> None:
    """The result, and with it the answer to what the street had asked for."""
    assert row.order
    CallBack.objects.create(
        order=row.order, origin=CallBack.Origin.CITY, by=by, **row.said
    )
    outcome = Exclusion.Outcome
    Exclusion.objects.filter(order=row.order, outcome=outcome.OPEN).update(
        outcome=outcome.EXCLUDED if row.said["excluded"] else outcome.COUNTED,
        answered_at=timezone.now(),
    )
