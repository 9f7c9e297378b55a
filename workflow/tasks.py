"""Jobs of the engine."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from workflow import attachments

logger = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(name="workflow.sweep_files", queueing_lock="workflow.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Every night: files that no row has named for a day go."""
    logger.info("%d unnamed files removed", attachments.sweep(timezone.now()))
