"""A table on its way: sent, tried out, placed row by row, corrected by hand."""

from itertools import chain
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from accounts.models import User
from cases.geocoding import results
from cases.geocoding.columns import NAMES, NEEDED, Reader, guess, titles
from cases.geocoding.permissions import check
from cases.geocoding.placing import Outcome, candidate, leave, place, take
from cases.models import GeocodedRow, GeocodeRun, SentTable
from cases.tables import carrying, keeping
from cases.tables.carrying import Report
from cases.tables.reading import Table
from govmap.lib.errors import BadInput, Conflict, NotFound
from layers.addresses.finding import find, is_sure

TASK = "cases.carry_out_geocoding"
MOST_ROWS = 50_000
LONGEST = 200  # signs of a title
SAMPLE = 100  # rows that are tried out
AT_ONCE = 500
Status = SentTable.Status


class LongTable(BadInput):
    """A table has at most 50,000 rows. Split it."""

    message = gettext_noop("A table has at most 50,000 rows. Split it.")


class NoAddressColumn(Conflict):
    """Say first which column holds the address."""

    message = gettext_noop("Say first which column holds the address.")


class NotPlacedYet(Conflict):
    """The rows of this table are not placed yet."""

    message = gettext_noop("The rows of this table are not placed yet.")


class GeocodeSort:
    """A table whose rows are placed (`cases.tables.carrying.Sort`)."""

    def __init__(self, run: GeocodeRun) -> None:
        self.run = run
        self.told = run.options.get("columns") or {}

    def titles(self) -> list[str]:
        return [*titles(), *filter(None, self.told.values())]

    def look(self, table: Table, report: Report) -> None:
        """The first rows, so that wrong columns are seen before all is placed."""
        columns = self._begin(table, report)
        reader = Reader(table.titles, columns)
        rows = chain.from_iterable(table.parts(AT_ONCE))
        tried = read = 0
        for line, cells in rows:
            read += 1
            if read > MOST_ROWS:
                raise LongTable
            if tried < SAMPLE and columns:
                tried += 1
                row = place(self.run, line, reader.address(cells))
                report.counts[row.outcome] += 1
                what = f"{row.score} · {row.text}" if row.text else ""
                report.other.append([line, row.said[:60], row.outcome, what])
        report.read = read
        report.content["tried"] = tried
        report.finish(Status.LOOKED)

    def _begin(self, table: Table, report: Report) -> dict[str, str]:
        columns = guess(table.titles, self.told)
        enough = bool(NEEDED & columns.keys())
        report.content |= {
            "format": table.format,
            "encoding": table.encoding,
            "titles": [title.strip() for title in table.titles if title.strip()],
            "columns": columns,
            "lacking": not enough,
        }
        return columns if enough else {}

    def take(self, table: Table, report: Report) -> None:
        """Some hundred rows at a time; a worker that was killed begins anew."""
        GeocodedRow.objects.filter(run=self.run).delete()
        report.save(total=self.run.rows_total)
        columns = self._begin(table, report)
        reader, kept = Reader(table.titles, columns), results.Kept(self.run)
        kept.begin(table.titles)
        for part in table.parts(AT_ONCE):
            rows = [
                place(self.run, line, reader.address(cells)) for line, cells in part
            ]
            for line, cells in part:
                kept.add([str(line), *(cell.text for cell in cells)])
            kept.flush()
            report.counts.update(row.outcome for row in rows)
            report.read += len(rows)
            if report.read > MOST_ROWS:
                raise LongTable
            with transaction.atomic():
                GeocodedRow.objects.bulk_create(rows)
                report.save()
        report.finish(Status.DONE, taken_at=timezone.now())


def send(by: User, name: str, file: BinaryIO, *, job: bool = True) -> GeocodeRun:
    """Keep the file for its job. Raises NotFound (404), TooLarge (400)."""
    check(by)
    row = GeocodeRun(by=by, name=name)
    then = defer if job else None
    return carrying.begin(row, file, most=settings.IMPORT_MAX_BYTES, then=then)


@transaction.atomic
def look_again(
    run: GeocodeRun, columns: dict[str, str], *, job: bool = True
) -> GeocodeRun:
    """Try out with these columns; twice is once. Raises Conflict (409)."""
    row = GeocodeRun.objects.select_for_update().get(pk=run.pk)
    again = row.is_under_way and not row.taking
    if again and row.options.get("columns") == told(columns):
        return row
    if not row.may_be_taken:
        raise Conflict
    row.options = {**row.options, "columns": told(columns)}
    row.status, row.ended_at, row.rows_read = Status.WAITING, None, 0
    row.save(update_fields=["options", "status", "ended_at", "rows_read"])
    if job:
        defer(row)
    return row


def begin(run: GeocodeRun, *, job: bool = True) -> GeocodeRun:
    """Place all rows. Raises Conflict (409)."""
    if run.may_be_taken and run.report.get("lacking"):
        raise NoAddressColumn
    return carrying.confirm(run, then=defer if job else None)


def carry_out(run: GeocodeRun) -> GeocodeRun:
    return carrying.carry_out(run, GeocodeSort(run))


def cancel(run: GeocodeRun) -> None:
    """Stop it, or put it away where nothing was placed. Raises Conflict (409)."""
    carrying.cancel(run)
    remove_rows(run)


def remove(run: GeocodeRun) -> None:
    """The table with all that was placed. Raises Conflict (409) while it is read."""
    if run.is_under_way:
        raise Conflict
    keeping.forget(run)
    results.Kept(run).path.unlink(missing_ok=True)
    run.delete()


def remove_rows(run: GeocodeRun) -> None:
    GeocodedRow.objects.filter(run=run).delete()
    results.Kept(run).path.unlink(missing_ok=True)


@transaction.atomic
def choose(run: GeocodeRun, line: int, code: str) -> GeocodedRow:
    """Say by hand which candidate a row means; none of them: ``code`` empty.

    Raises NotFound (404), BadInput (400) where it is no candidate, Conflict (409).
    """
    row = _row(run, line)
    chosen = next((one for one in row.candidates if one["code"] == code), None)
    if code and chosen is None:
        raise BadInput
    if chosen:
        take(row, chosen)
    else:
        leave(row)
    return _settle(run, row, Outcome.SURE if chosen else Outcome.NONE, by_hand=True)


@transaction.atomic
def say_again(run: GeocodeRun, line: int, text: str) -> GeocodedRow:
    """Look for the row's address in other words; what it said itself stays.

    Raises NotFound (404), Conflict (409).
    """
    row = _row(run, line)
    found = find(text, most=5)
    row.candidates = [candidate(one) for one in found]
    if row.candidates:
        take(row, row.candidates[0])
    else:
        leave(row)
    outcome = Outcome.UNSURE if found else Outcome.NONE
    if is_sure(found):
        outcome = Outcome.SURE
    return _settle(run, row, outcome, by_hand=True)


@transaction.atomic
def undo(run: GeocodeRun, line: int) -> GeocodedRow:
    """As the machine had it. Raises NotFound (404), Conflict (409)."""
    row = _row(run, line)
    fresh = place(run, line, row.said)
    fresh.pk = row.pk
    return _settle(run, fresh, fresh.outcome, by_hand=False)


def _row(run: GeocodeRun, line: int) -> GeocodedRow:
    if run.status != Status.DONE:
        raise NotPlacedYet
    GeocodeRun.objects.select_for_update().get(pk=run.pk)
    row = GeocodedRow.objects.filter(run=run, line=line).first()
    if row is None:
        raise NotFound
    return row


def _settle(
    run: GeocodeRun, row: GeocodedRow, outcome: str, *, by_hand: bool
) -> GeocodedRow:
    row.outcome, row.by_hand = outcome, by_hand
    row.save()
    run.counts = results.counts(run)
    run.save(update_fields=["counts"])
    return row


def defer(run: GeocodeRun) -> None:
    app.configure_task(TASK).defer(run=run.pk)


def told(columns: Any) -> dict[str, str]:
    """{field: title} of what somebody sent; an empty title takes the column away."""
    return {
        name: str(title).replace("\x00", "")[:LONGEST]
        for name, title in columns.items()
        if name in NAMES
    }
