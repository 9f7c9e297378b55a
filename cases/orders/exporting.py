"""Orders out again, exactly as the hotline writes them: for a reason, and on record.

The 21 columns and the three forms of file are the hotline's own, byte by byte; who may
take how many, by whose leave, what for and who fetched them is as with every export
(`workflow.exporting`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cases.finding.exporting import NotByPhone
from cases.models import Order, OrderReply, TableWord
from cases.orders.columns import COLUMNS, SEALED
from cases.orders.lists import OrderFilters, means_phone
from cases.orders.permissions import can_use_orders, is_centre
from cases.orders.sheet import as_csv, as_workbook
from cases.tables.cells import MOMENT, Cell
from cases.tables.words import Words
from govmap.lib.errors import NotAllowed
from govmap.lib.sealed import mask_name, mask_phone
from workflow.exporting import Column, Register, Rows, exportable
from workflow.models import Export

NAME = "orders"
HEADER = [column.title for column in COLUMNS]
AT_ONCE = 500  # orders read together


def filters_of(user: User, query: str) -> OrderFilters:
    return OrderFilters(QueryDict(query), user)


def found(user: User, query: str) -> QuerySet[Order]:
    """What the list of the query shows this person, the oldest first.

    Below the district callers are masked, as nobody there may read many at once.
    Raises NotAllowed (403).
    """
    if not can_use_orders(user):
        raise NotAllowed
    seen = Order.objects.visible_to(user).annotate(whole=Value(is_centre(user)))
    return filters_of(user, query).apply(seen).order_by("pk")


def clean(query: str) -> str:
    """The filters alone. Raises NotByPhone: a number is kept in no record."""
    params = QueryDict(query)
    if means_phone(params.get("q", "")):
        raise NotByPhone
    kept = QueryDict(mutable=True)
    for name in OrderFilters.NAMES:
        if params.get(name):
            kept[name] = params[name]
    return kept.urlencode()


def words(user: User, query: str) -> list[str]:
    """The filters, and whether callers stand in it, for the record."""
    callers = _("callers in full") if is_centre(user) else _("callers masked")
    return [*(chip["word"] for chip in filters_of(user, query).chips), callers]


def page(query: str) -> str:
    return f"{reverse('orders:list')}?{query}"


def rows(orders: QuerySet[Order], most: int) -> Iterator[list[Cell]]:
    """The cells of at most so many orders; a row costs the same however many."""
    finished = finished_word()
    ids = list(orders.values_list("pk", flat=True)[:most])
    replies = Prefetch("replies", OrderReply.objects.order_by("pk"))
    for start in range(0, len(ids), AT_ONCE):
        some = orders.filter(pk__in=ids[start : start + AT_ONCE])
        for order in some.prefetch_related(replies):
            yield row_of(order, finished, whole=order.whole)  # type: ignore[attr-defined]


def finished_word() -> str:
    """The hotline's own word in 工单状态 for what was answered."""
    listed = Words.of(TableWord.Table.ORDERS).listed(TableWord.Sort.FINISHED)
    return listed[0] if listed else ""


def _about(export: Export, count: int) -> list[tuple[str, str]]:
    """The watermark: whose export it is, of when, and what for."""
    moment = timezone.localtime(timezone.now())
    return [
        (_("export number"), export.number),
        (_("exported by"), f"{export.by} {export.unit.name}".strip()),
        (_("exported at"), moment.strftime("%Y-%m-%d %H:%M:%S")),
        (_("for"), export.purpose),
        (_("orders"), str(count)),
    ]


def sheet_of(
    table: Sequence[Sequence[Cell]],
    form: str,
    about: Sequence[tuple[str, str]] = (),
) -> bytes:
    """The hotline's sheet in one of its three forms."""
    if form == Export.Form.XLSX:
        return as_workbook(HEADER, table, about=about)
    encoding = "gbk" if form == Export.Form.GBK else "utf-8"
    return as_csv(HEADER, table, encoding=encoding, about=about)


def _write(export: Export, columns: Sequence[Column], rows: Rows) -> bytes:
    table = [cells for cells, _place in rows]
    return sheet_of(table, export.form, _about(export, len(table)))


def _reads(number: int) -> Any:
    return lambda cells: cells[number]


def row_of(order: Order, finished: str, *, whole: bool) -> list[Cell]:
    """One order's cells: as they came, but for the street's own reply.

    ``finished``: the hotline's own word in 工单状态.
    """
    ours = _replied(order, finished)
    row = []
    for column in COLUMNS:
        name = column.name
        if name in ours:
            row.append(ours[name])
            continue
        value: Any = getattr(order, name)
        text = value.open() if name in SEALED else str(value)
        if name in SEALED and not whole:
            row.append(Cell(_masked(order, name, text)))
        else:
            row.append(Cell(text, order.forms.get(name, "")))
    return row


def _masked(order: Order, name: str, text: str) -> str:
    if order.secret:
        return "保密" if text and name == "caller" else ""
    return mask_name(text) if name == "caller" else mask_phone(text)


def _replied(order: Order, finished: str) -> dict[str, Cell]:
    """The columns that the street's last reply fills."""
    # Not .last(): the list has fetched them for all its rows.
    replies = list(order.replies.all())
    if not replies:
        return {}
    last = replies[-1]
    at = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M:%S")
    form = MOMENT if order.forms.get("done_at") == MOMENT else ""
    return {
        "status": Cell(finished),
        "result": Cell(last.result),
        "reply_text": Cell(last.text),
        "manner": Cell(last.manner),
        "done_at": Cell(at, form),
    }


exportable(
    Register(
        name=NAME,
        title=gettext_lazy("Work orders"),
        columns=tuple(
            Column(column.name, column.title, _reads(number))
            for number, column in enumerate(COLUMNS)
        ),
        fixed=True,
        found=found,
        rows=rows,
        words=words,
        clean=clean,
        page=page,
        writers=dict.fromkeys(
            (Export.Form.XLSX, Export.Form.CSV, Export.Form.GBK), _write
        ),
        hint=gettext_lazy(
            "It has the hotline's own columns. Below the district, callers are masked."
        ),
    )
)
