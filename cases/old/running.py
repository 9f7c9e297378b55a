"""An export of an old system: looked through, taken, and withdrawn as a whole."""

from itertools import chain
from typing import Any, BinaryIO

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from accounts.models import User
from cases.models import OldImport, OldSystem, SentTable, TableWord
from cases.old import totals
from cases.old.columns import COLUMNS, TITLES
from cases.old.permissions import can_import_old
from cases.old.places import Placing, points_of
from cases.old.rows import Reader, Refused
from cases.old.staging import Stage, staged
from cases.orders.taking import LongSheet
from cases.tables import carrying
from cases.tables.carrying import BAD, SHOWN, Report
from cases.tables.cells import Cell, Row
from cases.tables.reading import Table
from cases.tables.words import Words
from govmap.lib.errors import Conflict, NotAllowed

TASK, WITHDRAW = "cases.carry_out_old", "cases.withdraw_old"
MOST_ROWS = 500_000
AT_ONCE = 2_000  # rows
NAMED = 300  # classes or units that nobody mapped
# Of the advisory lock under which a system's old cases change.
LOCK = 20_260_713
TOUCH = """
CREATE TEMPORARY TABLE old_touched ON COMMIT DROP AS
WITH gone AS (
    UPDATE cases_oldcase SET current = false WHERE run_id = %s AND current
    RETURNING id, system_id, number
), back AS (
    SELECT DISTINCT ON (c.system_id, c.number) c.id
    FROM gone JOIN cases_oldcase c USING (system_id, number)
        JOIN cases_oldimport r ON r.id = c.run_id
    WHERE r.withdrawn_at IS NULL AND c.run_id <> %s
    ORDER BY c.system_id, c.number, c.run_id DESC
)
SELECT id, -1 AS sign FROM gone UNION ALL SELECT id, 1 FROM back
"""


class OldSort:
    """An export (`cases.tables.carrying.Sort`)."""

    def __init__(self, run: OldImport) -> None:
        self.run, self.words = run, Words.of(TableWord.Table.OLD)
        told = run.options.get("columns") or {}
        self.columns = {**run.system.columns, **told}

    def titles(self) -> list[str]:
        return [*self.words.titles(COLUMNS), *self.columns.values()]

    def look(self, table: Table, report: Report) -> None:
        with staged() as stage:
            self._stage(table, report, stage)
            report.finish(SentTable.Status.LOOKED)

    def take(self, table: Table, report: Report) -> None:
        """All of it in one transaction, or nothing."""
        with staged() as stage:
            self._stage(table, report, stage)
            with transaction.atomic():
                _lock(self.run.system)
                # Somebody may have taken another file since.
                stage.settle(self.run.system_id)
                stage.write(self.run.pk, self.run.system_id)
                totals.add_touched()
                report.finish(SentTable.Status.DONE, taken_at=timezone.now())

    def _stage(self, table: Table, report: Report, stage: Stage) -> None:
        reader = Reader(self.run.system, self.words, table.titles, self.columns)
        report.header(table, without=frozenset(reader.dropped))
        placing = Placing(self.run.options.get("crs") or self.run.system.crs)
        parts = table.parts(AT_ONCE)
        first = next(parts, [])
        placing.guess(points_of([reader.spot(cells) for _line, cells in first]))
        taken = 0
        for rows in chain([first], parts):
            taken += _copy(rows, reader, placing, stage, report)
            if report.read + taken > MOST_ROWS:
                raise LongSheet(count=f"{MOST_ROWS:,}")
            _progress(report, taken)
        stage.settle(self.run.system_id)
        _say(report, reader, placing, stage)


def _copy(
    rows: list[Row], reader: Reader, placing: Placing, stage: Stage, report: Report
) -> int:
    """Good rows to the stage, others to the report; how many were good."""
    good: list[tuple[int, list[Cell], dict[str, Any]]] = []
    for line, cells in rows:
        try:
            good.append((line, cells, reader.row(cells)))
        except Refused as refused:
            report.line(line, reader.number(cells), BAD, str(refused), cells)
    spots = [reader.spot(cells) for _line, cells, _row in good]
    points = points_of(spots) if spots else np.empty((0, 2))
    for (_line, _cells, row), place in zip(good, placing(points), strict=True):
        row["place"] = place
    stage.copy([(line, reader.raw(cells), row) for line, cells, row in good])
    return len(good)


def _progress(report: Report, taken: int) -> None:
    refused, report.read = report.read, report.read + taken
    report.save()
    report.read = refused


def _say(report: Report, reader: Reader, placing: Placing, stage: Stage) -> None:
    """The report: counts, what was left out, what is not mapped, how it was placed."""
    for line, number, raw, first in stage.twice():
        reason = _("The same case, with other content, stands in line %(line)s.")
        cells = [Cell(text) for text in raw]
        report.line(line, number, BAD, reason % {"line": first}, cells)
    counts = {name: n for name, n in stage.counts().items() if name != BAD}
    report.counts.update(counts)
    report.read += sum(counts.values())
    report.other = [
        [line, number[:60], outcome, ""] for line, number, outcome in stage.first(SHOWN)
    ]
    report.content |= {
        "dropped": reader.dropped,
        "unknown": [title for _at, title in reader.extra][:NAMED],
        "columns": {
            TITLES[name]: reader.titles[at] for name, at in reader.places.items()
        },
        "unmapped": {
            name: found.most_common(NAMED) for name, found in reader.unmapped.items()
        },
        "crs": placing.code,
        "crs_label": placing.label,
        "crs_guessed": placing.guessed,
        "crs_choices": placing.choices,
        "outside": placing.outside,
    }


def send(
    by: User, system: OldSystem, name: str, file: BinaryIO, *, job: bool = True,
    **told: Any,
) -> OldImport:  # fmt: skip
    """Keep the file for its job. ``told``: crs, columns, at_once.

    Raises NotAllowed (403), TooLarge (400).
    """
    if not can_import_old(by):
        raise NotAllowed
    at_once = bool(told.pop("at_once", False))
    options = {key: value for key, value in told.items() if value}
    row = OldImport(by=by, name=name, system=system, options=options, at_once=at_once)
    then = defer if job else None
    return carrying.begin(row, file, most=settings.IMPORT_MAX_BYTES, then=then)


def take(run: OldImport, by: User, *, job: bool = True) -> OldImport:
    """Raises NotAllowed (403), Conflict (409)."""
    if not can_import_old(by):
        raise NotAllowed
    return carrying.confirm(run, then=defer if job else None)


@transaction.atomic
def look_again(run: OldImport, by: User, *, job: bool = True, **told: Any) -> OldImport:
    """Once more, told what the file does not say itself; remembered of its system.

    Raises NotAllowed (403), Conflict (409).
    """
    if not can_import_old(by):
        raise NotAllowed
    row = OldImport.objects.select_for_update().get(pk=run.pk)
    if not row.may_be_taken:
        raise Conflict
    row.options = {
        **row.options,
        **{key: value for key, value in told.items() if value},
    }
    row.status, row.ended_at = SentTable.Status.WAITING, None
    row.save(update_fields=["options", "status", "ended_at"])
    if job:
        defer(row)
    return row


def carry_out(run: OldImport) -> OldImport:
    done = carrying.carry_out(run, OldSort(run))
    if done.status == SentTable.Status.DONE:
        _remember(done)
    return done


def _remember(run: OldImport) -> None:
    """The system and the columns that were told serve for the next file."""
    system = OldSystem.objects.get(pk=run.system_id)
    crs = run.options.get("crs") or system.crs
    columns = {**system.columns, **(run.options.get("columns") or {})}
    if (crs, columns) != (system.crs, system.columns):
        system.crs, system.columns = crs, columns
        system.save(update_fields=["crs", "columns"])


def withdraw(run: OldImport, by: User, why: str, *, job: bool = True) -> None:
    """Mark a whole import as withdrawn; a job takes its cases out of use.

    Raises NotAllowed (403), Conflict (409) where nothing of it was taken.
    """
    if not can_import_old(by):
        raise NotAllowed
    with transaction.atomic():
        rows = OldImport.objects.filter(
            pk=run.pk, status=SentTable.Status.DONE, withdrawn_at__isnull=True
        )
        marked = rows.update(
            withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_why=why[:200]
        )
        if not marked:
            raise Conflict(_("Only an import that was taken can be withdrawn, once."))
        if job:
            app.configure_task(WITHDRAW).defer(run=run.pk)


@transaction.atomic
def take_out(run: OldImport) -> None:
    """The cases of a withdrawn import; what they replaced counts again. Idempotent."""
    _lock(run.system)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.old_touched")
        cursor.execute(TOUCH, [run.pk, run.pk])
        cursor.execute(
            "UPDATE cases_oldcase SET current = true WHERE id IN"
            " (SELECT id FROM old_touched WHERE sign = 1)"
        )
    totals.add_touched()


def _lock(system: OldSystem) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, system.pk])


def defer(run: OldImport) -> None:
    app.configure_task(TASK).defer(run=run.pk)
