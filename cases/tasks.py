"""Jobs of the cases."""

import logging

from procrastinate.contrib.django import app

from cases import table_jobs
from cases.evaluation import jobs, totals
from cases.reviewing import jobs as reviewing_jobs
from cases.surveys import jobs as survey_jobs
from cases.track import jobs as track_jobs

# What is kept elsewhere is found from here.
__all__ = [
    "fold_counts",
    "jobs",
    "reviewing_jobs",
    "survey_jobs",
    "table_jobs",
    "track_jobs",
]
logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="cases.fold_counts", queueing_lock="cases.fold_counts")
def fold_counts(timestamp: int) -> None:
    """Every minute: what acts counted goes into the totals of days and months."""
    while folded := totals.fold():
        logger.info("%d counts folded", folded)
