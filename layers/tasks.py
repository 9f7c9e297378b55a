"""Jobs of the one map: those of its rooms, and what takes up a job that was left."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.manager import JobManager

# Read by the worker, which looks for jobs in this module only.
from layers.conflicts import jobs as jobs_of_conflicts  # noqa: F401
from layers.corrections import jobs as jobs_of_corrections  # noqa: F401
from layers.imports import jobs as jobs_of_imports  # noqa: F401
from layers.versions import jobs as jobs_of_versions  # noqa: F401

logger = logging.getLogger(__name__)

# A worker says every 10 s that it lives; its job is taken up by another after this.
SILENT_SECONDS = 30


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
