"""The effects that start and stop deadlines."""

from workflow.clock import WorkCalendar
from workflow.effects import Doing, effect
from workflow.models import Deadline

DISPOSAL = "disposal"


@effect("start_disposal")
def start_disposal(doing: Doing) -> None:
    """The department's time begins; after a failed check, anew beside the old row."""
    start(doing, DISPOSAL)


@effect("stop_disposal")
def stop_disposal(doing: Doing) -> None:
    """The department fed back, or the matter left it: its time ends here."""
    stop(doing, DISPOSAL)


def start(doing: Doing, name: str) -> Deadline:
    """A new deadline of the subject; one that still runs under the name ends."""
    stop(doing, name)
    limit, limit_type = doing.row.limit_for(name)
    calendar = WorkCalendar.current()
    return Deadline.objects.create(
        kind=doing.row.KIND,
        subject_id=doing.row.pk,
        name=name,
        limit=limit,
        limit_type=limit_type,
        started_at=doing.moment,
        yellow_at=calendar.yellow(doing.moment, limit, limit_type),
        due_at=calendar.due(doing.moment, limit, limit_type),
    )


def stop(doing: Doing, name: str) -> None:
    """Overtime stays readable: ``met_at`` is never changed once set."""
    rows = Deadline.objects.running().filter(
        kind=doing.row.KIND, subject_id=doing.row.pk, name=name
    )
    rows.update(met_at=doing.moment)
