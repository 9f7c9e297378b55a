"""Jobs of the review."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from cases.reviewing import drawing

logger = logging.getLogger(__name__)


@app.periodic(cron="20 * * * *")
@app.task(name="cases.draw_samples", queueing_lock="cases.draw_samples")
def draw_samples(timestamp: int) -> None:
    """Every hour: rules draw from the periods that are over; each of them once."""
    if count := drawing.draw_due(timezone.localdate()):
        logger.info("%d closed cases drawn", count)
