"""The jobs of tracks."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from cases.track import keeping

logger = logging.getLogger(__name__)


@app.periodic(cron="7 3 * * *")
@app.task(name="cases.sweep_tracks", queueing_lock="cases.sweep_tracks")
def sweep_tracks(timestamp: int) -> None:
    """Every night: positions go whose days are over."""
    removed = 0
    while found := keeping.sweep(timezone.now()):
        removed += found
    logger.info("%d positions removed", removed)
