"""The rows of a list as the rule compares them, and what the register holds of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.tables.cells import Cell
from govmap.lib.errors import BadInput
from govmap.lib.sealed import Sealed, keyed_hash
from offices.comparison.compared import (
    HASHED,
    compared_in,
    door_key,
    ground_of_source,
)
from offices.comparison.rule import Held, Listed
from offices.models import ComparisonSource, Register, State
from offices.models.household import HEAD
from offices.registers.entering import paper_number
from offices.registers.identity import credit_code
from offices.registers.importing.addresses import MOST_ASKED, Door, Spot
from offices.registers.importing.columns import (
    CHOICE,
    DAY,
    FIELDS,
    NUMBER,
    TEXT,
    Field,
)
from offices.registers.importing.rows import Make, Reader
from offices.registers.importing.values import KINDS, TooLong

DEAD, LEFT, HERE = "dead", "left", "here"
DOOR_MOST = 20  # signs of an entrance or a room
STATUS = Field(
    "status", _("state in the list"), CHOICE, ("状态", "人员状态", "户籍状态")
)
DIED = Field("died_on", _("day of death"), DAY, ("死亡日期", "注销日期", "去世日期"))
_OF_HOUSEHOLD = {one.name: one for one in FIELDS[Register.HOUSEHOLD]}
# One row a household. Where a list has a row for each member, the head's counts.
HOUSEHOLDS = (
    *(_OF_HOUSEHOLD[name] for name in ("household", "household_kind")),
    Field("head", _("head"), TEXT, ("户主姓名", "姓名"), most=60),
    Field(
        "number",
        _("identity number of the head"),
        NUMBER,
        (
            *("户主公民身份号码", "户主身份证号", "户主身份证号码", "户主证件号码"),
            *("公民身份号码", "身份证号", "身份证号码", "证件号码"),
        ),
    ),
    *(_OF_HOUSEHOLD[name] for name in ("address", "unit", "room", "relation")),
)
LISTED: dict[str, tuple[Field, ...]] = {
    Register.PERSON: (*FIELDS[Register.PERSON], STATUS, DIED),
    Register.HOUSEHOLD: (*HOUSEHOLDS, STATUS),
    Register.DWELLING: (*FIELDS[Register.DWELLING], STATUS),
    Register.ORGANIZATION: (*FIELDS[Register.ORGANIZATION], STATUS),
}
# What a list's rows are known by, and never compared.
KEYS: dict[str, str] = {
    Register.PERSON: "number",
    Register.HOUSEHOLD: "household",
    Register.DWELLING: "address",
    Register.ORGANIZATION: "code",
}
# What a row is called, and has to say.
NAMES: dict[str, str] = {Register.PERSON: "name", Register.ORGANIZATION: "name"}
PARTS_OF_A_DOOR = ("address", "unit", "room")
NEVER = {
    *("paper", "since", "source", "unit", "room", "status", "died_on", "relation"),
}


def _states() -> dict[str, str]:
    """状态, as departments write it."""
    return {
        **dict.fromkeys(("死亡", "已死亡", "去世", "身故", "死亡注销", DEAD), DEAD),
        **dict.fromkeys(("迁出", "已迁出", "离开", "注销", "吊销", LEFT), LEFT),
        **dict.fromkeys(("拆除", "已拆除", "灭失", "销户", "已销户"), LEFT),
        **dict.fromkeys(("在册", "正常", "存续", "在业", "居住", HERE), HERE),
    }


KINDS["status"] = _states


class NoKey(BadInput):
    """The row has no number to compare by. Fill it in."""

    message = gettext_noop("The row has no number to compare by. Fill it in.")


def fields_of(register: str) -> tuple[Field, ...]:
    return LISTED[Register(register)]


def key_field(register: str) -> Field:
    key = KEYS[Register(register)]
    return next(one for one in fields_of(register) if one.name == key)


def lacking_in(register: str, columns: Mapping[str, str]) -> list[str]:
    """Titles of the columns without which a list cannot be compared."""
    needed = {KEYS[Register(register)], NAMES.get(register)} - {None}
    fields = fields_of(register)
    return [
        str(one.title)
        for one in fields
        if one.name in needed and one.name not in columns
    ]


def comparable(register: str) -> list[Field]:
    """Fields that a source may compare."""
    key = KEYS[Register(register)]
    return [one for one in fields_of(register) if one.name not in {*NEVER, key}]


@dataclass(frozen=True, slots=True)
class Said:
    """One row: what the rule compares, and what a task keeps of it, sealed."""

    line: int
    listed: Listed
    name: str
    sealed: str  # ciphertext of a JSON: what the list says
    spot: Spot | None


class ListReader(Reader):
    """Reads a department's list: an address elsewhere is no error of the list."""

    def __init__(
        self,
        source: ComparisonSource,
        titles: Sequence[str],
        columns: Mapping[str, str],
        by: User,
    ) -> None:
        super().__init__(
            source.register,
            titles,
            columns,
            by,
            known=fields_of(source.register),
            ground=ground_of_source(source),
        )
        self.source = source
        self.key = KEYS[Register(source.register)]
        self.addresses.asked = MOST_ASKED
        self.spot: Spot | None = None
        # A list of changes need not say of what kind an organisation is.
        needed = {self.key, NAMES.get(source.register)}
        self.required = [one for one in self.required if one.name in needed]

    def lacking(self) -> list[str]:
        return lacking_in(self.register, self.columns)

    def maker(self) -> Make:
        own: dict[str, Make] = {
            Register.HOUSEHOLD: self._household,
            Register.DWELLING: self._behind_door,
        }
        return own.get(Register(self.register)) or super().maker()

    def _household(
        self, cells: Sequence[Cell], values: dict[str, Any]
    ) -> tuple[str, Door, dict[str, str]]:
        sealed: dict[str, str] = {}
        said = paper_number(self.text(cells, "number"), "111", today=self.today)
        if number := said["number"]:
            self._seal(values, "number", number)
        return str(values.get("household", "")), self._door(cells), sealed

    def _behind_door(
        self, cells: Sequence[Cell], values: dict[str, Any]
    ) -> tuple[str, Door, dict[str, str]]:
        """A door that nobody knows cannot be compared, nor one on another's ground."""
        if text := self.text(cells, "address"):
            entrance, room = self.text(cells, "unit"), self.text(cells, "room")
            self.addresses.door(text, entrance, room)
        _key, door, sealed = self._dwelling(cells, values)
        return door_key(door.code, door.entrance, door.room), door, sealed

    def _door(self, cells: Sequence[Cell]) -> Door:
        text = self.text(cells, "address")
        if not text:
            self.spot = None
            return Door("", "", "")
        entrance, room = self.text(cells, "unit"), self.text(cells, "room")
        door, self.spot = self.addresses.anywhere(text, entrance, room)
        return door

    def said(self, line: int, cells: Sequence[Cell]) -> Said | None:
        """None of a row that speaks of a household's other members. Raises BadInput."""
        if not self.text(cells, self.key):
            raise NoKey
        row = self.row(line, cells)
        if row.extra.get("relation", HEAD) != HEAD:
            return None
        values = dict(row.values)
        status = values.pop("status", HERE)
        died_on = values.pop("died_on", "")
        self._fits(row.door)
        told: dict[str, Any] = {
            one: self.text(cells, one)
            for one in ("number", "phone", "address", "unit", "room")
            if one in self.places
        }
        kept: dict[str, Any] = {
            **values,
            **row.extra,
            **told,
            "status": status,
            "died_on": died_on,
        }
        kept |= {"address_code": row.door.code, "unit": row.door.entrance}
        kept |= {"room": row.door.room}
        listed = Listed(
            key=row.key,
            fields=self._compared({**values, **row.extra}, row.door),
            content=row.content,
            **self._ended(status, died_on),
        )
        text = json.dumps(kept, ensure_ascii=False)
        return Said(line, listed, self.name(cells), Sealed.of(text).token, self.spot)

    def _ended(self, status: str, died_on: str) -> dict[str, bool]:
        """Only people die: of all else it says that it is there no longer."""
        is_dead = status == DEAD or bool(died_on)
        if self.register != Register.PERSON:
            return {"has_left": is_dead or status == LEFT}
        return {"is_dead": is_dead, "has_left": status == LEFT}

    def _fits(self, door: Door) -> None:
        """Raises TooLong (400) of what the register has no room for."""
        for name, text in (("unit", door.entrance), ("room", door.room)):
            one = self.fields.get(name) or self.fields.get("address")
            if one is not None and len(text) > DOOR_MOST:
                raise TooLong(title=one.title, most=DOOR_MOST)

    def mentioned(self, cells: Sequence[Cell]) -> str:
        """The key of a row of which no more is read; "" where it cannot be told.

        Whom a list names in a row with a mistake has not left it.
        """
        text = self.text(cells, self.key)
        if not text:
            return ""
        try:
            return self._key_in(text, cells)
        except BadInput:
            return ""

    def _number(self, text: str) -> str:
        """Of a citizen, else of whatever paper. Raises BadInput."""
        try:
            found = paper_number(text, "111", today=self.today)
        except BadInput:
            found = paper_number(text, "")
        return str(found["number"])

    def _key_in(self, text: str, cells: Sequence[Cell]) -> str:
        if self.register == Register.PERSON:
            return keyed_hash(self._number(text))
        if self.register == Register.ORGANIZATION:
            return credit_code(text)
        if self.register == Register.HOUSEHOLD:
            return text
        entrance, room = self.text(cells, "unit"), self.text(cells, "room")
        door = self.addresses.door(text, entrance, room)
        return door_key(door.code, door.entrance, door.room)

    def name(self, cells: Sequence[Cell]) -> str:
        """What a row is called, on pages for who may read of it."""
        if self.register == Register.DWELLING:
            return " ".join(
                filter(None, (self.text(cells, one) for one in PARTS_OF_A_DOOR))
            )
        return self.text(cells, NAMES.get(self.register, self.key))

    def _compared(self, values: Mapping[str, Any], door: Door) -> dict[str, Any]:
        """What the source compares; an address that nobody knows says nothing."""
        found: dict[str, Any] = {}
        for name in self.source.compared:
            if name == "address":
                if door.code:
                    found[name] = (door.code, door.entrance, door.room)
            elif name in HASHED:
                if said := values.get(HASHED[name]):
                    found[name] = said
            elif name in values:
                found[name] = values[name]
        return found


def held_of(
    source: ComparisonSource, keys: Iterable[str], absent: Mapping[str, str]
) -> dict[str, tuple[Held, Any]]:
    """What the register holds of these keys: for the rule, and the entry itself."""
    register = compared_in(source.register)
    return {
        key: (_held(source, row, key, absent), row)
        for key, row in register.held(source, keys).items()
    }


def _held(
    source: ComparisonSource, row: Any, key: str, absent: Mapping[str, str]
) -> Held:
    register = compared_in(source.register)
    return Held(
        key=key,
        fields={name: register.value(row, name) for name in source.compared},
        is_here=row.state == State.HERE,
        is_dead=row.state == State.DEAD,
        absent=absent.get(key, ""),
    )
