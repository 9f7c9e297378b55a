"""Jobs of the exports."""

import logging

from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from govmap.lib.errors import DomainError
from workflow import export_files
from workflow.exporting import TASK
from workflow.models import Export

logger = logging.getLogger(__name__)


@app.task(
    name=TASK,
    retry=RetryStrategy(max_attempts=20, wait=15, retry_exceptions={OperationalError}),
)
def make_export(export: int) -> None:
    """Make the file. Called again after a worker died, it is made from the start."""
    row = Export.objects.select_related("by", "unit").get(pk=export)
    try:
        export_files.make(row)
    except (DomainError, OSError, ValueError) as error:
        # Whoever asked sees that there will be none; the log says why.
        logger.exception("export %s", row.number)
        row.trouble = str(error)[:200] or type(error).__name__
        row.save(update_fields=["trouble"])


@app.periodic(cron="37 3 * * *")
@app.task(name="workflow.sweep_exports", queueing_lock="workflow.sweep_exports")
def sweep_exports(timestamp: int) -> None:
    """Every night: files go whose days are over."""
    removed = 0
    while found := export_files.sweep(timezone.now()):
        removed += found
    logger.info("%d files of exports removed", removed)
