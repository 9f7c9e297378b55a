"""What people do to an import: answer what its file left open, or cancel it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from govmap.lib.errors import Conflict
from layers.models import ImportRun

Status = ImportRun.Status


class Gone(Conflict):
    """The file is no longer there. Send it again."""

    message = gettext_noop("The file is no longer there. Send it again.")


class NothingAsked(Conflict):
    """This import asks nothing any more. Look at what became of it."""

    message = gettext_noop(
        "This import asks nothing any more. Look at what became of it."
    )


class HasEnded(Conflict):
    """The import has ended, so it can no longer be cancelled. Discard its draft."""

    message = gettext_noop(
        "The import has ended, so it can no longer be cancelled. Discard its draft."
    )


@transaction.atomic
def answer(
    run: ImportRun, options: dict[str, Any], *, then: Callable[[ImportRun], object]
) -> ImportRun:
    """Carry on with the run's file, told what it does not say itself.

    The same form sent twice goes on once. ``then`` is called with the run in the
    transaction that lets it wait again: a job. Raises Gone, NothingAsked.
    """
    row = ImportRun.objects.select_for_update().get(pk=run.pk)
    if row.status in ImportRun.UNDER_WAY:
        return row
    if row.status != Status.ASKING:
        raise NothingAsked
    if not (Path(settings.VAR) / row.path).is_file():
        raise Gone
    row.options = {**row.options, **options}
    row.status, row.message, row.report, row.ended_at = Status.WAITING, "", {}, None
    row.save(update_fields=["options", "status", "message", "report", "ended_at"])
    then(row)
    return row


def cancel(run: ImportRun) -> None:
    """End a run that has made nothing yet; its file goes. Raises HasEnded.

    Whoever carries it out notices at the next batch, or when the draft is written,
    whose transaction then leaves nothing.
    """
    open_ = (*ImportRun.UNDER_WAY, Status.ASKING)
    ended = ImportRun.objects.filter(pk=run.pk, status__in=open_).update(
        status=Status.CANCELLED, message="", report={}, ended_at=timezone.now()
    )
    run.refresh_from_db()
    if not ended and run.status != Status.CANCELLED:
        raise HasEnded
    (Path(settings.VAR) / run.path).unlink(missing_ok=True)
