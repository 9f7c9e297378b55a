"""Entries of a module from a spreadsheet: columns by title, looked through, taken.

Each row is written through the same door as a form (`offices.modules.making.make`);
the uuid of a record is made from the file and its line, so that a file that is sent
twice, or a job that is killed and comes again, doubles none.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from accounts.models import Unit, User
from cases.models import SentTable
from cases.tables import carrying
from cases.tables.carrying import BAD, NEW, SAME, Report
from cases.tables.cells import Cell, Column, find_columns
from cases.tables.reading import Table
from govmap.lib.errors import BadInput, DomainError
from offices.models.module import Module
from offices.models.record import Record
from offices.models.record_trace import RecordTable
from offices.modules import refs
from offices.modules.definition import (
    COMPUTED,
    FILE,
    PHOTO,
    REF,
    ROWS,
    S1,
    Definition,
    Field,
    definition_of,
)
from offices.modules.making import BadFields, definition_now, make
from offices.modules.rights import WRITE, ground_in
from offices.modules.values import check
from workflow.errors import MayNotAct

TASK = "offices.carry_out_table"
NAMESPACE = UUID("0c6c3d8e-3b1f-4f0a-9d55-2f6c1a7b9e10")
MOST_ROWS = 50_000
AT_ONCE = 200
LEFT_OUT = {COMPUTED, PHOTO, FILE}
STREET, COMMUNITY = "@street", "@community"  # no field is called so


class LongTable(BadInput):
    """Too many rows for one table. Split it."""

    message = gettext_noop("Too many rows for one table. Split it.")


def columns_of(definition: Definition) -> list[Column]:
    """What a table may hold, in the order of the form."""
    fields = [
        Column(one.name, one.label)
        for group in definition.groups
        for one in group.fields
        if one.kind not in LEFT_OUT and one.name not in definition.asked_by_steps
    ]
    return [Column(STREET, _("Street")), Column(COMMUNITY, _("Community")), *fields]


class MissingColumns(BadInput):
    """Columns are missing: %(names)s. Take the empty table of this page."""

    message = gettext_noop(
        "Columns are missing: %(names)s. Take the empty table of this page."
    )


class TableSort:
    """Entries of one module (`cases.tables.carrying.Sort`)."""

    def __init__(self, run: RecordTable) -> None:
        self.run = run
        self.definition = definition_of(run.version_id)
        self.columns = columns_of(self.definition)
        self.places: dict[str, int] = {}

    def titles(self) -> Sequence[str]:
        return [column.title for column in self.columns]

    def _begin(self, table: Table, report: Report, *, again: bool) -> int:
        words = {name: name for name in self.definition.fields}
        by_steps = self.definition.asked_by_steps
        self.places, unknown = find_columns(table.titles, self.columns, words)
        missing = [
            one.label
            for one in self.definition.fields.values()
            if one.is_required and not one.when and one.kind not in LEFT_OUT
            if one.name not in self.places and one.name not in by_steps
        ]
        if missing or not self.places:
            raise MissingColumns(names="、".join(missing) or "—")
        hidden = frozenset(
            table.titles[at]
            for name, at in self.places.items()
            if (one := self.definition.fields.get(name)) and one.level != S1
        )
        done = report.resume(table, without=hidden) if again else 0
        if not again:
            report.header(table, without=hidden)
        report.content["unknown"] = unknown
        return done

    def look(self, table: Table, report: Report) -> None:
        self._begin(table, report, again=False)
        for line, cells in self._rows(table, report, 0):
            found = self._raw(cells)
            outcome, why = self._judge(line, found)
            report.line(line, str(line), outcome, why, cells)
        report.finish(SentTable.Status.LOOKED)

    def take(self, table: Table, report: Report) -> None:
        """A row, a record: what is done stays done where the job is killed."""
        done = self._begin(table, report, again=True)
        for line, cells in self._rows(table, report, done):
            with transaction.atomic():
                outcome, why = self._write(line, self._raw(cells))
            report.line(line, str(line), outcome, why, cells)
        report.finish(SentTable.Status.DONE, taken_at=timezone.now())

    def _rows(
        self, table: Table, report: Report, done: int
    ) -> Iterator[tuple[int, list[Cell]]]:
        count = 0
        for part in table.parts(AT_ONCE):
            for line, cells in part:
                count += 1
                if count > MOST_ROWS:
                    raise LongTable
                if count > done:
                    yield line, cells
            report.save(done=count > done)

    def _raw(self, cells: Sequence[Cell]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, at in self.places.items():
            if at < len(cells) and (text := cells[at].text.strip()):
                found[name] = text
        return found

    def uuid_of(self, line: int) -> UUID:
        return uuid5(NAMESPACE, f"{self.run.module_id}/{self.run.sha256}/{line}")

    def _judge(self, line: int, found: dict[str, Any]) -> tuple[str, str]:
        """What taking it would do, and why not."""
        if Record.objects.filter(uuid=self.uuid_of(line)).exists():
            return SAME, ""
        try:
            raw, _ground = self._read(found)
        except BadInput as error:
            return BAD, error.text
        checked = check(self.definition, raw, self.run.by)
        if checked.errors:
            return BAD, "；".join(checked.sentences(self.definition))
        return NEW, ""

    def _write(self, line: int, found: dict[str, Any]) -> tuple[str, str]:
        uuid = self.uuid_of(line)
        if Record.objects.filter(uuid=uuid).exists():
            return SAME, ""
        try:
            raw, ground = self._read(found)
            make(self.run.module, by=self.run.by, uuid=uuid, fields=raw, **ground)
        except BadFields as error:
            return BAD, error.text
        except DomainError as error:
            return BAD, error.text
        return NEW, ""

    def _read(self, found: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Raw values and ground, things by their names. Raises BadInput."""
        ground: dict[str, Any] = {}
        for name, kind in ((STREET, "street"), (COMMUNITY, "community")):
            if text := found.pop(name, ""):
                rows = Unit.objects.filter(kind=kind)
                unit = (rows.filter(code=text) | rows.filter(name=text)).first()
                if unit is None:
                    raise BadInput(_("There is no unit “%(name)s”.") % {"name": text})
                ground[kind] = unit
        for name, text in found.items():
            one = self.definition.fields[name]
            if one.kind == REF:
                found[name] = self._meant(one, text)
            if one.kind == ROWS:
                found[name] = self._rows_in(one, text)
        return found, ground

    def _rows_in(self, one: Field, text: str) -> list[dict[str, Any]]:
        """Rows of a repeated group as a file of ours writes them: ``；`` between rows,
        ``，`` between columns, each with its title before it. Raises BadInput."""
        rows = []
        for part in filter(str.strip, re.split(r"[；;\n]", text)):
            row: dict[str, Any] = {}
            for cell in filter(str.strip, re.split(r"[，,]", part)):
                column, value = _column_in(one, cell.strip())
                is_ref = column.kind == REF
                row[column.name] = self._meant(column, value) if is_ref else value
            rows.append(row)
        return rows

    def _meant(self, one: Field, text: str) -> str:
        """What a text means; a file of ours has the key itself. Raises BadInput."""
        if refs.one(one.ref, text, self.run.by) is not None:
            return text
        options = refs.search(one.ref, text, self.run.by)
        if len(options) != 1:
            told = {"name": one.label, "text": text[:40], "count": len(options)}
            raise BadInput(
                _("“%(name)s”: “%(text)s” means %(count)s entries, not one.") % told
            )
        return options[0].uuid


def _column_in(one: Field, cell: str) -> tuple[Field, str]:
    """The column whose title stands before a value; of one column alone no title is
    needed. Raises BadInput."""
    columns = sorted(one.columns.values(), key=lambda each: -len(each.label))
    for column in columns:
        if cell.startswith(column.label):
            value = cell.removeprefix(column.label).lstrip(" ：:")
            return column, value.removesuffix(column.unit).strip()
    if len(columns) == 1:
        return columns[0], cell
    told = {"name": one.label, "titles": "、".join(each.label for each in columns)}
    raise BadInput(
        _("“%(name)s”: write before each value which column it is of: %(titles)s.")
        % told
    )


def send(by: User, module: Module, name: str, file: BinaryIO) -> RecordTable:
    """Keep the file for its job. Raises MayNotAct (403), TooLarge (400)."""
    if not ground_in(by, module, WRITE):
        raise MayNotAct
    definition_now(module)
    row = RecordTable(by=by, name=name, module=module, version=module.published)
    return carrying.begin(row, file, most=settings.IMPORT_MAX_BYTES, then=defer)


def take(run: RecordTable, by: User) -> RecordTable:
    """Raises MayNotAct (403), Conflict (409)."""
    if run.by_id != by.pk:
        raise MayNotAct
    return carrying.confirm(run, then=defer)


def carry_out(run: RecordTable) -> RecordTable:
    return carrying.carry_out(run, TableSort(run))


def defer(run: RecordTable) -> None:
    app.configure_task(TASK).defer(run=run.pk)
