"""An order's own limit, in natural time, apart from every limit of its case.

The rows are `workflow.models.Deadline` of the kind "order": the lights of lists and
pages read them as they read any other. No process starts or stops them.
"""

from datetime import datetime

from cases.models import Order, OrderKind
from cases.models.order import DEADLINE_KIND, DEADLINE_NAME
from workflow import clock_running
from workflow.clock import WorkCalendar
from workflow.models import Deadline


def start(order: Order) -> Deadline:
    """From when the hotline handed it down."""
    row = Deadline(kind=DEADLINE_KIND, subject_id=order.pk, name=DEADLINE_NAME)
    _begin(row, order, order.kind)
    row.save(force_insert=True)
    return row


def change(order: Order, kind: OrderKind) -> None:
    """Another kind's limit, from the same beginning; of a met one nothing changes."""
    row = _running(order)
    if row is not None:
        _begin(row, order, kind)
        row.save()


def meet(order: Order, moment: datetime) -> None:
    """It was answered. The first answer counts; a later one changes nothing."""
    row = _running(order)
    if row is not None:
        moment = max(moment, row.started_at)
        clock_running.meet(row, moment, WorkCalendar.current())
        row.save()


def _begin(row: Deadline, order: Order, kind: OrderKind) -> None:
    calendar = WorkCalendar.current()
    limit, limit_type = kind.limit, kind.limit_type
    clock_running.begin(row, order.received_at, limit, limit_type, calendar)


def _running(order: Order) -> Deadline | None:
    rows = Deadline.objects.running().select_for_update()
    return rows.filter(kind=DEADLINE_KIND, subject_id=order.pk).first()
