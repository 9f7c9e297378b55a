"""An arrival of a list: sent, looked through, and its differences made tasks.

Nothing of the list stays but what is asked: its file is sealed and goes, of its rows
the keyed hashes stay, so that the next arrival knows who is in it no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from accounts.models import User
from cases.models import SentTable
from cases.tables import carrying
from cases.tables.carrying import BAD, Report
from cases.tables.cells import Row
from cases.tables.reading import Table
from govmap.lib.errors import BadInput, Conflict, NotFound
from govmap.lib.sealed import Sealed, mask_name
from offices.comparison import permissions
from offices.comparison.compared import UNSEEN
from offices.comparison.listed import (
    ListReader,
    Said,
    fields_of,
    held_of,
    lacking_in,
)
from offices.comparison.missing import missing
from offices.comparison.rule import SAME, Found, differences, to_ask
from offices.models import (
    ComparisonKey,
    ComparisonRound,
    ComparisonSource,
    ComparisonTask,
    Register,
)
from offices.registers.identity import mask_number
from offices.registers.importing.columns import guess_among
from offices.registers.importing.running import ChangingKeys

TASK = "offices.carry_out_comparison"
AT_ONCE = 1_000
# First key of the lock under which the tasks of a source change; its pk is the other.
LOCK = 20_260_731
SEEN = """
CREATE TEMPORARY TABLE comparison_seen (key text PRIMARY KEY, is_listed boolean)
"""


class ListSort:
    """A list (`cases.tables.carrying.Sort`): looked through, or made tasks."""

    def __init__(self, run: ComparisonRound) -> None:
        self.run, self.source = run, run.source

    def titles(self) -> Sequence[str]:
        fields = fields_of(self.source.register)
        words = [word for one in fields for word in (str(one.title), *one.words)]
        return [*words, *filter(None, self.source.columns.values())]

    def look(self, table: Table, report: Report) -> None:
        with transaction.atomic():
            self._walk(table, report, write=False)
            report.finish(SentTable.Status.LOOKED)

    def take(self, table: Table, report: Report) -> None:
        """All of it in one transaction, or nothing."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, self.source.pk]
                )
            self._walk(table, report, write=True)
            self._came()
            report.finish(SentTable.Status.DONE, taken_at=timezone.now())

    def _walk(self, table: Table, report: Report, *, write: bool) -> None:
        register = self.source.register
        told = {**self.source.columns, **(self.run.options.get("columns") or {})}
        columns = guess_among(fields_of(register), table.titles, told)
        report.header(table)
        titles = [title.strip() for title in table.titles if title.strip()]
        report.content |= {"titles": titles, "columns": columns}
        report.content["lacking"] = lacking_in(register, columns)
        if report.content["lacking"]:
            return
        _scratch()
        reader = ListReader(self.source, table.titles, columns, self.run.by)
        asked = 0
        for rows in table.parts(AT_ONCE):
            asked += self._part(reader, rows, report, write=write)
            _progress(report)
        asked += self._absent(report, write=write)
        report.content["asked"] = asked
        if write:
            report.content["overtaken"] = self._overtake()

    def _part(
        self, reader: ListReader, rows: list[Row], report: Report, *, write: bool
    ) -> int:
        """One part of the list against the register; how many are asked."""
        said = _read(reader, rows, report)
        held = held_of(self.source, said, {})
        listed = [
            _elsewhere(one, held.get(key, (None, None))[1]) for key, one in said.items()
        ]
        found = differences(listed, [one for one, _row in held.values()])
        self._count(found, report)
        for key, one in found.items():
            if one.kind != SAME and len(report.other) < carrying.SHOWN:
                name = _shown(self.source.register, said[key].name)
                report.other.append([said[key].line, name, one.kind, ""])
        asking = self._unasked(found)
        if write:
            self._close(found)
            self._ask(asking, said, {key: row for key, (_h, row) in held.items()})
            self._remember(said)
        return len(asking)

    def _absent(self, report: Report, *, write: bool) -> int:
        """Who is here, and in the list no more."""
        asked = 0
        for absent in missing(self.source):
            held = held_of(self.source, absent, absent)
            found = differences([], [one for one, _row in held.values()])
            self._count(found, report)
            asking = self._unasked(found)
            asked += len(asking)
            if write:
                self._close(found)
                rows = {key: row for key, (_h, row) in held.items()}
                self._ask(asking, {}, rows)
                _see([key for key, one in found.items() if one.kind != SAME], False)
        return asked

    def _count(self, found: Mapping[str, Found], report: Report) -> None:
        for one in found.values():
            report.counts[one.kind] += 1
            report.read += 1

    def _unasked(self, found: Mapping[str, Found]) -> dict[str, Found]:
        rows = ComparisonTask.objects.filter(source=self.source, key__in=list(found))
        rows = rows.exclude(answer=ComparisonTask.Answer.OVERTAKEN)
        return to_ask(found, rows.values_list("key", "kind", "content"))

    def _close(self, found: Mapping[str, Found]) -> None:
        """What was asked of these keys otherwise is asked no more."""
        now = {(key, one.kind, one.content) for key, one in found.items()}
        rows = ComparisonTask.objects.filter(source=self.source, key__in=list(found))
        old = [
            pk
            for pk, *said in rows.filter(answer__in=OPEN).values_list(
                "pk", "key", "kind", "content"
            )
            if tuple(said) not in now
        ]
        # Open still: somebody may answer while the list is taken.
        rows = rows.filter(pk__in=old, answer__in=OPEN)
        rows.update(answer=ComparisonTask.Answer.OVERTAKEN)

    def _ask(
        self,
        asking: Mapping[str, Found],
        said: Mapping[str, Said],
        rows: Mapping[str, Any],
    ) -> None:
        """The tasks; one that was overtaken and is said again is opened again."""
        keys = list(asking)
        gone = ComparisonTask.objects.filter(
            source=self.source, key__in=keys, answer=ComparisonTask.Answer.OVERTAKEN
        )
        again = {(one.key, one.kind, one.content): one for one in gone}
        fresh, due = [], timezone.localdate() + timedelta(self.source.answer_days)
        for key, one in asking.items():
            task = again.get((key, one.kind, one.content))
            if task is None:
                task = self._task(key, one, said.get(key), rows.get(key), due)
                fresh.append(task)
            else:
                task.answer, task.due_on = ComparisonTask.Answer.NONE, due
                task.round = self.run
                task.save(update_fields=["answer", "due_on", "round"])
        ComparisonTask.objects.bulk_create(fresh)

    def _task(
        self, key: str, found: Found, said: Said | None, row: Any, due: Any
    ) -> ComparisonTask:
        cell, community, street = _ground(self.source, said, row)
        name = said.name if said else getattr(row, "name", str(row))
        return ComparisonTask(
            source=self.source,
            round=self.run,
            kind=found.kind,
            key=key,
            content=found.content,
            subject=row.uuid if row is not None else None,
            name=name[:120],
            fields=list(found.fields),
            said=_sealed(said),
            address=row.address if row is not None else "",
            cell_id=cell,
            community_id=community,
            street_id=street,
            due_on=due,
        )

    def _remember(self, said: Mapping[str, Said]) -> None:
        ComparisonKey.objects.bulk_create(
            [
                ComparisonKey(source=self.source, key=key, round=self.run)
                for key in said
            ],
            update_conflicts=True,
            unique_fields=["source", "key"],
            update_fields=["round"],
        )

    def _overtake(self) -> int:
        """What was asked of keys that neither the list nor the register has now."""
        rows: Any = ComparisonTask.objects.filter(source=self.source, answer__in=OPEN)
        rows = rows.extra(where=[UNSEEN.format("offices_comparisontask.key")])
        return int(rows.update(answer=ComparisonTask.Answer.OVERTAKEN))

    def _came(self) -> None:
        """The next arrival is due after this one; the columns serve for it."""
        source = self.source
        columns = {**source.columns, **(self.run.options.get("columns") or {})}
        due = source.due_on
        if source.every_days:
            due = timezone.localdate() + timedelta(source.every_days)
        ComparisonSource.objects.filter(pk=source.pk).update(
            columns=columns, due_on=due, told_on=None
        )


OPEN = [ComparisonTask.Answer.NONE, ComparisonTask.Answer.UNREACHED]


def _scratch() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.comparison_seen")
        cursor.execute(SEEN + "ON COMMIT DROP")


def _see(keys: Sequence[str], is_listed: bool) -> set[str]:
    """Keys that no row was read of before, which are seen from now on.

    ``is_listed``: by a row that could be read; what was only mentioned may still be.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO comparison_seen SELECT k, %s FROM unnest(%s::text[]) k"
            " ON CONFLICT (key) DO UPDATE SET is_listed = true"
            " WHERE EXCLUDED.is_listed AND NOT comparison_seen.is_listed RETURNING key",
            [is_listed, list(dict.fromkeys(keys))],
        )
        return {key for (key,) in cursor.fetchall()}


def _read(reader: ListReader, rows: list[Row], report: Report) -> dict[str, Said]:
    """The rows by key; what cannot be read, and what comes twice, to the report."""
    reader.learn(rows)
    found: dict[str, Said] = {}
    read: list[tuple[Row, Said]] = []
    mentioned: list[str] = []
    for line, cells in rows:
        try:
            said = reader.said(line, cells)
        except BadInput as error:
            report.line(line, _label(reader, cells), BAD, error.text, cells)
            mentioned.append(reader.mentioned(cells))
        else:
            if said is not None:
                read.append(((line, cells), said))
            else:
                mentioned.append(reader.mentioned(cells))
    fresh = _see(list(dict.fromkeys(one.listed.key for _row, one in read)), True)
    _see(list(filter(None, mentioned)), False)
    for (line, cells), one in read:
        if one.listed.key in fresh and one.listed.key not in found:
            found[one.listed.key] = one
        else:
            report.line(line, _label(reader, cells), BAD, Twice().text, cells)
    return found


class Twice(BadInput):
    """This number stands in the list twice; the first row counts."""

    message = gettext_noop(
        "This number stands in the list twice; the first row counts."
    )


def _label(reader: ListReader, cells: Sequence[Any]) -> str:
    name = _shown(reader.register, reader.name(cells))
    if reader.register != Register.PERSON:
        return name
    return f"{name} {mask_number(reader.text(cells, 'number')[-4:])}".strip()


def _shown(register: str, name: str) -> str:
    """Masked where it is somebody's name."""
    return mask_name(name) if register == Register.PERSON else name


def _elsewhere(said: Said, row: Any) -> Any:
    """Whoever the list has on another community's ground has left this one."""
    spot, listed = said.spot, said.listed
    if spot is None or row is None or "address" not in listed.fields:
        return listed
    is_elsewhere = row.community_id is not None and spot.ground[1] != row.community_id
    return replace(listed, has_left=listed.has_left or is_elsewhere)


def _ground(source: ComparisonSource, said: Said | None, row: Any) -> tuple[Any, ...]:
    """Whose task it is: where the entry lies, else where the list says, else the
    ground of the list."""
    if row is not None and (row.street_id or row.community_id):
        return row.cell_id, row.community_id, row.street_id
    if said is not None and said.spot is not None:
        return said.spot.ground
    return None, None, source.street_id


def _sealed(said: Said | None) -> Any:
    return Sealed(said.sealed) if said else ""


def _progress(report: Report) -> None:
    report.refused.flush()


# Sending, and what people say of it.


def send(
    by: User,
    source: ComparisonSource,
    name: str,
    file: BinaryIO,
    *,
    job: bool = True,
    **told: Any,
) -> ComparisonRound:
    """Keep the file for its job. Raises NotFound (404), TooLarge (400)."""
    if not permissions.can_send(by, source):
        raise NotFound
    if len(settings.PERSONAL_KEYS) > 1:
        raise ChangingKeys
    options = {key: value for key, value in told.items() if value}
    row = ComparisonRound(by=by, name=name, source=source, options=options)
    then = defer if job else None
    return carrying.begin(row, file, most=settings.IMPORT_MAX_BYTES, then=then)


@transaction.atomic
def look_again(
    run: ComparisonRound, *, job: bool = True, **told: Any
) -> ComparisonRound:
    """Once more, with other columns. Raises Conflict (409)."""
    row = ComparisonRound.objects.select_for_update().get(pk=run.pk)
    if not row.may_be_taken:
        raise Conflict
    row.options = {**row.options, **told}
    row.status, row.ended_at, row.counts = SentTable.Status.WAITING, None, {}
    row.save(update_fields=["options", "status", "ended_at", "counts"])
    if job:
        defer(row)
    return row


def take(run: ComparisonRound, *, job: bool = True) -> ComparisonRound:
    """Raises Conflict (409)."""
    return carrying.confirm(run, then=defer if job else None)


def carry_out(run: ComparisonRound) -> ComparisonRound:
    return carrying.carry_out(run, ListSort(run))


def defer(run: ComparisonRound) -> None:
    app.configure_task(TASK).defer(run=run.pk)
