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
from govmap.lib.sealed import Sealed
from offices.comparison.rule import Held, Listed
from offices.models import ComparisonSource, Organization, Person, Register, State
from offices.models.ground import OwnGround
from offices.registers.importing.addresses import MOST_ASKED, Door, Spot
from offices.registers.importing.columns import CHOICE, DAY, FIELDS, Field
from offices.registers.importing.rows import Reader
from offices.registers.importing.values import KINDS

DEAD, LEFT, HERE = "dead", "left", "here"
STATUS = Field(
    "status", _("state in the list"), CHOICE, ("状态", "人员状态", "户籍状态")
)
DIED = Field("died_on", _("day of death"), DAY, ("死亡日期", "注销日期", "去世日期"))
MORE = {
    Register.PERSON: (STATUS, DIED),
    Register.ORGANIZATION: (STATUS,),
}
# What a list's rows are known by, and never compared.
KEYS = {Register.PERSON: "number", Register.ORGANIZATION: "code"}
NEVER = {"paper", "since", "source", "unit", "room", "status", "died_on"}


def _states() -> dict[str, str]:
    """状态, as departments write it."""
    return {
        **dict.fromkeys(("死亡", "已死亡", "去世", "身故", "死亡注销", DEAD), DEAD),
        **dict.fromkeys(("迁出", "已迁出", "离开", "注销", "吊销", LEFT), LEFT),
        **dict.fromkeys(("在册", "正常", "存续", "在业", "居住", HERE), HERE),
    }


KINDS["status"] = _states


class NoKey(BadInput):
    """The row has no number to compare by. Fill it in."""

    message = gettext_noop("The row has no number to compare by. Fill it in.")


def fields_of(register: str) -> tuple[Field, ...]:
    return (*FIELDS[register], *MORE[Register(register)])


def comparable(register: str) -> list[Field]:
    """Fields that a source may compare."""
    key = KEYS[Register(register)]
    return [one for one in FIELDS[register] if one.name not in {*NEVER, key}]


def ground_of_source(source: ComparisonSource) -> OwnGround:
    if source.street_id is None:
        return OwnGround(whole=True)
    return OwnGround(streets=frozenset({source.street_id}))


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
        self.required = [one for one in self.required if one.name == "name"]

    def _door(self, cells: Sequence[Cell]) -> Door:
        text = self.text(cells, "address")
        if not text:
            self.spot = None
            return Door("", "", "")
        entrance, room = self.text(cells, "unit"), self.text(cells, "room")
        door, self.spot = self.addresses.anywhere(text, entrance, room)
        return door

    def said(self, line: int, cells: Sequence[Cell]) -> Said:
        """Raises BadInput."""
        if not self.text(cells, self.key):
            raise NoKey
        row = self.row(line, cells)
        values = dict(row.values)
        status = values.pop("status", HERE)
        died_on = values.pop("died_on", "")
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
            fields=self._compared(values, row.door),
            content=row.content,
            is_dead=status == DEAD or bool(died_on),
            has_left=status == LEFT,
        )
        text = json.dumps(kept, ensure_ascii=False)
        name = str(values.get("name", ""))
        return Said(line, listed, name, Sealed.of(text).token, self.spot)

    def _compared(self, values: Mapping[str, Any], door: Door) -> dict[str, Any]:
        """What the source compares; an address that nobody knows says nothing."""
        found: dict[str, Any] = {}
        for name in self.source.compared:
            if name == "address":
                if door.code:
                    found[name] = (door.code, door.entrance, door.room)
            elif name == "phone":
                if said := values.get("phone_hash"):
                    found[name] = said
            elif name in values:
                found[name] = values[name]
        return found


def held_of(
    source: ComparisonSource, keys: Iterable[str], absent: Mapping[str, str]
) -> dict[str, tuple[Held, Any]]:
    """What the register holds of these keys: for the rule, and the entry itself."""
    if source.register == Register.PERSON:
        rows: Any = Person.objects.filter(number_hash__in=list(keys))
        name = "number_hash"
    else:
        rows = Organization.objects.filter(code__in=list(keys))
        name = "code"
    rows = rows.exclude(state=State.MERGED).select_related("dwelling__building")
    return {
        getattr(row, name): (_held(source, row, getattr(row, name), absent), row)
        for row in rows.defer("phone")
    }


def _held(
    source: ComparisonSource, row: Any, key: str, absent: Mapping[str, str]
) -> Held:
    fields: dict[str, Any] = {}
    for name in source.compared:
        if name == "address":
            door = row.dwelling
            fields[name] = (
                (door.building.address_code, door.unit, door.room) if door else None
            )
        elif name == "phone":
            fields[name] = row.phone_hash
        else:
            value: Any = getattr(row, name, None)
            fields[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return Held(
        key=key,
        fields=fields,
        is_here=row.state == State.HERE,
        is_dead=row.state == State.DEAD,
        absent=absent.get(key, ""),
    )
