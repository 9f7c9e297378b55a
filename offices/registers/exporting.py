"""The four registers as files, for a purpose and on record (`workflow.exporting`).

A file has the columns of the importer, said so that it reads them back: sent again,
rows that nobody changed change nothing. What names or finds somebody is a personal
column; labels of sensitive groups are in no file, and narrow none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Prefetch, QuerySet, Value, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.tables.source import WATERMARK
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.sealed import mask_name
from offices.models import (
    Dwelling,
    Label,
    Member,
    Organization,
    Person,
    Register,
    Residence,
    State,
)
from offices.models.code import Code
from offices.models.ground import ground_of, on_ground
from offices.registers import codes, finding, lists
from offices.registers.importing.addresses import reads_back
from offices.registers.importing.columns import (
    AREA,
    CHOICE,
    CODE,
    DAY,
    FIELDS,
    FLAG,
    NUMBER,
    PHONE,
    PLACE,
    Field,
)
from offices.registers.importing.values import Lists
from offices.registers.lists import Asked, Kind, Page
from offices.registers.permissions import only_keeps_data, uses_registers
from workflow import exporting
from workflow.export_files import workbook
from workflow.exporting import Column, Rows, exportable
from workflow.models import Export

# Names for rules and the API; those of the lists' pages too.
NAMES: dict[str, str] = {
    Register.PERSON: "people",
    Register.HOUSEHOLD: "households",
    Register.DWELLING: "dwellings",
    Register.ORGANIZATION: "organizations",
}
AT_ONCE = 500  # entries read together
YES, NO = "是", "否"  # as the importer reads them
_SOMEBODY = {
    *("name", "number", "birth", "phone", "address", "unit", "room", "whole_address"),
    *("registration_address", "former_name", "foreign_name", "nation", "native_place"),
    *("political", "workplace", "needs", "labels"),
}
PERSONAL: dict[str, set[str]] = {
    Register.PERSON: _SOMEBODY,
    Register.HOUSEHOLD: _SOMEBODY,
    Register.DWELLING: {"owner_name"},
    Register.ORGANIZATION: {"phone"},
}


class NotByNumber(BadInput):
    """A list narrowed by a whole number or phone is not exported. Clear the search."""

    message = gettext_noop(
        "A list narrowed by a whole number or phone is not exported. Clear the search."
    )


class NotByGroup(BadInput):
    """A list narrowed by a sensitive label is not exported. Remove that filter."""

    message = gettext_noop(
        "A list narrowed by a sensitive label is not exported. Remove that filter."
    )


class Titles:
    """What codes are called, where the importer takes that title for that code."""

    def __init__(self, register: str) -> None:
        fields = FIELDS[register]
        self.words = codes.Words(*{one.list for one in fields if one.list})
        self.known = Lists(fields).lists

    def of(self, name: str, code: str) -> str:
        title = self.words.of(name, code)
        return title if self.known[name].get(title, code) == code else code


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file."""

    entry: Any
    titles: Titles
    # Whether the reader could open the entry: else its name is masked, the rest blank.
    opens: bool
    door: Dwelling | None = None
    house: str = ""  # the standard address of the building
    member: Member | None = None
    since: date | None = None


def _kept(kind: Kind, query: str) -> dict[str, str]:
    """The filters alone. Raises NotByNumber, NotByGroup."""
    params = QueryDict(query)
    names = ("q", *(row.name for row in kind.filters))
    said = {name: params.get(name, "").replace("\x00", "").strip() for name in names}
    kept = {name: text[:60] for name, text in said.items() if text}
    if finding.is_number(kept.get("q", "")):
        raise NotByNumber
    if label := kept.get("label"):
        rows = Code.objects.filter(
            list__code__in=(codes.LABELS, codes.DWELLING_LABELS), code=label
        )
        if rows.filter(group__isnull=False).exists():
            raise NotByGroup
    return kept


def _asked(kind: Kind, user: User, query: str) -> Asked:
    return Asked(QueryDict(urlencode(_kept(kind, query))), kind, user)


def found(kind: Kind, user: User, query: str) -> QuerySet[Any]:
    """What the list of the query holds; of households the members that are in them.

    Raises NotFound (404), NotByNumber, NotByGroup (400).
    """
    if not uses_registers(user):
        raise NotFound
    asked = _asked(kind, user, query)
    seen = lists.seen_in(kind, user)
    seen = seen.exclude(state=State.MERGED) if "state" in asked.values else seen.here()
    rows = asked.apply(seen)
    if kind.register == Register.HOUSEHOLD:
        members = Member.objects.filter(until__isnull=True, household__in=rows)
        return members.annotate(opens=_opens(user)).order_by("-household", "pk")
    opens = kind.register != Register.PERSON or not only_keeps_data(user)
    return rows.annotate(opens=Value(opens)).order_by("-pk")


def _opens(user: User) -> Any:
    """Members who live on the reader's ground: of others he can open no number."""
    ground = ground_of(user)
    if ground.whole or only_keeps_data(user):
        return Value(not only_keeps_data(user))
    return Case(
        When(on_ground(ground, "person__"), then=Value(True)), default=Value(False)
    )


def rows(register: str, entries: QuerySet[Any], most: int) -> Iterator[Line]:
    """At most so many; keys are taken at one moment, entries read in portions."""
    titles, read = Titles(register), READ[register]
    keys = list(entries.values_list("pk", "opens")[:most])
    for start in range(0, len(keys), AT_ONCE):
        some = dict(keys[start : start + AT_ONCE])
        by_key = {row.pk: row for row in read().filter(pk__in=some)}
        for pk, opens in some.items():
            # Nothing of a register is ever deleted.
            yield _line(by_key[pk], titles, opens)


def _labelled() -> "Prefetch[Any]":
    """Labels of today; those of sensitive groups are not read at all."""
    rows = Label.objects.on().filter(code__group__isnull=True)
    return Prefetch("labels", rows.select_related("code"))


def _people() -> QuerySet[Any]:
    rows = Person.objects.select_related("community", "street", "dwelling__building")
    return rows.defer("words", "number_hash", "phone_hash").prefetch_related(
        Prefetch("residences", Residence.objects.filter(until__isnull=True)),
        _labelled(),
    )


def _members() -> QuerySet[Any]:
    return Member.objects.select_related(
        *("person", "household__community", "household__street"),
        "household__dwelling__building",
    ).defer("person__words")


def _dwellings() -> QuerySet[Any]:
    rows = Dwelling.objects.select_related("community", "street", "building")
    return rows.prefetch_related(_labelled())


def _organizations() -> QuerySet[Any]:
    rows = Organization.objects.select_related("community", "street", "building")
    return rows.select_related("dwelling__building").defer("words", "phone_hash")


READ: dict[str, Callable[[], QuerySet[Any]]] = {
    Register.PERSON: _people,
    Register.HOUSEHOLD: _members,
    Register.DWELLING: _dwellings,
    Register.ORGANIZATION: _organizations,
}


def _line(row: Any, titles: Titles, opens: bool) -> Line:
    if isinstance(row, Member):
        door = row.household.dwelling
        return Line(row.person, titles, opens, door, _house(door), member=row)
    if isinstance(row, Person):
        since = next((one.since for one in row.residences.all()), None)
        return Line(row, titles, opens, row.dwelling, _house(row.dwelling), since=since)
    if isinstance(row, Dwelling):
        return Line(row, titles, opens, row, _house(row))
    house = _house(row.dwelling)
    if row.dwelling is None and row.building and not row.code:
        # Known by name and building alone.
        house = row.building.address
    return Line(row, titles, opens, row.dwelling, house)


def _house(door: Dwelling | None) -> str:
    """The building's address; "" where the importer would find another door by it."""
    if door is None or not reads_back(door.unit, door.room):
        return ""
    return door.building.address


def _reader(register: str, one: Field) -> Callable[[Line], Any]:
    """What a column says of a row."""
    hides, value = one.name in PERSONAL[register], _value(register, one)

    def read(line: Line) -> Any:
        if line.opens or not hides:
            return value(line)
        return mask_name(line.entry.name) if one.name == "name" else ""

    return read


def _value(register: str, one: Field) -> Callable[[Line], Any]:
    name = one.name
    if name in MEMBER:
        return lambda line: MEMBER[name](line, line.member)
    if name in PLACE:
        return lambda line: _place(line, name)
    if name == "since":
        return lambda line: _day(line.since)
    return lambda line: _said(one, line, getattr(line.entry, name))


# What a sheet of households says of the household, and of who is in it.
MEMBER: dict[str, Callable[[Line, Any], Any]] = {
    "household": lambda line, member: member.household.number,
    "household_kind": lambda line, member: member.household.get_kind_display(),
    "relation": lambda line, member: line.titles.of("relation", member.relation),
}


def _place(line: Line, name: str) -> str:
    if not line.house or name == "address":
        return line.house
    return str(getattr(line.door, name)) if line.door else ""


def _said(one: Field, line: Line, value: Any) -> Any:
    """A value as the importer reads it. Numbers and phones are opened here alone."""
    if one.kind in (NUMBER, PHONE):
        return value.open() if value else ""
    if one.kind == CODE:
        return line.titles.of(one.list, value)
    if one.kind == CHOICE:
        return getattr(line.entry, f"get_{one.name}_display")()
    if one.kind == FLAG:
        return YES if value else NO
    if one.kind == DAY:
        return _day(value)
    if one.kind == AREA:
        return "" if value is None else float(value)
    return "" if value is None else value


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _labels(line: Line) -> str:
    rows = line.entry.labels.all() if line.opens else ()
    return "、".join(str(row.code) for row in rows)


def _unit(name: str) -> Callable[[Line], str]:
    """Of a member those of the household."""

    def read(line: Line) -> str:
        entry = line.member.household if line.member else line.entry
        return str(getattr(entry, name) or "")

    return read


def _whole_address(line: Line) -> str:
    entry = line.member.household if line.member else line.entry
    return entry.address if line.opens else ""


def _columns(register: str) -> tuple[Column, ...]:
    """The importer's columns in their order, and some that it passes over."""
    personal = PERSONAL[register]
    own = [
        Column(one.name, one.title, _reader(register, one), one.name in personal)
        for one in FIELDS[register]
    ]
    more: list[tuple[str, Any, Callable[[Line], Any]]] = [
        ("whole_address", _("Whole address"), _whole_address),
        ("community", _("Community"), _unit("community")),
        ("street", _("Street"), _unit("street")),
    ]
    if register in (Register.PERSON, Register.HOUSEHOLD):
        more.append(("age", _("Age"), lambda line: line.entry.age))
    if register in (Register.PERSON, Register.DWELLING):
        more.append(("labels", _("Label"), _labels))
    return (
        *own,
        *(Column(name, title, read, name in personal) for name, title, read in more),
    )


def words(kind: Kind, user: User, query: str) -> list[str]:
    """The filters, for the record."""
    chips = Page(_asked(kind, user, query), [], 0).chips
    return ["：".join(filter(None, (chip["title"], chip["word"]))) for chip in chips]


def _write(export: Export, columns: Sequence[Column], lines: Rows) -> bytes:
    return workbook(export, columns, lines, mark=WATERMARK, typed=True)


def _announce(kind: Kind) -> None:
    register = kind.register
    exportable(
        exporting.Register(
            name=NAMES[register],
            title=kind.title,
            columns=_columns(register),
            found=lambda user, query: found(kind, user, query),
            rows=lambda entries, most: rows(register, entries, most),
            words=lambda user, query: words(kind, user, query),
            clean=lambda query: urlencode(_kept(kind, query)),
            page=lambda query: f"{reverse(f'registers:{NAMES[register]}')}?{query}",
            # No CSV: in it a spreadsheet spoils the 18 signs of a number.
            writers={Export.Form.XLSX: _write},
            named=True,
            hint=_(
                "Sensitive labels are in no file. Sent again as a sheet of this"
                " register, rows that nobody changed change nothing."
            ),
        )
    )


for _kind in lists.KINDS.values():
    _announce(_kind)


def export_address(user: User, asked: Asked) -> str:
    """Where a file of the list is asked for; "" for whoever may not: one query."""
    name = NAMES[asked.kind.register]
    if asked.is_number or exporting.right_of(user, name) is None:
        return ""
    query = urlencode({"register": name, **asked.values})
    return f"{reverse('workflow:export-new')}?{query}"
