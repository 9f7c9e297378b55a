"""Jobs of the evaluation."""

import logging

from procrastinate.contrib.django import app

from cases.evaluation import reports
from cases.models import EvaluationReport
from govmap.lib.pdf import CannotSet

logger = logging.getLogger(__name__)


@app.task(name="cases.make_report")
def make_report(report: int) -> None:
    """Make the file of a report. Done twice, it is the same file."""
    row = EvaluationReport.objects.select_related("street").get(pk=report)
    try:
        reports.make(row)
    except (OSError, CannotSet) as error:
        # Whoever asked sees that there will be none; the log says why.
        logger.exception("report %s", row.uuid)
        row.trouble = type(error).__name__
        row.save(update_fields=["trouble"])
