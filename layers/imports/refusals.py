"""The refused rows as a file, to be corrected and sent again."""

import json
import logging
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings

from layers.imports import reasons
from layers.models import ImportRun
from layers.reading import process
from layers.reading.job import EXTRACT
from layers.reading.sniffing import EXCEL, TEXT
from layers.reading.trouble import Trouble

CSV, GEOPACKAGE = SUFFIXES = (".csv", ".gpkg")
PENDING = "pending"  # still being made, after the report
log = logging.getLogger(__name__)


def path_of(run: ImportRun) -> Path:
    """Beside the run's own file, and swept as it is."""
    return (Path(settings.VAR) / run.path).with_suffix(".refused")


def write(
    run: ImportRun,
    job: dict[str, Any],
    refused: list[dict[str, Any]],
    limits: process.Limits,
    *,
    source: str,
) -> str:
    """Makes the file of the rows that were refused one by one; answers its suffix.

    ``source`` is the format that they came in.

    None is made (and "" answered) where nothing was refused, or the reading process
    cannot: the report stands without it.
    """
    if not refused:
        return ""
    rows, target = Path(job["folder"]) / "rows.json", path_of(run)
    texts = {str(row["row"]): reasons.of_row(row) for row in refused}
    rows.write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
    target.unlink(missing_ok=True)
    told = {**job, "mode": EXTRACT, "rows": str(rows), "target": str(target)}
    try:
        with closing(process.read(told, limits)) as heard:
            for _said in heard:
                pass
        return CSV if source in {TEXT, EXCEL} else GEOPACKAGE
    except Trouble as trouble:
        log.warning("%s: refused rows could not be written: %s", run, trouble)
    target.unlink(missing_ok=True)
    return ""
