"""Jobs of comparisons."""

import logging
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from cases.models import SentTable
from cases.tables import carrying
from cases.tables.carrying import ended_or_again
from layers.alone import StillAtWork
from offices.comparison import reminding, running
from offices.models import ComparisonRound

logger = logging.getLogger(__name__)
KEPT_DAYS = 6  # a day before the file itself is swept
AGAIN = RetryStrategy(
    max_attempts=200, wait=15, retry_exceptions={OperationalError, StillAtWork}
)


@app.task(name=running.TASK, retry=AGAIN)
def carry_out_comparison(run: int) -> None:
    """Called again, it begins anew: nothing of it was written."""
    rows = ComparisonRound.objects.select_related("by", "source__owner")
    ended_or_again(running.carry_out(rows.get(pk=run)))


@app.periodic(cron="41 3 * * *")
@app.task(name="offices.sweep_comparisons", queueing_lock="offices.sweep_comparisons")
def sweep_comparisons(timestamp: int) -> None:
    """Every night: lists that were compared and that nobody took are cancelled."""
    logger.info("%d lists cancelled that nobody took", sweep())


def sweep() -> int:
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    stale = ComparisonRound.objects.filter(
        status=SentTable.Status.LOOKED, ended_at__lt=before
    )
    for run in (rows := list(stale)):
        carrying.cancel(run)
    return len(rows)


@app.periodic(cron="7 8 * * *")
@app.task(name="offices.remind_of_lists", queueing_lock="offices.remind_of_lists")
def remind_of_lists(timestamp: int) -> None:
    """Every morning: lists that should have come. Called again it tells nobody."""
    if late := reminding.remind():
        logger.info("%d lists are late", late)
