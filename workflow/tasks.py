"""Jobs of the engine."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from workflow import (
    attachments,
    calendar_moves,
    calendar_years,
    export_jobs,
    ladder,
    notices,
    partial,
)
from workflow.channels import jobs as channel_jobs
from workflow.knowledge import writing as knowledge
from workflow.papers import jobs as paper_jobs

# What is kept elsewhere is found from here.
__all__ = ["channel_jobs", "export_jobs", "paper_jobs"]

logger = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(name="workflow.sweep_files", queueing_lock="workflow.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Every night: files that no row has named for a day go, and halves of some."""
    now = timezone.now()
    swept = attachments.sweep(now) + partial.sweep(now)
    logger.info("%d unnamed files removed", swept)


@app.periodic(cron="* * * * *")
@app.task(name="workflow.climb_ladder", queueing_lock="workflow.climb_ladder")
def climb_ladder(timestamp: int) -> None:
    """Every minute: pauses end whose day has come, then limits climb their ladder."""
    now = timezone.now()
    resumed, seen = ladder.resume_due(now), ladder.climb(now)
    if resumed or seen:
        logger.info("%d pauses ended, %d limits looked at", resumed, seen)


@app.task(name=calendar_moves.TASK)
def recompute_deadlines(provisional: bool) -> None:
    """After a change of the calendar. Called again, it finds what is left."""
    moved = calendar_moves.recompute(provisional=provisional)
    logger.info("%d limits moved with the calendar", moved)


@app.periodic(cron="27 3 * * *")
@app.task(name="workflow.look_ahead", queueing_lock="workflow.look_ahead")
def look_ahead(timestamp: int) -> None:
    """Every night: a year without holidays is told, old notices go, articles to be
    reviewed are named to their owners."""
    knowledge.remind(timezone.localdate())
    calendar_years.tell_ahead(timezone.localdate())
    logger.info("%d old notices removed", notices.sweep(timezone.now()))
