"""Jobs of modules: reminders of the day, tables that were sent."""

import logging

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cases.tables.carrying import ended_or_again
from layers.alone import StillAtWork
from offices.models.record_trace import RecordTable
from offices.modules import reminders, tables

logger = logging.getLogger(__name__)
AGAIN = RetryStrategy(
    max_attempts=200, wait=15, retry_exceptions={OperationalError, StillAtWork}
)


@app.periodic(cron="*/20 * * * *")
@app.task(name="offices.remind", queueing_lock="offices.remind")
def remind(timestamp: int) -> None:
    """Tell of days that have come near. Called again it tells nobody twice."""
    told = reminders.tell()
    if told:
        logger.info("%d people told of days that are due", told)


@app.task(name=tables.TASK, retry=AGAIN)
def carry_out_table(run: int) -> None:
    """Called again, it goes on where work is left, or ends."""
    rows = RecordTable.objects.select_related("by", "module__application")
    ended_or_again(tables.carry_out(rows.get(pk=run)))
