"""Jobs of conflicts."""

import contextlib

from django.db import OperationalError, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from layers.alone import StillAtWork
from layers.conflicts import running
from layers.models import ConflictRun, OverlayRule


@app.task(
    name="layers.find_conflicts",
    retry=RetryStrategy(
        max_attempts=200, wait=15, retry_exceptions={OperationalError, StillAtWork}
    ),
)
def find_conflicts(run: int) -> None:
    """Runs an overlay rule. Called again, it begins where nothing was written, or ends.

    A run whose rule is gone has nothing to do.
    """
    row = ConflictRun.objects.filter(pk=run).first()
    if row and not running.carry_out(row).has_ended:
        raise StillAtWork


@app.periodic(cron="*/5 * * * *")
@app.task(name="layers.run_stale_rules", queueing_lock="layers.run_stale_rules")
def run_stale_rules(timestamp: int) -> None:
    """Overlay rules follow their layers: a new version is compared by itself."""
    for rule in running.stale_rules():
        running.begin(rule, by=None, then=lambda run: find_conflicts.defer(run=run.pk))


@app.task(name="layers.show_conflicts")
def show_conflicts(rule: int) -> None:
    """Draws anew what is still to be settled."""
    rows = OverlayRule.objects.select_related("left", "right")
    if row := rows.filter(pk=rule).first():
        running.show_again(row)


def show_conflicts_soon(rule: OverlayRule) -> None:
    """Once for all that is decided within a minute."""
    job = show_conflicts.configure(
        queueing_lock=f"layers.show_conflicts.{rule.pk}", schedule_in={"minutes": 1}
    )
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(rule=rule.pk)
