"""The city's call-backs, imported: the only thing that the three rates are made of."""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import CallBack, Exclusion, Order, OrderSheet
from cases.orders.columns import CALL_BACKS, find_columns
from cases.orders.judging import BAD, CHANGED, NEW, SAME, Line, moment_of
from cases.orders.permissions import imports_for
from cases.orders.sheet import EMPTY, Table, read_table
from cases.orders.taking import finish, lock_sheet, table_of
from govmap.lib.errors import BadInput

NEEDED = ("number", "contacted", "solved", "satisfied")
YES = {"是", "有", "已联系", "已响应", "剔除", "已剔除", "Y", "YES", "TRUE", "1"}
NO = {"否", "无", "未联系", "未响应", "不剔除", "未剔除", "N", "NO", "FALSE", "0"}
SOLVED = ("解决", "部分解决", "未解决")
SATISFIED = ("满意", "基本满意", "不满意", "未评价")
# Other words that people write for the same.
SAME_WORDS = {"已解决": "解决", "不解决": "未解决", "未评": "未评价"}


@dataclass
class Result(Line):
    """One row, judged: what the city says of one order."""

    said: dict[str, Any] = field(default_factory=dict)


def look_through(by: User, name: str, data: bytes, *, month: date) -> OrderSheet:
    """Keep the file and say of each row what it would do. Takes nothing.

    ``month``: of rows that name none. Raises BadSheet, LongSheet or BadInput (400).
    """
    results, unknown = results_of(read_table(data))
    report = [row.brief() for row in judge(results, by, month)]
    counts = dict(Counter(row[2] for row in report))
    return OrderSheet.objects.create(
        by=by,
        what=OrderSheet.What.CALL_BACKS,
        name=name[:200],
        month=month,
        content=base64.b64encode(data).decode(),
        lines=report,
        counts={**counts, "unknown": unknown[:40]},
    )


def take(sheet: OrderSheet, by: User) -> OrderSheet:
    """Write the results down; a corrected one beside the one before it."""
    sheet = lock_sheet(sheet)
    table = table_of(sheet)
    results, _unknown = results_of(table)
    month = sheet.month or first_of(timezone.localdate())
    done = list(judge(results, by, month))
    with transaction.atomic():
        for row in done:
            if row.outcome in {NEW, CHANGED}:
                _write(row, by)
    return finish(sheet, table, done)


def first_of(day: date) -> date:
    return day.replace(day=1)


def results_of(table: Table) -> tuple[list[Result], list[str]]:
    """Each row by our names. Raises BadInput where a column is missing."""
    places, unknown = find_columns(table.header, CALL_BACKS)
    titles = {column.name: column.title for column in CALL_BACKS}
    missing = [titles[name] for name in NEEDED if name not in places]
    if missing:
        raise BadInput(_("Columns are missing: %s.") % "、".join(missing))
    rows = []
    for number, row in table.rows:
        cells = {
            name: row[index] if index < len(row) else EMPTY
            for name, index in places.items()
        }
        rows.append(Result(number, cells, cells["number"].text.strip(), raw=row))
    return rows, unknown


def judge(rows: Iterable[Result], by: User, month: date) -> Iterator[Result]:
    """What each row would do: new, changed, same, or bad with the reason."""
    rows = list(rows)
    orders = Order.objects.select_related("street").filter(
        number__in={row.number for row in rows}
    )
    known = {order.number: order for order in orders}
    before = _last_said(known.values())
    for row in rows:
        row.order = known.get(row.number)
        _judge(row, by, month)
        if row.outcome != BAD:
            assert row.order
            key = (row.order.pk, row.said["month"])
            _compare(row, before.get(key))
            before[key] = row.said
        yield row


def _judge(row: Result, by: User, month: date) -> None:
    if row.order is None:
        row.bad(_("No such order: import the order first."))
        return
    if not imports_for(by, row.order.street):
        row.bad(
            _("Another street's order: %(name)s.") % {"name": row.order.street.name}
        )
        return
    try:
        row.said = _read(row, month)
    except ValueError as error:
        row.bad(str(error))


def _read(row: Result, month: date) -> dict[str, Any]:
    """Raises ValueError with the reason."""
    visited = row.text("visit_day").strip()
    moment = moment_of(visited) if visited else None
    if visited and moment is None:
        raise ValueError(_("The date cannot be read: %s.") % visited)
    return {
        "contacted": _truth(row.text("contacted"), _("contacted")),
        "excluded": _truth(row.text("excluded") or "否", _("left out")),
        "solved": _word(row.text("solved"), SOLVED),
        "satisfied": _word(row.text("satisfied"), SATISFIED),
        "visited_on": timezone.localdate(moment) if moment else None,
        "month": _month(row.text("month"), month),
        "note": row.text("note").strip()[:400],
    }


def _truth(text: str, title: str) -> bool:
    word = text.strip().upper()
    if word in YES or word in NO:
        return word in YES
    raise ValueError(
        _("“%(title)s” is neither yes nor no: %(text)s.")
        % {"title": title, "text": text.strip() or "—"}
    )


def _word(text: str, words: tuple[str, ...]) -> str:
    word = SAME_WORDS.get(text.strip(), text.strip())
    if word and word not in words:
        raise ValueError(
            _("“%(text)s” is none of %(words)s.")
            % {"text": word, "words": "、".join(words)}
        )
    return word


def _month(text: str, usual: date) -> date:
    """2026-11, 2026年11月, 202611 or a date of the month."""
    text = text.strip().rstrip("月").replace("年", "-").replace("/", "-")
    if not text:
        return usual
    if text.isdigit() and len(text) == 6:
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


def _write(row: Result, by: User) -> None:
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
