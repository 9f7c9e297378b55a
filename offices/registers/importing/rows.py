"""A row of a sheet as it is to be written, or why not: checked as on the form.

What is sealed is sealed here, before anything of the row reaches the database.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop
from uuid_utils.compat import uuid7

from accounts.models import User
from cases.tables.cells import Cell
from govmap.lib.errors import BadInput
from govmap.lib.sealed import Sealed, keyed_hash, last_four
from offices.models import Register
from offices.models.ground import OwnGround
from offices.models.person import NumberTailField
from offices.registers.entering import paper_number, phone_number
from offices.registers.identity import credit_code
from offices.registers.importing.addresses import Addresses, Door
from offices.registers.importing.columns import (
    APART,
    DAY,
    FIELDS,
    NUMBER,
    PHONE,
    PLACE,
    UNIFIED,
    Field,
    missing,
)
from offices.registers.importing.values import Lists, Parse, parser

Make = Callable[[Sequence[Cell], dict[str, Any]], tuple[str, Door, dict[str, str]]]
NOWHERE = Door("", "", "")
TAIL = NumberTailField(of="number")
# Sorted, so that rows that say the same are equal.
encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
PAST = {"birth", "since", "came_on", "established_on"}
# What a new entry says where its row says nothing.
USUAL: dict[str, dict[str, Any]] = {
    Register.PERSON: {"kind": "registered", "paper": "111", "nationality": "CHN"},
    Register.HOUSEHOLD: {"kind": "registered", "paper": "111", "nationality": "CHN"},
}


class Empty(BadInput):
    """“%(title)s” is empty. Fill it in."""

    message = gettext_noop("“%(title)s” is empty. Fill it in.")


class NobodyKnown(BadInput):
    """Give the number of the paper, or the date of birth and the address."""

    message = gettext_noop(
        "Give the number of the paper, or the date of birth and the address."
    )


class NotYet(BadInput):
    """“%(title)s” is still to come: %(text)s. Enter what has happened."""

    message = gettext_noop(
        "“%(title)s” is still to come: %(text)s. Enter what has happened."
    )


class EmptyAndRented(BadInput):
    """A dwelling that is rented is not empty."""

    message = gettext_noop("A dwelling that is rented is not empty.")


class NoColumnOf(BadInput):
    """No column is: %(names)s. Say on this page which column it is."""

    message = gettext_noop(
        "No column is: %(names)s. Say on this page which column it is."
    )


@dataclass(frozen=True, slots=True)
class Staged:
    """One row, as `StagedRow` keeps it."""

    line: int
    uuid: UUID
    key: str
    content: str
    door: Door
    values: dict[str, Any]
    sealed: dict[str, str]
    extra: dict[str, Any]
    written: str  # the values as JSON


@dataclass
class Reader:
    """Reads the rows of one file, ``columns`` saying which title is which field."""

    register: str
    titles: Sequence[str]
    columns: Mapping[str, str]
    by: User
    # Other columns than those of the register; another ground than the sender's.
    known: tuple[Field, ...] = ()
    ground: OwnGround | None = None
    addresses: Addresses = field(init=False)

    def __post_init__(self) -> None:
        known = self.known or FIELDS[self.register]
        if lacking := self.lacking():
            raise NoColumnOf(names="、".join(lacking))
        titles = [title.strip() for title in self.titles]
        fields = [one for one in known if one.name in self.columns]
        self.fields = {one.name: one for one in fields}
        self.places = {
            name: titles.index(self.columns[name])
            for name in self.fields
            if self.columns[name] in titles
        }
        lists = Lists(known)
        self.parsers: list[tuple[str, int, Parse]] = [
            (one.name, self.places[one.name], parser(one, lists))
            for one in fields
            if one.name in self.places
            and one.name not in PLACE
            and one.kind not in (NUMBER, PHONE, UNIFIED)
        ]
        self.past = [one for one in fields if one.kind == DAY and one.name in PAST]
        self.required = [one for one in fields if one.needed]
        self.addresses = Addresses(self.by, self.ground)
        self.today = timezone.localdate()
        self.make = self.maker()

    def lacking(self) -> list[str]:
        """Titles of the columns without which no row can be read."""
        return missing(self.register, self.columns)

    def maker(self) -> Make:
        """What makes of a row its key, its door, and what is sealed."""
        make: dict[str, Make] = {
            Register.PERSON: self._person,
            Register.HOUSEHOLD: self._person,
            Register.DWELLING: self._dwelling,
            Register.ORGANIZATION: self._organization,
        }
        return make[Register(self.register)]

    def text(self, cells: Sequence[Cell], name: str) -> str:
        at = self.places.get(name, -1)
        return cells[at].text.strip() if 0 <= at < len(cells) else ""

    def learn(self, rows: Sequence[tuple[int, Sequence[Cell]]]) -> None:
        """Look up the addresses of a batch before its rows are read."""
        if "address" in self.places:
            self.addresses.learn(self.text(cells, "address") for _line, cells in rows)

    def row(self, line: int, cells: Sequence[Cell]) -> Staged:
        """Raises BadInput with all that is wrong first."""
        values: dict[str, Any] = {}
        for name, at, parse in self.parsers:
            cell = cells[at]
            if cell.text and not cell.text.isspace():
                values[name] = parse(cell)
        key, door, sealed = self.make(cells, values)
        self._check(values)
        extra = {name: values.pop(name) for name in APART if name in values}
        written = encode(values)
        content = _content(written, door, extra)
        return Staged(line, uuid7(), key, content, door, values, sealed, extra, written)

    def _check(self, values: Mapping[str, Any]) -> None:
        for one in self.required:
            if values.get(one.name) in (None, ""):
                raise Empty(title=one.title)
        for one in self.past:
            if (day := values.get(one.name)) and day > self.today.isoformat():
                raise NotYet(title=one.title, text=day)

    def _door(self, cells: Sequence[Cell]) -> Door:
        text = self.text(cells, "address")
        if not text:
            return NOWHERE
        entrance, room = self.text(cells, "unit"), self.text(cells, "room")
        return self.addresses.door(text, entrance, room)

    def _seal(self, values: dict[str, Any], name: str, text: str) -> str:
        """Ciphertext apart; hash and tail among the values. The hash."""
        found = keyed_hash(text)
        values[f"{name}_hash"] = found
        values[f"{name}_tail"] = (
            TAIL.derive(text) if name == "number" else last_four(text)
        )
        return found

    def _phone(
        self, cells: Sequence[Cell], values: dict[str, Any], sealed: dict[str, str]
    ) -> None:
        if phone := phone_number(self.text(cells, "phone")):
            self._seal(values, "phone", phone)
            sealed["phone"] = Sealed.of(phone).token

    def _person(
        self, cells: Sequence[Cell], values: dict[str, Any]
    ) -> tuple[str, Door, dict[str, str]]:
        """The number tells birth and sex, and these win over what was typed."""
        sealed: dict[str, str] = {}
        paper = values.get("paper", "111")
        said = paper_number(self.text(cells, "number"), paper, today=self.today)
        key = ""
        if number := said.pop("number"):
            key = self._seal(values, "number", number)
            sealed["number"] = Sealed.of(number).token
            if said:
                values["birth"] = said["birth"].isoformat()
                values["sex"] = said["sex"]
        self._phone(cells, values, sealed)
        door = self._door(cells)
        if not key:
            if not (values.get("birth") and door.code):
                raise NobodyKnown
            key = _digest(values.get("name"), values["birth"], *_said(door))
        return key, door, sealed

    def _dwelling(
        self, cells: Sequence[Cell], values: dict[str, Any]
    ) -> tuple[str, Door, dict[str, str]]:
        door = self._door(cells)
        if not door.code:
            raise Empty(title=self.fields["address"].title)
        if values.get("is_empty") and values.get("is_rented"):
            raise EmptyAndRented
        return _digest(*_said(door)), door, {}

    def _organization(
        self, cells: Sequence[Cell], values: dict[str, Any]
    ) -> tuple[str, Door, dict[str, str]]:
        sealed: dict[str, str] = {}
        if text := self.text(cells, "code"):
            values["code"] = credit_code(text)
        self._phone(cells, values, sealed)
        door = self._door(cells)
        key = values.get("code") or _digest(values.get("name"), *_said(door))
        return key, door, sealed


def _said(door: Door) -> tuple[str, str, str]:
    return door.code, door.entrance, door.room


def _digest(*parts: Any) -> str:
    """A key of what has no number: "n:" and a hash, for it may be long."""
    said = "\x1f".join(str(part or "") for part in parts)
    return "n:" + hashlib.blake2b(said.encode(), digest_size=24).hexdigest()


def _content(written: str, door: Door, extra: Mapping[str, Any]) -> str:
    """Equal for rows that say the same. Of what is sealed the keyed hash is in it."""
    said = "\x1f".join((written, *_said(door), encode(extra) if extra else ""))
    return hashlib.sha256(said.encode()).hexdigest()
