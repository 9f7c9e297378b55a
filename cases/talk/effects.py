"""What becomes of an instruction, under the names that processes use."""

from datetime import datetime, time, timedelta
from typing import cast
from uuid import uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.robots import robot
from cases.models import Case, Instruction
from workflow import clock_running
from workflow.arguments import LIMIT
from workflow.clock import WorkCalendar
from workflow.clock_effects import running, save_run
from workflow.effects import Doing, effect
from workflow.engine import begin
from workflow.models import Process
from workflow.models.clock import LimitType


@effect("open_instruction", words=_("the desk signs for it and reports back"))
def open_instruction(doing: Doing) -> None:
    """An instruction to the unit that leads the case; its own steps begin with it.

    Write this effect last: its event locks the record.
    """
    case = cast(Case, doing.row)
    process = Process.objects.filter(kind=Instruction.KIND).exists()
    units = case.related_units("level")
    if not process or not units:
        return  # a site without the process keeps the move of the case alone
    row = Instruction(
        uuid=uuid5(case.uuid, f"instruction/{case.events_count}"),
        process=Process.objects.current(Instruction.KIND),
        case=case,
        leader=doing.by,
        unit_id=min(units),
        until=doing.given.values.get("until"),
        given_at=doing.moment,
    )
    opening = next(move for move in row.process.moves if move.from_state_id is None)
    words = doing.given.values.get("note", "")
    begin(
        row,
        opening.verb,
        by=robot(),
        act_id=uuid5(row.uuid, "opening"),
        evidence={"note": words} if words and "note" in opening.evidence else {},
        happened_at=doing.moment,
    )


@effect(
    "by_named_day", takes=(LIMIT,), words=_("the day that was named counts in full")
)
def by_named_day(doing: Doing) -> None:
    """Where the leader named a day, the limit ends with it, not with the usual."""
    until = cast(Instruction, doing.row).until
    if until is None:
        return
    row, clock = running(doing), WorkCalendar.current()
    midnight = timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))
    ends = max(midnight, row.started_at + timedelta(days=1))
    row.limit = max(1, (ends - row.started_at).days)
    row.limit_type, row.left = LimitType.NATURAL_DAYS, ends - row.started_at
    clock_running.settle(row, clock)
    row.first_due_at = row.due_at
    row.save(update_fields=["limit", "limit_type", "first_due_at"])
    save_run(row)


@effect("sign_instruction", words=_("the desk has read it"))
def sign_instruction(doing: Doing) -> None:
    doing.set(signed_at=doing.moment)


@effect("answer_instruction", words=_("what was done is reported"))
def answer_instruction(doing: Doing) -> None:
    doing.set(reported_at=doing.moment)


@effect(
    "return_instruction", words=_("it is not carried out yet; a later day may be named")
)
def return_instruction(doing: Doing) -> None:
    """Write this before the limit is started again."""
    doing.set(reported_at=None, until=doing.given.values.get("until"))


@effect("end_instruction", words=_("the instruction is over"))
def end_instruction(doing: Doing) -> None:
    doing.set(over_at=doing.moment)


@effect("urge_instruction", words=_("counts one urging more of the desk"))
def urge_instruction(doing: Doing) -> None:
    doing.set(urged=cast(Instruction, doing.row).urged + 1)
