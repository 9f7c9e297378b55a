"""Orders out again, exactly as the hotline writes them: for a reason, and on record."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import Order, OrderExport, OrderReply, TableWord
from cases.orders.columns import COLUMNS, SEALED
from cases.orders.permissions import can_use_orders, is_centre
from cases.orders.sheet import as_csv, as_workbook
from cases.tables.cells import MOMENT, Cell
from cases.tables.words import Words
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.sealed import mask_name, mask_phone

MOST = 20_000  # orders in one file
REASON_LEAST = 2
XLSX, UTF8, GBK = "xlsx", "csv", "gbk"
FORMATS = (XLSX, UTF8, GBK)
HEADER = [column.title for column in COLUMNS]


def export(
    orders: QuerySet[Order], by: User, *, reason: str, form: str, query: str
) -> tuple[OrderExport, bytes]:
    """The file, and its row in the log.

    ``orders`` is scoped by the caller. Below the district callers are masked, as
    nobody there may read many at once. Raises NotAllowed (403), BadInput (400).
    """
    if not can_use_orders(by):
        raise NotAllowed
    if len(reason.strip()) < REASON_LEAST:
        raise BadInput(_("Say what the file is for."))
    whole = is_centre(by)
    replies = Prefetch("replies", OrderReply.objects.order_by("pk"))
    found = list(orders.order_by("pk").prefetch_related(replies)[: MOST + 1])
    if len(found) > MOST:
        raise BadInput(_("More than %s orders: narrow the list first.") % f"{MOST:,}")
    about = _about(by, reason, len(found))
    data = file_of(found, form=form, whole=whole, about=about)
    row = OrderExport.objects.create(
        by=by,
        reason=reason.strip()[:200],
        query=query[:1000],
        rows=len(found),
        with_callers=whole,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return row, data


def file_of(
    orders: Iterable[Order],
    *,
    form: str,
    whole: bool,
    about: list[tuple[str, str]] | None = None,
) -> bytes:
    """The 21 columns as a workbook or a CSV; ``whole``: with name and phone."""
    words = Words.of(TableWord.Table.ORDERS).listed(TableWord.Sort.FINISHED)
    finished = words[0] if words else ""
    rows = [row_of(order, finished, whole=whole) for order in orders]
    if form == XLSX:
        return as_workbook(HEADER, rows, about=about or [])
    return as_csv(
        HEADER, rows, encoding="gbk" if form == GBK else "utf-8", about=about or []
    )


def _about(by: User, reason: str, count: int) -> list[tuple[str, str]]:
    """The watermark: who took it, when, and what for."""
    unit = by.posts[0].unit.name if by.posts else ""
    moment = timezone.localtime(timezone.now())
    return [
        (_("exported by"), f"{by} {unit}".strip()),
        (_("exported at"), moment.strftime("%Y-%m-%d %H:%M:%S")),
        (_("for"), reason.strip()[:200]),
        (_("orders"), str(count)),
    ]


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
