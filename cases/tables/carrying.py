"""A sent table is looked through, or taken: once, whoever and however often calls."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Protocol, TypeVar

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models import SentTable
from cases.tables import keeping
from cases.tables.cells import Cell
from cases.tables.reading import Table, opened
from govmap.lib.errors import Conflict, DomainError
from layers.alone import StillAtWork, alone
from layers.imports import reasons
from layers.reading.trouble import Trouble

T = TypeVar("T", bound=SentTable)
NEW, CHANGED, SAME, BAD = "new", "changed", "same", "bad"
# First key of the advisory lock of a run's worker, with its model's; the other is its
# row's.
LOCK = 20_260_700
SHOWN_BAD, SHOWN = 500, 200  # rows kept in a report
Status = SentTable.Status
log = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody cancelled the run while it was carried out."""


class LeavesOut(Protocol):
    """Titles whose cells no file of ours may hold."""

    def __contains__(self, title: object, /) -> bool: ...


class Sort(Protocol):
    """How one sort of table is read: what the header is known by, and two passes."""

    def titles(self) -> Sequence[str]: ...
    def look(self, table: Table, report: "Report") -> None: ...
    def take(self, table: Table, report: "Report") -> None: ...


class Report:
    """What becomes of a run, row by row; saved as it goes."""

    def __init__(self, run: SentTable) -> None:
        self.run, self.refused = run, keeping.Refused(run)
        self.counts: Counter[str] = Counter()
        self.bad: list[list[Any]] = []
        self.other: list[list[Any]] = []
        self.read = 0
        self.content: dict[str, Any] = {}
        self.hidden: set[int] = set()
        self.width = 0

    def header(self, table: Table, *, without: LeavesOut = frozenset()) -> None:
        """Begin the file of what is refused; columns ``without`` stay out of it."""
        self.content |= {"format": table.format, "encoding": table.encoding}
        self.hidden = {at for at, one in enumerate(table.titles) if one in without}
        self.width = len(table.titles)
        titles = [title or "—" for title in self._seen(table.titles)]
        self.refused.begin([*titles, _("line"), _("why it was not taken")])

    def resume(self, table: Table, *, without: LeavesOut = frozenset()) -> int:
        """Go on after a worker that was killed; how many rows are done already."""
        kept = self.run.report.get("done", 0)
        if not kept:
            self.header(table, without=without)
            return 0
        self.hidden = {at for at, one in enumerate(table.titles) if one in without}
        self.width, self.read = len(table.titles), kept
        self.counts.update(
            {name: n for name, n in self.run.counts.items() if isinstance(n, int)}
        )
        self.bad = [line for line in self.run.lines if line[2] == BAD]
        self.other = [line for line in self.run.lines if line[2] != BAD]
        self.content = dict(self.run.report)
        return kept

    def line(
        self, line: int, number: str, outcome: str, reason: str, raw: Sequence[Cell]
    ) -> None:
        """One row and what it does; of a refused one the row itself is kept."""
        self.read += 1
        self.counts[outcome] += 1
        kept, most = (self.bad, SHOWN_BAD) if outcome == BAD else (self.other, SHOWN)
        if len(kept) < most:
            kept.append([line, number[:60], outcome, reason])
        if outcome == BAD:
            texts = [cell.text for cell in raw]
            texts = (texts + [""] * self.width)[: self.width]
            self.refused.add([*self._seen(texts), str(line), reason])

    def _seen(self, cells: Sequence[str]) -> list[str]:
        return [one for at, one in enumerate(cells) if at not in self.hidden]

    def save(self, *, total: int | None = None, done: bool = False) -> None:
        """Progress. ``done``: what was read so far is written for good.

        Raises Cancelled where somebody cancelled the run.
        """
        self.refused.flush()
        if total is not None:
            _update(self.run, rows_total=total)
        if done:
            found = {**self.content, "done": self.read}
            _update(self.run, **self._said(), report=found, rows_read=self.read)
        else:
            _update(self.run, rows_read=self.read)

    def finish(self, status: str, **values: Any) -> None:
        """Raises Cancelled. Called where the last rows are written, with them."""
        self.refused.flush()
        self.content.pop("done", None)
        _update(
            self.run,
            **values,
            **self._said(),
            status=status,
            rows_read=self.read,
            rows_total=self.read,
            report=self.content,
            message="",
            ended_at=timezone.now(),
        )

    def _said(self) -> dict[str, Any]:
        return {"counts": dict(self.counts), "lines": [*self.bad, *self.other]}


def _update(run: SentTable, **values: Any) -> None:
    rows = type(run)._default_manager.filter(pk=run.pk, status__in=run.UNDER_WAY)
    if not rows.update(**values):
        raise Cancelled
    for name, value in values.items():
        setattr(run, name, value)


def begin(
    row: T, file: BinaryIO, *, most: int, then: Callable[[T], object] | None = None
) -> T:
    """Keep the file and its row. ``then`` is called where the row is made: a job.

    Raises TooLarge (400).
    """
    path, row.sha256 = keeping.keep(file, most)
    row.path = f"tables/{path.name}"
    row.name = row.name.replace("\x00", "")[-200:] or "—"
    with transaction.atomic():
        row.save(force_insert=True)
        if then:
            then(row)
    return row


@transaction.atomic
def confirm(run: T, *, then: Callable[[T], object] | None = None) -> T:
    """Let a table be taken that was looked through; twice is once.

    Raises Conflict (409) where it was taken before, or was not looked through.
    """
    row = type(run)._default_manager.select_for_update().get(pk=run.pk)
    if row.taking and row.is_under_way:
        return row
    if not row.may_be_taken:
        raise Conflict(_("This file was taken already, or cannot be taken."))
    row.status, row.taking, row.rows_read, row.ended_at = Status.WAITING, True, 0, None
    row.save(update_fields=["status", "taking", "rows_read", "ended_at"])
    if then:
        then(row)
    return row


def cancel(run: SentTable) -> None:
    """Nothing more of it is done, and the file goes. Raises Conflict (409)."""
    open_ = (*run.UNDER_WAY, Status.LOOKED)
    rows = type(run)._default_manager.filter(pk=run.pk, status__in=open_)
    ended = rows.update(status=Status.CANCELLED, ended_at=timezone.now())
    run.refresh_from_db()
    if not ended and run.status != Status.CANCELLED:
        raise Conflict(_("This file was taken already, or cannot be taken."))
    keeping.forget(run)


def carry_out(run: T, sort: Sort) -> T:
    """Do what is to be done with the file; one that has ended is left alone.

    The file's trouble ends the run as failed; it is not raised.
    """
    with alone(LOCK + run.LOCK, run.pk) as mine:
        run.refresh_from_db()
        if not mine or not run.is_under_way:
            return run
        try:
            _carry_out(run, sort)
        except Cancelled:
            run.refresh_from_db()
        except (Trouble, DomainError) as error:
            _fail(run, error)
        except OperationalError:
            raise  # the database went away: the job comes again
        except Exception as error:
            # Whoever sent it must not wait for ever for what cannot end.
            log.exception("%s broke off", run)
            _fail(run, error)
    return run


def _carry_out(run: SentTable, sort: Sort) -> None:
    _update(run, status=Status.RUNNING)
    with override("zh-hans"):
        if not run.taking:
            with opened(run, sort.titles()) as table:
                sort.look(table, Report(run))
            if not (run.at_once and run.may_be_taken):
                return
            confirm(run)
            run.refresh_from_db()
            _update(run, status=Status.RUNNING)
        with opened(run, sort.titles()) as table:
            sort.take(table, Report(run))
    if run.status == Status.DONE:
        keeping.forget(run)


def _fail(run: SentTable, error: Exception) -> None:
    with override("zh-hans"):
        if isinstance(error, Trouble):
            said = reasons.of_file(error.code, error.details)
        elif isinstance(error, DomainError):
            said = error.text
        else:
            said = reasons.of_file("failed", {})
    try:
        _update(run, status=Status.FAILED, message=said, ended_at=timezone.now())
    except Cancelled:
        run.refresh_from_db()


def ended_or_again(run: SentTable) -> None:
    """For a job: another worker is at it; whether it ends well must be seen."""
    if run.is_under_way:
        raise StillAtWork
