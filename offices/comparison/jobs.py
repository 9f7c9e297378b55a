"""Jobs of comparisons."""

import logging

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cases.tables.carrying import ended_or_again
from layers.alone import StillAtWork
from offices.comparison import reminding, running
from offices.models import ComparisonRound

logger = logging.getLogger(__name__)
AGAIN = RetryStrategy(
    max_attempts=200, wait=15, retry_exceptions={OperationalError, StillAtWork}
)


@app.task(name=running.TASK, retry=AGAIN)
def carry_out_comparison(run: int) -> None:
    """Called again, it begins anew: nothing of it was written."""
    rows = ComparisonRound.objects.select_related("by", "source__owner")
    ended_or_again(running.carry_out(rows.get(pk=run)))


@app.periodic(cron="7 8 * * *")
@app.task(name="offices.remind_of_lists", queueing_lock="offices.remind_of_lists")
def remind_of_lists(timestamp: int) -> None:
    """Every morning: lists that should have come. Called again it tells nobody."""
    if late := reminding.remind():
        logger.info("%d lists are late", late)
