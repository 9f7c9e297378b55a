"""Jobs of imports."""

import logging
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from layers.alone import StillAtWork
from layers.imports import carrying, intake
from layers.models import ImportRun

logger = logging.getLogger(__name__)

KEPT_DAYS = 7


@app.task(
    name="layers.import_file",
    retry=RetryStrategy(
        max_attempts=200, wait=15, retry_exceptions={OperationalError, StillAtWork}
    ),
)
def import_file(run: int) -> None:
    """Imports a waiting file. Called again, it goes on where work is left, or ends."""
    rows = ImportRun.objects.select_related("layer", "by")
    if not carrying.carry_out(rows.get(pk=run)).has_ended:
        raise StillAtWork


@app.periodic(cron="47 3 * * *")
@app.task(name="layers.sweep_imports", queueing_lock="layers.sweep_imports")
def sweep_imports(timestamp: int) -> None:
    """Files of failed imports may be tried again for a week."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    removed = intake.sweep(before)
    logger.info("%d files of old imports removed", removed)
