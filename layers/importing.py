"""A file on its way in: kept, read apart, checked, and written as a version.

`begin` keeps an upload and makes its run; `carry_out` does the run's work, once,
however often and by however many workers it is called.
"""

import hashlib
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Site, User
from accounts.robots import robot
from govmap.lib.errors import BadInput, Conflict, NotFound
from layers import asking, columns, geocoding, refusals, shifted, systems
from layers.imports import reasons
from layers.models import ImportRun, Layer, Region
from layers.reading import process
from layers.reading.trouble import Trouble
from layers.versions import publishing, quality, registers
from layers.versions.staging import Staging
from workflow.models import Phase

# First key of the advisory lock that a run's worker holds; the second is the run's.
LOCK = 20_180_301
MAX_REFUSALS = 1000
# Around the district's box, degrees: a provider's file runs over the border.
MARGIN = 0.1
AROUND_CENTRE = 0.5
CHINA = (73.0, 3.0, 136.0, 54.0)
log = logging.getLogger(__name__)


class TooLarge(BadInput):
    """The file is larger than one import may be. Split it."""

    message = gettext_noop("The file is larger than one import may be. Split it.")


class Cancelled(Exception):
    """Somebody cancelled the run while it was being carried out."""


def folder() -> Path:
    """Where uploads wait for their worker."""
    return Path(settings.VAR) / "imports"


def begin(
    layer: Layer,
    file: BinaryIO,
    *,
    name: str,
    uuid: UUID,
    by: User | None,
    options: dict[str, Any] | None = None,
    then: Callable[[ImportRun], object] | None = None,
) -> ImportRun:
    """Keep a file and its run. The same ``uuid`` again answers the run it made.

    ``then`` is called with a new run in the transaction that makes it: a job.
    """
    if done := ImportRun.objects.filter(uuid=uuid).first():
        return _same(done, layer, by)
    path, digest = _keep(file)
    values = {
        "layer": layer,
        "by": by,
        "source_name": Path(name).name[-200:],
        "path": str(path.relative_to(settings.VAR)),
        "sha256": digest,
        "options": options or {},
    }
    with transaction.atomic():
        run, made = ImportRun.objects.get_or_create(uuid=uuid, defaults=values)
        if made and then:
            then(run)
    return run if made else _same(run, layer, by)


def _same(run: ImportRun, layer: Layer, by: User | None) -> ImportRun:
    if run.by != by:
        raise NotFound
    if run.layer != layer:
        raise Conflict
    return run


def _keep(file: BinaryIO) -> tuple[Path, str]:
    """Where the file was kept, under a name of our own, and its SHA-256."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as copy:
        path = Path(copy.name)
        while chunk := file.read(1 << 20):
            size += len(chunk)
            if size > settings.IMPORT_MAX_BYTES:
                path.unlink()
                raise TooLarge
            digest.update(chunk)
            copy.write(chunk)
    return path, digest.hexdigest()


# What more can be told of the same file to get it in.
ASKABLE = {
    *("no_crs", "crs_unheard_of", "crs_datum", "lands_elsewhere", "several_layers"),
    *("encoding_unknown", "encoding_unheard_of", "encoding_does_not_fit"),
    *("no_such_field", "no_places", "columns_to_check"),
}
Progress = Callable[[int, int | None], None]


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
    with _alone(run) as mine:
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


def _carry_out(run: ImportRun, report: "Report", limits: process.Limits) -> None:
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


@contextmanager
def _alone(run: ImportRun) -> Iterator[bool]:
    """False where another worker is at this run. A dead worker's lock goes with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, run.pk])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, run.pk])


def _import(run: ImportRun, report: "Report", limits: process.Limits) -> None:
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
    run: ImportRun, report: "Report", job: dict[str, Any], limits: process.Limits
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


def job_of(run: ImportRun, source: Path, scratch: Path) -> dict[str, Any]:
    """What the reading process is told (fields of ``reading.reader.Job``)."""
    layer, options = run.layer, run.options
    known = columns.remembered(run)
    days = registers.days(layer)
    schema = [
        {**entry, "type": "date"} if entry["name"] in days else entry
        for entry in layer.schema
    ]
    return {
        "path": str(source),
        "folder": str(scratch),
        "name": run.source_name,
        "geometry": layer.geometry,
        "key": layer.key,
        "schema": schema,
        "layer": options.get("layer") or "",
        "crs": options.get("crs") or "",
        "usual_crs": layer.source_crs,
        "encoding": options.get("encoding") or "",
        "usual_encoding": layer.source_encoding,
        "systems": systems.definitions(),
        "mapping": options.get("columns", known.get("fields")) or {},
        "places": options.get("places", known.get("places")) or {},
        "ground": None if options.get("anywhere") else list(ground()),
        "geocode": str(geocoding.write(layer, source, scratch) or ""),
        "cells": str(_write_cells(layer, scratch) or ""),
        **settings.IMPORT_LIMITS,
    }


def _write_cells(layer: Layer, scratch: Path) -> Path | None:
    """The open cells for the reading process; None where rows lie in none."""
    if layer.feeds in {Layer.Feeds.REGIONS, Layer.Feeds.CELLS}:
        return None
    path = scratch / "cells.txt"
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY (SELECT code, encode(ST_AsBinary(geometry), 'hex')"
            " FROM layers_gridcell WHERE upper_inf(valid) ORDER BY code) TO STDOUT"
        ) as copy,
        path.open("wb") as file,
    ):
        for part in copy:
            file.write(part)
    return path


def ground() -> tuple[float, float, float, float]:
    """West, south, east, north of where this site's rows must lie, in degrees."""
    site = Site.objects.first()
    if site is None:
        return CHINA
    if region := Region.objects.filter(unit=site.district_id).first():
        west, south, east, north = region.geometry.extent
        return (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
    x, y = site.center
    around = AROUND_CENTRE
    return (x - around, y - around, x + around, y + around)


class Report:
    """What a run says of itself, kept on its row as it goes."""

    def __init__(self, run: ImportRun, progress: Progress | None) -> None:
        self.run = run
        self.progress = progress
        self.begun = time.monotonic()
        self.content: dict[str, Any] = {"refusals": [], "repairs": []}
        self.reasons: Counter[str] = Counter()
        # For the file of refused rows; the report lists only the first.
        self.refused: list[dict[str, Any]] = []

    def begin(self) -> None:
        self._save(
            status=ImportRun.Status.RUNNING,
            rows_read=0,
            rows_total=None,
            report={},
            message="",
        )

    def hear(self, said: process.Said) -> None:
        content = said.content
        if said.kind == "start":
            self.content |= content
            self._save(rows_total=content["total"])
        elif said.kind == "read":
            self._save(rows_read=content["rows"])
            if self.progress:
                self.progress(content["rows"], self.run.rows_total)
        elif said.kind == "refused":
            self._refuse(content["rows"])
        elif said.kind == "repaired":
            self.content["repairs"] += content["rows"]
        elif said.kind == "end":
            told = ("read", "repaired", "notes")
            self.content |= {key: content[key] for key in told if key in content}
            self.reasons.update(content["reasons"])

    def finish(self, drafted: publishing.Drafted) -> None:
        """In the transaction that writes the draft: both stand or neither."""
        difference = drafted.difference
        self._refuse(drafted.refused)
        self.reasons.update(refusal["code"] for refusal in drafted.refused)
        refused = sum(self.reasons.values())
        written = difference.added + difference.changed
        self.content |= {
            "written": written,
            "added": difference.added,
            "changed": difference.changed,
            "moved": difference.moved,
            "differs": drafted.differs,
            "closed": difference.closed,
            "kept": difference.kept,
            "unchanged": self.content["read"] - refused - written,
            "refused": refused,
            "reasons": dict(self.reasons.most_common()),
            "refused_file": refusals.PENDING if self.content["refusals"] else "",
        }
        if drafted.differs:
            quality.tell(drafted.version, self.content)
            self.content["looks_shifted"] = shifted.suspected(drafted.version)
        self._end(ImportRun.Status.DONE, version=drafted.version)

    def hear_trouble(self, trouble: Trouble) -> None:
        """Rows that it names were refused."""
        refused = trouble.details.pop("refused", [])
        self._refuse(refused)
        self.reasons.update(refusal["code"] for refusal in refused)

    def keep_refused(self, job: dict[str, Any], limits: process.Limits) -> None:
        """Makes the file of the refused rows; a report that stands is told of it."""
        self.content["refused_file"] = refusals.write(
            self.run,
            job,
            self.refused,
            limits,
            source=self.content.get("format", ""),
        )
        if self.run.has_ended:
            self.run.report = self.content
            self.run.save(update_fields=["report"])

    def fail(self, trouble: Trouble) -> None:
        # What a page asks with stands in "found".
        plain = {
            name: value
            for name, value in trouble.details.items()
            if name not in {"layers", "columns"}
        }
        self.content |= {
            "trouble": {"code": trouble.code, "details": plain},
            "refused": sum(self.reasons.values()),
            "reasons": dict(self.reasons.most_common()),
        }
        message = reasons.of_file(trouble.code, trouble.details)
        asks = trouble.code in ASKABLE
        status = ImportRun.Status.ASKING if asks else ImportRun.Status.FAILED
        self._end(status, message=message)

    def _refuse(self, rows: list[dict[str, Any]]) -> None:
        self.refused.extend(rows)
        kept = self.content["refusals"]
        kept.extend(rows[: MAX_REFUSALS - len(kept)])

    def _end(self, status: str, **values: Any) -> None:
        self.content["seconds"] = round(time.monotonic() - self.begun, 1)
        self._save(
            status=status, report=self.content, ended_at=timezone.now(), **values
        )

    def _save(self, **values: Any) -> None:
        """Raises Cancelled: in the draft's transaction, so that none of it stays."""
        run = ImportRun.objects.filter(pk=self.run.pk, status__in=ImportRun.UNDER_WAY)
        if not run.update(**values):
            raise Cancelled
        for name, value in values.items():
            setattr(self.run, name, value)


def sweep(before: datetime) -> int:
    """Remove files that no import and no draft needs; says how many."""
    needed = ImportRun.objects.exclude(status__in=ImportRun.ENDED)
    needed |= ImportRun.objects.exclude(version__state__phase=Phase.DONE).filter(
        version__isnull=False
    )
    keep = {Path(settings.VAR) / path for path in needed.values_list("path", flat=True)}
    removed = 0
    for path in folder().glob("*"):
        if path not in keep and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed
