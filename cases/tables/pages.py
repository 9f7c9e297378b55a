"""What every page of a sent table needs."""

from typing import Any

from django.http import StreamingHttpResponse

from cases.models import SentTable
from cases.tables import keeping
from cases.tables.carrying import BAD
from govmap.lib.errors import NotFound

SHOWN = 500  # rows of a report on a page


def run_context(run: SentTable) -> dict[str, Any]:
    """Its state, counts and first rows; refused ones first."""
    told = sum(n for n in run.counts.values() if isinstance(n, int))
    return {
        "run": run,
        "sheet": run,
        "counts": run.counts,
        "lines": run.lines[:SHOWN],
        "left_out": max(0, told - len(run.lines[:SHOWN])),
        "has_refused": bool(run.counts.get(BAD)) and keeping.refused_path(run).exists(),
    }


def refused_answer(run: SentTable) -> StreamingHttpResponse:
    """The refused rows as a CSV, opened chunk by chunk. Raises NotFound."""
    path = keeping.refused_path(run)
    if not path.exists():
        raise NotFound
    answer = StreamingHttpResponse(
        keeping.opened(path), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="refused-{run.uuid}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
