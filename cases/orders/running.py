"""A file of orders or of call-backs, from sending to the last row."""

from datetime import date
from typing import BinaryIO

from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import User
from cases.models import OrderSheet
from cases.orders.callbacks import CallBackSort, first_of
from cases.orders.permissions import can_import
from cases.orders.taking import MOST_BYTES, OrderSort
from cases.tables import carrying
from cases.tables.carrying import Sort
from govmap.lib.errors import NotAllowed

TASK = "cases.carry_out_sheet"


def send(
    by: User,
    name: str,
    file: BinaryIO,
    *,
    what: str = OrderSheet.What.ORDERS,
    month: date | None = None,
    at_once: bool = False,
    job: bool = True,
) -> OrderSheet:
    """Keep the file for its job, which looks through it; ``at_once``: and takes it.

    ``month``: of call-backs that name none. Raises NotAllowed (403), TooLarge (400).
    """
    if not can_import(by):
        raise NotAllowed
    row = OrderSheet(by=by, name=name, what=what, at_once=at_once)
    if what == OrderSheet.What.CALL_BACKS:
        row.month = month or first_of(timezone.localdate())
    return carrying.begin(row, file, most=MOST_BYTES, then=defer if job else None)


def take(sheet: OrderSheet, by: User, *, job: bool = True) -> OrderSheet:
    """Let it be taken. Raises NotAllowed (403), Conflict (409) where it was taken."""
    if not can_import(by) or sheet.by_id != by.pk:
        raise NotAllowed
    return carrying.confirm(sheet, then=defer if job else None)


def cancel(sheet: OrderSheet, by: User) -> None:
    """Raises NotAllowed (403), Conflict (409) where it has ended."""
    if sheet.by_id != by.pk:
        raise NotAllowed
    carrying.cancel(sheet)


def carry_out(sheet: OrderSheet) -> OrderSheet:
    return carrying.carry_out(sheet, sort_of(sheet))


def sort_of(sheet: OrderSheet) -> Sort:
    if sheet.what == OrderSheet.What.CALL_BACKS:
        return CallBackSort(sheet.by, sheet.month or first_of(timezone.localdate()))
    return OrderSort(sheet.by)


def defer(sheet: OrderSheet) -> None:
    app.configure_task(TASK).defer(sheet=sheet.pk)
