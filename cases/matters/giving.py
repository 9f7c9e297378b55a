"""A decision becomes tasks of the units; what comes of them settles the matter."""

from datetime import date, datetime, time, timedelta
from typing import cast
from uuid import uuid5

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.robots import robot
from cases.matters import agendas
from cases.models import MatterDecision, MatterTask
from workflow import clock_running
from workflow.arguments import LIMIT
from workflow.clock import WorkCalendar
from workflow.clock_effects import running, save_run
from workflow.effects import Doing, effect
from workflow.engine import begin
from workflow.models import Process
from workflow.own_events import name_of

# Effects of the matter's own moves that the system does once the tasks are over.
SETTLES, FALLS_BACK = "settle_matter", agendas.LEAVES


def give(decision: MatterDecision, units: list[Unit], moment: datetime) -> None:
    """A task of each unit; the first leads. Each writes its event."""
    process = Process.objects.current(MatterTask.KIND)
    opening = next(move for move in process.moves if move.from_state_id is None)
    for unit in units:
        task = MatterTask(
            uuid=uuid5(decision.matter.uuid, f"{decision.pk}/{unit.code}"),
            process=process,
            matter=decision.matter,
            decision=decision,
            unit=unit,
            part=MatterTask.Part.LEAD
            if unit.pk == decision.lead_id
            else MatterTask.Part.ASSIST,
            until=decision.until,
            given_at=moment,
        )
        act_id = uuid5(task.uuid, "opening")
        begin(task, opening.verb, by=robot(), act_id=act_id, happened_at=moment)


@effect("until_midnight", takes=(LIMIT,), words=_("its last day counts in full"))
def until_midnight(doing: Doing) -> None:
    """Where a day was named, the limit ends with it, not at the hour it began."""
    task = _task(doing)
    if task.until is None:
        return
    row, clock = running(doing), WorkCalendar.current()
    ends = max(_midnight_after(task.until), row.started_at + timedelta(days=1))
    row.left = ends - row.started_at
    clock_running.settle(row, clock)
    row.first_due_at = row.due_at
    row.save(update_fields=["first_due_at"])
    save_run(row)


def _midnight_after(day: date) -> datetime:
    """The end of a day in the site's zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


@effect("note_progress", words=_("progress is told"))
def note_progress(doing: Doing) -> None:
    doing.set(progress_at=doing.moment)


@effect("report_task", words=_("it is reported as done"))
def report_task(doing: Doing) -> None:
    doing.set(reported_at=doing.moment, progress_at=doing.moment)


@effect(
    "return_task", words=_("it is not done yet; a later day counts if one is named")
)
def return_task(doing: Doing) -> None:
    """Write this before the limit is started again."""
    until = doing.given.values.get("until")
    doing.set(reported_at=None)
    if until is not None:
        doing.set(until=until)


@effect("accept_task", words=_("it is found done"))
def accept_task(doing: Doing) -> None:
    """Write this effect last: the matter may be settled by it."""
    doing.set(accepted_at=doing.moment, over_at=doing.moment)
    _settle(doing, accepted=True)


@effect("recall_task", words=_("the task is called back"))
def recall_task(doing: Doing) -> None:
    """Write this effect last: the matter may be settled by it."""
    doing.set(over_at=doing.moment)
    _settle(doing, accepted=False)


@effect("urge_task", words=_("counts one urging more"))
def urge_task(doing: Doing) -> None:
    doing.set(urged=_task(doing).urged + 1)


@effect("supervise_task", words=_("is marked as supervised"))
def supervise_task(doing: Doing) -> None:
    doing.set(supervised=True)


def _settle(doing: Doing, *, accepted: bool) -> None:
    """The last task over ends the following up; where none was done it is in vain.

    The matter's row is locked, so of two last tasks one sees the other over.
    """
    task = _task(doing)
    matter = agendas.lock([task.matter_id])[task.matter_id]
    others = MatterTask.objects.filter(decision=task.decision_id).exclude(pk=task.pk)
    if others.open().exists():
        return
    done = accepted or others.filter(accepted_at__isnull=False).exists()
    effect_of = SETTLES if done else FALLS_BACK
    if agendas.move_with(matter, effect_of):
        act_id = name_of(effect_of, task.decision_id)
        agendas.go_by_itself(matter, effect_of, act_id, doing.moment)


def _task(doing: Doing) -> MatterTask:
    return cast(MatterTask, doing.row)
