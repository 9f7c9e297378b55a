"""A run is carried out: its file read apart, checked, and written as a version.

Once, however often and by however many workers `carry_out` is called.
"""

import logging
import tempfile
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction

from accounts.robots import robot
from layers.alone import alone
from layers.imports import asking, columns
from layers.imports.job import job_of
from layers.imports.report import ASKABLE, Cancelled, Progress, Report
from layers.models import ImportRun
from layers.reading import process
from layers.reading.trouble import Trouble
from layers.versions import publishing
from layers.versions.staging import Staging

# First key of the advisory lock that a run's worker holds; the second is the run's.
LOCK = 20_180_301
log = logging.getLogger(__name__)


def carry_out(
    run: ImportRun,
    *,
    limits: process.Limits | None = None,
    progress: Progress | None = None,
) -> ImportRun:
    """Do a run's work and write its report; a run that has ended is left alone.

    ``progress`` hears rows read and rows in all. A file's trouble ends the run as
    failed; it is not raised. A run that somebody cancels stops at the next batch.
    """
    with alone(LOCK, run.pk) as mine:
        run.refresh_from_db()
        if not mine or run.has_ended:
            return run
        begun = time.monotonic()
        try:
            _carry_out(run, Report(run, progress), limits or usual_limits())
        except Cancelled:
            run.refresh_from_db()
        log.info("%s: %s, %.1f s", run, run.status, time.monotonic() - begun)
    return run


def usual_limits() -> process.Limits:
    """What the settings let the reading of one file cost."""
    return process.Limits(
        memory=settings.IMPORT_MEMORY,
        processor=settings.IMPORT_SECONDS,
        time=settings.IMPORT_SECONDS,
        disk=settings.IMPORT_LIMITS["max_unpacked"],
    )


def _carry_out(run: ImportRun, report: Report, limits: process.Limits) -> None:
    report.begin()
    try:
        _import(run, report, limits)
    except Trouble as trouble:
        report.fail(trouble)
    except (OperationalError, Cancelled):
        # The database went away: the job comes again. Or nobody wants it any more.
        raise
    except Exception:
        # Whoever sent the file must not wait for ever for what cannot end.
        log.exception("%s broke off", run)
        report.fail(Trouble("failed"))


def _import(run: ImportRun, report: Report, limits: process.Limits) -> None:
    source = Path(settings.VAR) / run.path
    if not source.is_file():
        raise Trouble("file_gone")
    with tempfile.TemporaryDirectory() as scratch:
        job = job_of(run, source, Path(scratch))
        try:
            if run.options.get("look"):
                raise Trouble("columns_to_check")
            drafted = _draft(run, report, job, limits)
        except Trouble as trouble:
            report.hear_trouble(trouble)
            again = _apart(job, "again")
            if trouble.code in ASKABLE:
                report.content["found"] = asking.look(again, limits, trouble)
            elif trouble.code == "no_good_rows":
                report.keep_refused(again, limits)
            raise
        report.keep_refused(_apart(job, "refused"), limits)
    # A draft may have to be compared again.
    if run.by is None or not drafted.differs:
        source.unlink()


def _apart(job: dict[str, Any], name: str) -> dict[str, Any]:
    """The same job, with a folder where nothing is unpacked yet."""
    folder = Path(job["folder"]) / name
    folder.mkdir()
    return {**job, "folder": str(folder)}


def _draft(
    run: ImportRun, report: Report, job: dict[str, Any], limits: process.Limits
) -> publishing.Drafted:
    """Reads into staging in small steps, then writes draft and report in one."""
    with Staging.of(run.layer) as staging:
        if run.options.get("part"):
            staging.keep_others()
        with closing(process.read(job, limits)) as heard:
            for item in heard:
                if isinstance(item, process.Rows):
                    staging.copy(item.text)
                else:
                    report.hear(item)
        staging.index()
        with transaction.atomic():
            drafted = publishing.draft(
                staging,
                _source_of(run),
                by=run.by or robot(),
                act_id=run.uuid,
                at_once=run.by is None,
            )
            columns.remember(run)
            report.finish(drafted)
    return drafted


def _source_of(run: ImportRun) -> publishing.Source:
    day = run.options.get("as_of")
    as_of = date.fromisoformat(day) if day else None
    return publishing.Source(run.source_name, run.sha256, as_of)
