"""Jobs of the one map."""

import contextlib
import logging
from datetime import timedelta

from django.db import OperationalError, transaction
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager

from layers import conflicts, corrections, importing
from layers.models import ConflictRun, ImportRun, OverlayRule, PendingAct, Version
from layers.versions import acts, publishing

logger = logging.getLogger(__name__)

# A worker says every 10 s that it lives; its job is taken up by another after this.
SILENT_SECONDS = 30
KEPT_DAYS = 7


class StillAtWork(Exception):
    """Another worker holds this import; whether it ends well must be seen."""


@app.task(
    name="layers.import_file",
    retry=RetryStrategy(
        max_attempts=200, wait=15, retry_exceptions={OperationalError, StillAtWork}
    ),
)
def import_file(run: int) -> None:
    """Imports a waiting file. Called again, it goes on where work is left, or ends."""
    rows = ImportRun.objects.select_related("layer", "by")
    if not importing.carry_out(rows.get(pk=run)).has_ended:
        raise StillAtWork


@app.task(
    name="layers.follow_version",
    retry=RetryStrategy(max_attempts=50, wait=15, retry_exceptions={OperationalError}),
)
def follow_version(version: int) -> None:
    """Answers the corrections that a version corrects, or that its draft held."""
    corrections.follow(Version.objects.select_related("layer").get(pk=version))


@app.periodic(cron="* * * * *")
@app.task(
    name="layers.take_up_stalled_jobs",
    queueing_lock="layers.take_up_stalled_jobs",
    pass_context=True,
)
async def take_up_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """A killed worker leaves its job as being done: any job is idempotent, so again."""
    await take_up(context.app.job_manager, silent=SILENT_SECONDS)


async def take_up(manager: JobManager, *, silent: float) -> int:
    """Queue again what workers hold that said nothing for ``silent`` seconds."""
    jobs = list(await manager.get_stalled_jobs(seconds_since_heartbeat=silent))
    for job in jobs:
        logger.warning("job %s (%s) lost its worker; again", job.id, job.task_name)
        await manager.retry_job(job)
    return len(jobs)


@app.periodic(cron="47 3 * * *")
@app.task(name="layers.sweep_imports", queueing_lock="layers.sweep_imports")
def sweep_imports(timestamp: int) -> None:
    """Files of failed imports may be tried again for a week."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    removed = importing.sweep(before)
    logger.info("%d files of old imports removed", removed)


@app.task(
    name=acts.TASK,
    retry=RetryStrategy(max_attempts=200, wait=15, retry_exceptions={OperationalError}),
)
def carry_out_act(pending: int) -> None:
    """Publishes or withdraws what takes long, in the name of who asked for it."""
    acts.carry_out(PendingAct.objects.select_related("by").get(pk=pending))


@app.periodic(cron="17 3 * * *")
@app.task(name="layers.sweep_drafts", queueing_lock="layers.sweep_drafts")
def sweep_drafts(timestamp: int) -> None:
    """What a draft changed is no longer needed once its life is over."""
    removed = publishing.sweep_drafts()
    logger.info("%d rows of old drafts removed", removed)


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
    if row and not conflicts.carry_out(row).has_ended:
        raise StillAtWork


@app.periodic(cron="*/5 * * * *")
@app.task(name="layers.run_stale_rules", queueing_lock="layers.run_stale_rules")
def run_stale_rules(timestamp: int) -> None:
    """Overlay rules follow their layers: a new version is compared by itself."""
    for rule in conflicts.stale_rules():
        conflicts.begin(
            rule, by=None, then=lambda run: find_conflicts.defer(run=run.pk)
        )


@app.task(name="layers.show_conflicts")
def show_conflicts(rule: int) -> None:
    """Draws anew what is still to be settled."""
    rows = OverlayRule.objects.select_related("left", "right")
    if row := rows.filter(pk=rule).first():
        conflicts.show_again(row)


def show_conflicts_soon(rule: OverlayRule) -> None:
    """Once for all that is decided within a minute."""
    job = show_conflicts.configure(
        queueing_lock=f"layers.show_conflicts.{rule.pk}", schedule_in={"minutes": 1}
    )
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(rule=rule.pk)
