"""The registers are counted anew each night, and when somebody asks for a district."""

import logging

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from offices.quality import counting

logger = logging.getLogger(__name__)
AGAIN = RetryStrategy(max_attempts=5, wait=60, retry_exceptions={OperationalError})
TASK = "offices.count_quality"


@app.periodic(cron="40 2 * * *")
@app.task(name=TASK, queueing_lock=TASK, retry=AGAIN)
def count_quality(timestamp: int) -> None:
    """Called again, it counts again: the same figures for the same registers."""
    logger.info("%d figures of quality counted", counting.count())
