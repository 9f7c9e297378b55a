"""The two limits of each called unit: to sign, and to be there.

They run without a break, at night too. The rows are `workflow.models.Deadline` of the
kind "whistle_call": lights show them, and the ladder tells of them once.
"""

from datetime import datetime, timedelta

from cases.models import WhistleCall
from workflow import clock_running
from workflow.clock import WorkCalendar
from workflow.clock_effects import save_run
from workflow.models import Deadline
from workflow.models.clock import LimitType

MINUTE = timedelta(minutes=1)


def start(call: WhistleCall, name: str, due: datetime) -> Deadline:
    """From the call on until exactly ``due``."""
    assert call.called_at
    clock = WorkCalendar.current()
    row = Deadline(kind=WhistleCall.KIND, subject_id=call.pk, name=name)
    left = max(due - call.called_at, timedelta())
    # Whole minutes are what is read; what runs is exact.
    minutes = max(1, round(left / MINUTE))
    clock_running.begin(row, call.called_at, minutes, LimitType.MINUTES, clock)
    row.left = left
    clock_running.settle(row, clock)
    row.first_due_at = row.due_at
    row.save(force_insert=True)
    return row


def meet(call: WhistleCall, moment: datetime, *names: str) -> None:
    """It was done, or is wanted no longer; all limits where none is named."""
    rows = Deadline.objects.running().filter(kind=WhistleCall.KIND, subject_id=call.pk)
    if names:
        rows = rows.filter(name__in=names)
    for row in rows.select_for_update():
        clock_running.meet(row, max(moment, row.started_at), WorkCalendar.current())
        save_run(row)


def reopen(call: WhistleCall, *names: str) -> None:
    """What was met by mistake runs on as if it had not been."""
    rows = Deadline.objects.filter(kind=WhistleCall.KIND, subject_id=call.pk)
    for name in names:
        row = rows.filter(name=name).select_for_update().order_by("-pk").first()
        if row is not None and row.met_at is not None:
            row.met_at = row.overtime = None
            clock_running.settle(row, WorkCalendar.current())
            save_run(row)
