"""Invented values for the fields of a record, made from its module's definition.

Nobody bears the names and numbers: what is referred to are the demonstration's own
people, dwellings and organisations, phones begin with 1990000.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from offices.modules.definition import (
    CODES,
    COMPUTED,
    CREDIT,
    EMAIL,
    FILE,
    IDENTITY,
    LONG,
    PHOTO,
    PLACE,
    REF,
    ROWS,
    Definition,
    Field,
)
from offices.modules.reminders import moved
from offices.registers.demo import GIVEN, PHONES, SURNAMES

WORDS = Path(__file__).with_name("words.json")
# What nobody invents: files, and what an empty field says as well.
LEFT_OUT = {COMPUTED, FILE, PHOTO, CODES, IDENTITY, CREDIT, EMAIL}
# Days from today on which something is due, in turn: overdue, today, soon, later.
DUE = (-12, 0, 4, 90, 0, -3, 15, 240, 400, 9)
AHEAD = ("until", "expires", "ends", "next", "_by", "planned_to", "declare")
BY_NAME = ("姓名", "人", "员", "书记", "长", "领导", "名")
NUMBERED = ("编号", "文号", "号", "编码")
PERCENT = "%"


@cache
def words() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WORDS.read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Things:
    """What fields may refer to, by kind, and where records may lie."""

    keys: dict[str, list[str]]
    spot: Callable[[Random], list[float] | None]


class Filling:
    """One record's values; ``nth`` tells it apart from the others of its module."""

    def __init__(
        self, definition: Definition, things: Things, dice: Random, nth: int
    ) -> None:
        self.definition, self.things = definition, things
        self.dice, self.nth = dice, nth
        self.due = _days_due(definition)

    def fill(
        self, names: Iterable[str], day: date, wanted: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Values of these fields as somebody would say them on that day."""
        found = {}
        for name in names:
            one = self.definition.fields[name]
            value = wanted[name] if name in wanted else self.value(one, day)
            if value is not None:
                found[name] = value
        return _agreeing(found)

    def value(self, one: Field, day: date) -> Any:
        """None where nobody fills it in."""
        if one.kind in LEFT_OUT:
            return None
        if one.kind == REF:
            keys = self.things.keys.get(one.ref)
            return self.dice.choice(keys) if keys else None
        if one.kind == PLACE:
            return self.things.spot(self.dice)
        if one.kind == ROWS:
            return self._rows(one, day)
        return self._simple(one, day)

    def _simple(self, one: Field, day: date) -> Any:
        match one.kind:
            case "choice":
                return self.dice.choice(one.choices).code
            case "choices":
                return [self.dice.choice(one.choices).code]
            case "truth":
                return self.dice.random() < 0.4
            case "whole" | "number":
                return self._number(one, day)
            case "day":
                return self._day(one, day).isoformat()
            case "moment":
                return f"{day.isoformat()}T{self.dice.randint(8, 18):02d}:30"
            case "time":
                return f"{self.dice.randint(8, 18):02d}:30"
            case "phone":
                return f"{PHONES}{self.dice.randint(0, 9999):04d}"
        return self._text(one, day)

    def _number(self, one: Field, day: date) -> float:
        if one.name == "year":
            return day.year
        least = int(one.spec.get("minimum", 0))
        most = int(one.spec.get("maximum", 0))
        if one.unit == PERCENT:
            return self.dice.randint(max(least, 60), most or 100)
        if one.name.startswith("budget"):
            return self.dice.randint(20, 90) * 10_000
        if "元" in one.unit or "额" in one.label:
            return self.dice.randint(8, 90) * 100
        few = 5 if "人" in one.label and "到" not in one.label else 40
        return self.dice.randint(max(least, 1), most or few)

    def _day(self, one: Field, day: date) -> date:
        """Days that are reminded of fall due in turn; others were lately, or come."""
        if span := self.due.get(one.name):
            due = date.today() + timedelta(days=DUE[self.nth % len(DUE)])
            return moved(due, span, -1)
        if any(part in one.name for part in AHEAD):
            return day + timedelta(days=self.dice.randint(40, 500))
        return day - timedelta(days=self.dice.randint(0, 6))

    def _rows(self, one: Field, day: date) -> Any:
        """One or two rows, each with what is needed in it; None without."""
        rows = []
        for _row in range(max(self.dice.randint(1, 2), one.spec.get("minItems", 1))):
            row = {name: self.value(col, day) for name, col in one.columns.items()}
            row = {name: value for name, value in row.items() if value is not None}
            needed = {name for name, col in one.columns.items() if col.is_required}
            if not needed <= set(row):
                return None
            rows.append(row)
        return rows

    def _text(self, one: Field, day: date) -> str:
        if "pattern" in one.spec:
            return f"{day:%Y-%m}"
        said = words()
        titles = said["titles"]
        near = f"{one.name}.{one.within or self.definition.code}"
        if found := titles.get(near) or titles.get(one.name):
            text = found[self.nth % len(found)]
        elif one.label.endswith(NUMBERED):
            text = said["number"] % (day.year, self.nth + 1)
        elif "址" in one.label:
            text = said["place"] % (self.nth + 1)
        elif one.kind != LONG and one.label.endswith(BY_NAME):
            text = self.dice.choice(SURNAMES) + "".join(self.dice.sample(GIVEN, 2))
        else:
            text = f"{said['plain']}{one.label}"
        return str(text)[: int(one.spec.get("maxLength", 100))]


def _days_due(definition: Definition) -> dict[str, Mapping[str, Any]]:
    """The days that reminders count from, each with what is counted on."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in definition.reminders:
        if every := one.spec.get("every"):
            found[str(every["from"])] = every
        else:
            found[str(one.spec["field"])] = one.spec.get("after", {})
    return found


def _agreeing(values: dict[str, Any]) -> dict[str, Any]:
    """Not more came than were to come, and what is for outweighs what is against."""
    for few, many in (
        *(("attended", "should_attend"), ("voted_against", "voted_for")),
        *(("satisfied_people", "rated_people"), ("delegates", "people")),
        *(("abstained", "voted_for"), ("budget_granted", "budget_first")),
    ):
        if few in values and many in values and values[few] > values[many]:
            values[few], values[many] = values[many], values[few]
    return values
