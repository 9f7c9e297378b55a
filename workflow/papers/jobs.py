"""Files of papers that take longer than anybody waits."""

import logging

from procrastinate.contrib.django import app

from govmap.lib.pdf import CannotSet
from workflow.models import PaperBatch, PrintedPaper
from workflow.papers import files

logger = logging.getLogger(__name__)


@app.task(name="workflow.make_paper")
def make_paper(paper: int) -> None:
    """Make the file of one paper. Done twice, it is the same file."""
    row = PrintedPaper.objects.select_related("template").get(pk=paper)
    try:
        files.make(row)
    except (OSError, CannotSet) as error:
        # Whoever printed sees that there is none yet; the log says why.
        logger.exception("paper %s", row.uuid)
        row.trouble = type(error).__name__
        row.save(update_fields=["trouble"])


@app.task(name="workflow.make_batch")
def make_batch(batch: int) -> None:
    """Make the one file of papers that were printed together."""
    row = PaperBatch.objects.get(pk=batch)
    try:
        files.make_batch(row)
    except (OSError, CannotSet) as error:
        logger.exception("papers %s", row.uuid)
        row.trouble = type(error).__name__
        row.save(update_fields=["trouble"])


def make_now_or_soon(paper: PrintedPaper) -> None:
    """A small one at once; a long one, or one that failed, by a job."""
    if paper.made_at:
        return
    if files.is_small(paper):
        try:
            files.make(paper, files.WAITS)
            return
        except CannotSet:
            logger.exception("paper %s", paper.uuid)
    make_paper.defer(paper=paper.pk)
