"""Rosters as tables: out as Excel reads them, and in again."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Unit, User
from govmap.lib.errors import BadInput
from govmap.lib.sheets import Row
from govmap.lib.trial import Report, State
from workflow.class_rows import wrong
from workflow.class_taking import Asked, Table
from workflow.models import Shift, ShiftKind
from workflow.roster.permissions import can_keep
from workflow.roster.writing import people_of, put

COLUMNS = ("unit", "day", "shift", "person", "part")
NEEDED = ("unit", "day", "shift", "person")
WORDS = {
    **{"单位": "unit", "日期": "day", "班次": "shift", "人员": "person"},
    **{"姓名": "person", "职责": "part", "岗位": "part"},
}
PARTS = {
    **{"带班领导": "leader", "值班长": "chief", "值班员": "member", "备勤": "standby"},
    **{part: part for part in Shift.Part.values},
    "": "member",
}
# What people call the shift of one day: {kind: {person: part}} of a unit and a day.
Slots = dict[tuple[int, date, int], dict[int, str]]


def lines(unit: Unit, first: date, last: date) -> list[list[Any]]:
    """As `COLUMNS`, of one unit."""
    rows = Shift.objects.filter(unit=unit, day__range=(first, last)).in_order()
    words = {code: word for word, code in PARTS.items() if word and word != code}
    return [
        [
            unit.code,
            row.day.isoformat(),
            row.kind.code,
            str(row.person),
            words[row.part],
        ]
        for row in rows
    ]


def table_for(user: User) -> Table:
    """What this person may send."""

    def write(rows: Iterable[Row], report: Report, asked: Asked) -> int:
        return _write(rows, report, user)

    return Table(
        title=gettext_lazy("Roster from a file"),
        columns=COLUMNS,
        needed=NEEDED,
        words=WORDS,
        write=write,
        state=_state,
        here="roster:take",
        back="roster:week",
        base="workflow/take_alone.html",
    )


def _write(rows: Iterable[Row], report: Report, user: User) -> int:
    """The people of each shift that the table names are those of the table."""
    reader = _Reader(user)
    wanted: Slots = {}
    at: dict[tuple[int, date, int], str] = {}
    count = 0
    for where, row in rows:
        count += 1
        try:
            slot, person, part = reader.read(row)
        except BadInput as error:
            report(where, error)
            continue
        wanted.setdefault(slot, {})[person] = part
        at.setdefault(slot, where)
    for slot, people in wanted.items():
        unit, day, kind = reader.slot(slot)
        try:
            put(unit, day, kind, people)
        except BadInput as error:
            report(at[slot], error)
    return count


class _Reader:
    def __init__(self, user: User) -> None:
        self.user = user
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.by_id = {unit.pk: unit for unit in self.units.values()}
        kinds = list(ShiftKind.objects.filter(retired=False))
        self.kinds = {kind.code: kind for kind in kinds}
        self.kinds |= {kind.titles.get("zh-hans", ""): kind for kind in kinds}
        self.people: dict[tuple[int, date], dict[str, list[int]]] = {}

    def slot(self, slot: tuple[int, date, int]) -> tuple[Unit, date, ShiftKind]:
        unit, day, kind = slot
        found = next(row for row in self.kinds.values() if row.pk == kind)
        return self.by_id[unit], day, found

    def read(self, row: dict[str, str]) -> tuple[tuple[int, date, int], int, str]:
        """Raises BadInput."""
        unit = self.units.get(row["unit"])
        if unit is None or not can_keep(self.user, unit):
            raise wrong(
                gettext_noop("unit “%(code)s” is none whose roster you keep."),
                code=row["unit"],
            )
        kind = self.kinds.get(row["shift"])
        if kind is None:
            raise wrong(
                gettext_noop("there is no shift “%(code)s”."), code=row["shift"]
            )
        day = _day(row["day"])
        part = PARTS.get(row.get("part", ""))
        if part is None:
            raise wrong(
                gettext_noop("part “%(part)s” must be one of %(known)s."),
                part=row["part"],
                known=", ".join(Shift.Part.values),
            )
        return (unit.pk, day, kind.pk), self._person(unit, day, row["person"]), part

    def _person(self, unit: Unit, day: date, name: str) -> int:
        """By name or user name, where one of the unit is meant."""
        known = self.people.get((unit.pk, day))
        if known is None:
            known = self.people[(unit.pk, day)] = {}
            for person in people_of(unit, day):
                for word in {person.name, person.username}:
                    known.setdefault(word, []).append(person.pk)
        found = known.get(name, [])
        if len(found) != 1:
            raise wrong(
                gettext_noop(
                    "“%(name)s” is nobody of the unit, or several. Write the user name."
                ),
                name=name,
            )
        return found[0]


def _day(text: str) -> date:
    try:
        # A workbook's day comes with its hour.
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise wrong(
            gettext_noop("day “%(text)s” must be written as 2026-07-01."), text=text
        ) from error


def _state(rows: list[Row]) -> State:
    """The shifts of the days that the table names."""
    codes = {row["unit"] for _line, row in rows}
    days = []
    for _line, row in rows:
        try:
            days.append(date.fromisoformat(row["day"][:10]))
        except ValueError:
            continue
    if not days:
        return {}
    first, last = min(days), min(max(days), min(days) + timedelta(days=400))
    shifts = Shift.objects.filter(unit__code__in=codes, day__range=(first, last))
    return {
        f"{row.day} {row.kind} {row.person}": {"part": str(row.get_part_display())}
        for row in shifts.in_order()
    }
