"""Jobs of the one map."""

import logging
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from layers import importing
from layers.models import ImportRun

logger = logging.getLogger(__name__)

# A worker says every 10 s that it lives; its job is taken up by another after this.
SILENT_SECONDS = 30
KEPT_DAYS = 7


@app.task(
    name="layers.import_file",
    retry=RetryStrategy(max_attempts=5, wait=10, retry_exceptions={OperationalError}),
)
def import_file(run: int) -> None:
    """Imports a waiting file. Called again, it goes on where work is left, or ends."""
    importing.carry_out(ImportRun.objects.select_related("layer", "by").get(pk=run))


@app.periodic(cron="* * * * *")
@app.task(
    name="layers.take_up_stalled_jobs",
    queueing_lock="layers.take_up_stalled_jobs",
    pass_context=True,
)
async def take_up_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """A killed worker leaves its job as being done: any job is idempotent, so again."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        logger.warning("job %s (%s) lost its worker; again", job.id, job.task_name)
        await manager.retry_job(job)


@app.periodic(cron="47 3 * * *")
@app.task(name="layers.sweep_imports", queueing_lock="layers.sweep_imports")
def sweep_imports(timestamp: int) -> None:
    """Files of failed imports may be tried again for a week."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    removed = importing.sweep(before)
    logger.info("%d files of old imports removed", removed)
