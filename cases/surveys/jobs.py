"""Jobs of the surveys."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from cases.surveys import reminding

logger = logging.getLogger(__name__)


@app.periodic(cron="5 8 * * *")
@app.task(name="cases.remind_of_surveys", queueing_lock="cases.remind_of_surveys")
def remind_of_surveys(timestamp: int) -> None:
    """Every morning: surveys that end soon and are not finished are told."""
    logger.info("%d surveys told", reminding.remind(timezone.localdate()))
