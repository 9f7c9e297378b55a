"""A sheet of a register: sent, mapped, looked through, taken.

It is read once: looking through it leaves its rows staged and sealed, and taking it
writes them from there, some thousands in a transaction. A worker that is killed goes
on after the last of these.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from accounts.models import Unit, User
from cases.models import SentTable
from cases.tables import carrying
from cases.tables.carrying import BAD, SHOWN, Report
from cases.tables.cells import Cell, Row
from cases.tables.reading import Table, opened
from govmap.lib.errors import BadInput, Conflict, NotFound
from govmap.lib.history import recorded
from govmap.lib.sealed import mask_name
from offices.models import Person, Register, RegisterImport
from offices.models.ground import ground_of
from offices.models.register_import import IMPORTED
from offices.registers.identity import mask_number
from offices.registers.importing import (
    doors,
    households,
    organizations,
    people,
    staging,
)
from offices.registers.importing.columns import FIELDS, guess, missing, titles_of
from offices.registers.importing.rows import Reader, Staged
from offices.registers.permissions import uses_registers
from offices.registers.places import first_unit, own_ground

TASK = "offices.carry_out_register_import"
MOST_ROWS = 500_000
AT_ONCE = 2_000  # rows read
PORTION = 10_000  # rows written in one transaction
TRIES = 3  # somebody enters the same by hand at that moment
ROOMS: dict[str, Any] = {
    Register.PERSON: people,
    Register.HOUSEHOLD: households,
    Register.DWELLING: doors,
    Register.ORGANIZATION: organizations,
}


class LongSheet(BadInput):
    """A sheet has at most 500,000 rows. Split it."""

    message = gettext_noop("A sheet has at most 500,000 rows. Split it.")


class RowsAreGone(Conflict):
    """The rows of this file are gone. Look through it again."""

    message = gettext_noop("The rows of this file are gone. Look through it again.")


class ChangingKeys(Conflict):
    """The keys of personal data are being changed. Import when that has ended."""

    message = gettext_noop(
        "The keys of personal data are being changed. Import when that has ended."
    )


# Why a row that can be read is refused by the register.
WHY: dict[str, str] = {
    "twice": gettext_noop("The same, with other content, stands in line %(what)s."),
    "maybe": gettext_noop(
        "This may be %(what)s, who is in the register. Add the number of the paper,"
        " or take such rows as others on the page of the import."
    ),
    "dead": gettext_noop("The register says that this person has died."),
    "elsewhere": gettext_noop(
        "This entry lies on another's ground (%(what)s). Send the row there."
    ),
}


class RegisterSort:
    """A sheet of one register (`cases.tables.carrying.Sort`)."""

    def __init__(self, run: RegisterImport) -> None:
        self.run, self.room = run, ROOMS[run.register]
        self.ground = ground_of(run.by)
        self.reasons = Reasons(run.register)

    def titles(self) -> Sequence[str]:
        told = self.run.options.get("columns") or {}
        return [*titles_of(self.run.register), *filter(None, told.values())]

    def look(self, table: Table, report: Report) -> None:
        staging.clear(self.run)
        told = self.run.options.get("columns") or {}
        columns = guess(self.run.register, table.titles, told)
        lacking = missing(self.run.register, columns)
        report.header(table)
        report.content |= {
            "titles": [title.strip() for title in table.titles if title.strip()],
            "columns": columns,
            "lacking": lacking,
        }
        if not lacking:
            reader = Reader(self.run.register, table.titles, columns, self.run.by)
            self._stage(table, report, reader)
            if self._judge_all(report):
                self._refuse(report, reader)
        report.finish(SentTable.Status.LOOKED)

    def _stage(self, table: Table, report: Report, reader: Reader) -> None:
        taken = 0
        for rows in table.parts(AT_ONCE):
            good = list(_read(reader, rows, report))
            staging.copy(self.run, good)
            taken += len(good)
            if report.read + taken > MOST_ROWS:
                raise LongSheet
            refused, report.read = report.read, report.read + taken
            report.save()
            report.read = refused
        report.content["staged"] = taken

    def _judge_all(self, report: Report) -> int:
        """What each row would do, nothing being done; how many the register refuses."""
        refused = 0
        for values in self._portions():
            with transaction.atomic():
                self._judge(values)
                staging.keep_refusals(values)
                refused += self._tell(values, report)
        return refused

    def _portions(self) -> Iterator[dict[str, Any]]:
        staging.begin(self.run)
        here = own_ground(self.run.by)
        unit = first_unit(self.run.by)
        usual = {
            "run": self.run.pk,
            "another": bool(self.run.options.get("another")),
            "by": self.run.by_id,
            "unit": unit.pk if unit else None,
            "today": timezone.localdate(),
            "community": here["community"].pk if "community" in here else None,
            "street": here["street"].pk if "street" in here else None,
        }
        for least, most in staging.portions(self.run, PORTION):
            yield {**usual, "least": least, "most": most}

    def _judge(self, values: Mapping[str, Any]) -> None:
        staging.place(dict(values))
        self.room.judge(values, self.ground)

    def _tell(self, values: Mapping[str, Any], report: Report) -> int:
        """The portion in the report; how many of it are refused."""
        found = staging.outcomes()
        refused = found.pop(BAD, 0)
        report.counts.update(found)
        report.read += sum(found.values())
        if (room_left := SHOWN - len(report.other)) > 0:
            for row in self.room.shown(values, room_left):
                report.other.append(self.reasons.shown(row))
        return refused

    def _refuse(self, report: Report, reader: Reader) -> None:
        """The file of refused rows anew, read from the sealed file: those that cannot
        be read, and those that the register refuses."""
        with opened(self.run, self.titles()) as table:
            report.counts.pop(BAD, None)
            report.read, report.bad = sum(report.counts.values()), []
            report.header(table)
            for rows in table.parts(AT_ONCE):
                staged = dict(staging.lines_of(self.run, [line for line, _ in rows]))
                unread = [row for row in rows if row[0] not in staged]
                for _row in _read(reader, unread, report):
                    raise RowsAreGone
                told = [(row, staged.get(row[0], "")) for row in rows]
                for (line, cells), why in told:
                    if why:
                        self._line(report, reader, line, cells, why)
                report.refused.flush()

    def _line(
        self, report: Report, reader: Reader, line: int, cells: list[Cell], why: str
    ) -> None:
        report.line(line, label(reader, cells), BAD, self.reasons.say(why), cells)

    def take(self, table: Table, report: Report) -> None:
        """Portion by portion, each judged again where it is written."""
        looked = dict(self.run.report)
        if staging.count(self.run) != looked.get("staged", 0):
            raise RowsAreGone
        done = looked.get("portions", 0)
        report.content = looked
        report.bad = [one for one in self.run.lines if one[2] == BAD]
        if before := self.run.counts.get(BAD, 0):
            report.counts[BAD] = before
        if done:
            report.counts.update(self.run.counts)
            report.other = [one for one in self.run.lines if one[2] != BAD]
        report.read = sum(report.counts.values())
        refusals = looked.setdefault("refusals", staging.refusals(self.run))
        report.save(total=looked["staged"] + report.counts[BAD])
        for number, values in enumerate(self._portions(), start=1):
            if number > done:
                self._patiently(values, report, number)
        self._end(report, table, anew=refusals != staging.refusals(self.run))

    def _patiently(
        self, values: Mapping[str, Any], report: Report, number: int
    ) -> None:
        """Again where somebody entered the same at that moment."""
        kept = (report.counts.copy(), report.read, list(report.other))
        for left in reversed(range(TRIES)):
            try:
                return self._write(values, report, number)
            except IntegrityError:
                report.counts, report.read, report.other = (
                    kept[0].copy(),
                    kept[1],
                    list(kept[2]),
                )
                if not left:
                    raise

    def _write(self, values: Mapping[str, Any], report: Report, number: int) -> None:
        """Raises Cancelled: what was taken before stays taken."""
        with transaction.atomic(), recorded(self.run.by, address=address(self.run)):
            self._judge(values)
            staging.keep_refusals(dict(values))
            self._tell(values, report)
            self.room.write(values, self.run.by)
            report.content["portions"] = number
            report.save(done=True)

    def _end(self, report: Report, table: Table, *, anew: bool) -> None:
        """``anew``: the register refuses other rows than when it was looked at."""
        if anew:
            columns = self.run.report["columns"]
            reader = Reader(self.run.register, table.titles, columns, self.run.by)
            self._refuse(report, reader)
        for name in ("portions", "refusals"):
            report.content.pop(name, None)
        report.finish(SentTable.Status.DONE, taken_at=timezone.now())
        staging.clear(self.run)


def _read(reader: Reader, rows: Sequence[Row], report: Report) -> Iterator[Staged]:
    """The rows that can be read; the others to the report."""
    reader.learn(rows)
    for line, cells in rows:
        try:
            yield reader.row(line, cells)
        except BadInput as error:
            report.line(line, label(reader, cells), BAD, error.text, cells)


def label(reader: Reader, cells: Sequence[Cell]) -> str:
    """What a row of a report is called: never a whole number."""
    name = reader.text(cells, "name")
    if reader.register == Register.DWELLING:
        return reader.text(cells, "address") + reader.text(cells, "room")
    if reader.register == Register.ORGANIZATION:
        return name
    tail = reader.text(cells, "number")[-4:]
    return f"{mask_name(name)} {mask_number(tail)}".strip()


class Reasons:
    """What is said of a row, in words."""

    def __init__(self, register: str) -> None:
        self.register = register
        self.titles = {one.name: str(one.title) for one in FIELDS[register]}
        self.units: dict[str, str] = {}

    def say(self, why: str) -> str:
        word, _blank, number = why.partition(" ")
        if word == "elsewhere":
            number = self._unit(number)
        elif word == "maybe":
            number = self._who(number)
        return BadInput(WHY[word], what=number).text

    def _unit(self, number: str) -> str:
        if number not in self.units:
            found = Unit.objects.filter(pk=int(number)).first()
            self.units[number] = str(found or "—")
        return self.units[number]

    def _who(self, number: str) -> str:
        if self.register == Register.ORGANIZATION:
            return "—"
        row = Person.objects.get(pk=int(number))
        return f"{mask_name(row.name)} {mask_number(row.number_tail)}".strip()

    def shown(self, row: Sequence[Any]) -> list[Any]:
        """A line of the report: its number, name, what it does, and which fields."""
        line, name, tail, outcome, names, moves = row
        if self.register in (Register.PERSON, Register.HOUSEHOLD):
            name = f"{mask_name(name)} {mask_number(tail)}".strip()
        elif tail:
            name = f"{name} {tail}"
        said = [self.titles[one] for one in _fields(names) if one in self.titles]
        if moves and "address" in self.titles:
            said.append(self.titles["address"])
        return [line, name[:60], outcome, "、".join(said)]


def _fields(names: Sequence[str]) -> list[str]:
    """Fields as people know them: a hash or tail stands for what it is of."""
    said = (name.removesuffix("_hash").removesuffix("_tail") for name in names)
    return list(dict.fromkeys(said))


def address(run: RegisterImport) -> str:
    """Where a change came from, in the record of changes."""
    return f"/offices/imports/{run.uuid}/"


# Sending, and what people say of it.


def check(by: User, register: str) -> None:
    """Raises NotFound (404) for who keeps no register, and for no register."""
    if register not in IMPORTED or not uses_registers(by):
        raise NotFound


def send(
    by: User, register: str, name: str, file: BinaryIO, *, job: bool = True, **told: Any
) -> RegisterImport:
    """Keep the file for its job. ``told``: columns, another, at_once.

    Raises NotFound (404), TooLarge (400), ChangingKeys (409).
    """
    check(by, register)
    if len(settings.PERSONAL_KEYS) > 1:
        raise ChangingKeys
    at_once = bool(told.pop("at_once", False))
    row = RegisterImport(
        by=by,
        name=name,
        register=register,
        unit=first_unit(by),
        options={key: value for key, value in told.items() if value},
        at_once=at_once,
    )
    then = defer if job else None
    return carrying.begin(row, file, most=settings.IMPORT_MAX_BYTES, then=then)


@transaction.atomic
def look_again(run: RegisterImport, *, job: bool = True, **told: Any) -> RegisterImport:
    """Once more with other columns, or with those who may be the same as others.

    Raises Conflict (409).
    """
    row = RegisterImport.objects.select_for_update().get(pk=run.pk)
    if not row.may_be_taken:
        raise Conflict
    row.options = {**row.options, **told}
    row.status, row.ended_at, row.counts = SentTable.Status.WAITING, None, {}
    row.save(update_fields=["options", "status", "ended_at", "counts"])
    if job:
        defer(row)
    return row


def take(run: RegisterImport, *, job: bool = True) -> RegisterImport:
    """Raises NotFound (404), Conflict (409)."""
    check(run.by, run.register)
    return carrying.confirm(run, then=defer if job else None)


def cancel(run: RegisterImport) -> None:
    """Raises Conflict (409)."""
    carrying.cancel(run)
    staging.clear(run)


def carry_out(run: RegisterImport) -> RegisterImport:
    done = carrying.carry_out(run, RegisterSort(run))
    if done.status == SentTable.Status.FAILED:
        staging.clear(done)
    return done


def defer(run: RegisterImport) -> None:
    app.configure_task(TASK).defer(run=run.pk)
