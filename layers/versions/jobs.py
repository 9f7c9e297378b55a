"""Jobs of versions."""

import logging

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from layers.models import PendingAct
from layers.versions import acts, publishing

logger = logging.getLogger(__name__)


@app.task(
    name=acts.TASK,
    retry=RetryStrategy(max_attempts=200, wait=15, retry_exceptions={OperationalError}),
)
def carry_out_act(pending: int) -> None:
    """Publishes or withdraws what takes long, in the name of who asked for it."""
    acts.carry_out(PendingAct.objects.select_related("by").get(pk=pending))


@app.periodic(cron="17 3 * * *")
@app.task(name="layers.sweep_drafts", queueing_lock="layers.sweep_drafts")
def sweep_drafts(timestamp: int) -> None:
    """What a draft changed is no longer needed once its life is over."""
    removed = publishing.sweep_drafts()
    logger.info("%d rows of old drafts removed", removed)
