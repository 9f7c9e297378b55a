"""Jobs of imports."""

import logging
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cases.models import SentTable
from cases.tables.carrying import ended_or_again
from layers.alone import StillAtWork
from offices.models import RegisterImport, StagedRow
from offices.registers.importing import running

logger = logging.getLogger(__name__)
KEPT_DAYS = 6  # a day before the file itself is swept
AGAIN = RetryStrategy(
    max_attempts=200, wait=15, retry_exceptions={OperationalError, StillAtWork}
)


@app.task(name=running.TASK, retry=AGAIN)
def carry_out_register_import(run: int) -> None:
    """Called again, it goes on after the last portion that was written."""
    rows = RegisterImport.objects.select_related("by")
    ended_or_again(running.carry_out(rows.get(pk=run)))


@app.periodic(cron="37 3 * * *")
@app.task(
    name="offices.sweep_register_imports",
    queueing_lock="offices.sweep_register_imports",
)
def sweep_register_imports(timestamp: int) -> None:
    """Every night: sheets that nobody took are cancelled, and their rows go."""
    logger.info("%d sheets cancelled that nobody took", sweep())


def sweep() -> int:
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    stale = RegisterImport.objects.filter(
        status=SentTable.Status.LOOKED, ended_at__lt=before
    )
    count = 0
    for run in stale:
        running.cancel(run)
        count += 1
    open_ = (*SentTable.UNDER_WAY, SentTable.Status.LOOKED)
    kept = RegisterImport.objects.filter(status__in=open_).values("pk")
    StagedRow.objects.exclude(run__in=kept).delete()
    return count
