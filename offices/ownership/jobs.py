"""Proposals that are soon due or overdue: told once, to the owner and its leader."""

import logging

from procrastinate.contrib.django import app

from offices.registers import proposing

logger = logging.getLogger(__name__)


@app.periodic(cron="10,40 * * * *")
@app.task(name="offices.proposals_due", queueing_lock="offices.proposals_due")
def proposals_due(timestamp: int) -> None:
    """Called again it tells nobody twice."""
    told = proposing.remind()
    if told:
        logger.info("%d people told of corrections that wait", told)
