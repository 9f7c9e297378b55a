"""The levels of an address after GB/T 37149-2018, and the words of its index.

1 province, 2 city, 3 district, 4 street, 5 community, 6 road, 7 estate, 8 door (号,
院), 9 building (号楼), 10 landmark; then unit, floor and room, as DB42/T 2175-2024
orders them behind the building. Knows no Django: ``address_terms()`` in the database
makes the words of the register's rows, and a test holds the two together.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from layers.addresses.signs import form_of

NAME, DOOR, BUILDING, UNIT, FLOOR, ROOM, BARE = "n", "h", "b", "u", "f", "r", "#"
# From the outermost inwards.
DEPTH = (NAME, DOOR, BUILDING, UNIT, FLOOR, ROOM)
KINDS = {
    **dict.fromkeys(("号院", "号", "院", "弄"), DOOR),
    **dict.fromkeys(("号楼", "栋", "幢", "座"), BUILDING),
    **dict.fromkeys(("单元", "门"), UNIT),
    "层": FLOOR,
    **dict.fromkeys(("室", "户", "房", "号房", "号室"), ROOM),
}
STOREY = "楼"  # 5楼 is a building, or a floor of one
NUMBER = re.compile(
    "([甲乙丙丁戊己])?([A-Z])?([0-9]{1,6})([A-Z])?"
    "(?:-([0-9]{1,5}[A-Z]?))?(?:-([0-9]{1,5}[A-Z]?))?"
    "(号楼|号院|号房|号室|号|院|楼|栋|幢|座|单元|门|层|室|户|房|弄)?"
    "|([A-Z])(号楼|座|栋|幢|楼)"
)


@dataclass(frozen=True)
class Number:
    """A number of an address: its kind and what it says, as 甲8, 8-1, A or 501."""

    kind: str
    value: str
    plain: str = ""  # without what stands before and behind it: 8 of 甲8 and of 8-1
    word: str = ""  # behind it

    @property
    def text(self) -> str:
        return f"{self.value}{self.word}"


@dataclass(frozen=True)
class Parsed:
    """An address in its parts. ``names``: what is no number, between the numbers."""

    form: str
    names: tuple[str, ...]
    numbers: tuple[Number, ...]

    def of(self, kind: str) -> list[Number]:
        return [one for one in self.numbers if one.kind == kind]

    @property
    def deepest(self) -> str:
        kinds = {one.kind for one in self.numbers}
        return next((kind for kind in reversed(DEPTH) if kind in kinds), NAME)


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    """The parts of an address, however it is written."""
    form = form_of(text)
    names: list[str] = []
    numbers: list[Number] = []
    at = 0
    for found in NUMBER.finditer(form):
        names.append(form[at : found.start()])
        numbers += _numbers(found, numbers)
        at = found.end()
    names.append(form[at:])
    said = tuple(name.strip("- ") for name in names if name.strip("- "))
    return Parsed(form, said, tuple(_settled(numbers)))


def _numbers(found: re.Match[str], before: list[Number]) -> Iterator[Number]:
    sign, head, digits, tail, second, third, word, letter, behind = found.groups()
    if letter:
        yield Number(BUILDING, letter, letter, behind)
        return
    plain = str(int(digits))
    value = f"{sign or ''}{head or ''}{plain}{tail or ''}"
    kind = KINDS.get(word or "", BARE)
    if second and kind in (DOOR, BUILDING, UNIT, FLOOR):
        yield Number(kind, "-".join(filter(None, (value, second, third))), plain, word)
        return
    if word == STOREY:
        has_building = any(one.kind == BUILDING for one in before)
        kind = FLOOR if has_building and not second else BUILDING
    parts = [one for one in (second, third) if one]
    if not parts:
        yield Number(kind, value, plain, word or "")
        return
    # 3-2-501: building, unit, room; of two nobody knows what the first one is.
    kinds = (BUILDING, UNIT, ROOM) if len(parts) == 2 else (BARE, ROOM)
    for kind, said in zip(kinds, [value, *parts], strict=True):
        yield Number(kind, said, said, "")


def _settled(numbers: list[Number]) -> Iterator[Number]:
    """A bare number is the room behind a building, the door before any."""
    doors = 0
    for one in numbers:
        if one.kind == BARE:
            inside = any(other.kind in (BUILDING, UNIT, FLOOR) for other in numbers)
            kind = ROOM if inside else BARE
            yield Number(kind, one.value, one.plain, one.word)
        elif one.kind == DOOR and (doors := doors + 1) > 1:
            # 8号院3号: whoever says so means building 3.
            yield Number(BUILDING, one.value, one.plain, one.word)
        else:
            yield one


def pairs(name: str) -> set[str]:
    """The pairs of neighbouring signs of a name."""
    return {name[at : at + 2] for at in range(len(name) - 1)}


def terms(text: str) -> set[str]:
    """The words by which the register's index knows an address."""
    form, found, at = form_of(text), set(), 0
    for match in NUMBER.finditer(form):
        found |= pairs(form[at : match.start()].strip("- "))
        found |= _terms(match)
        at = match.end()
    return found | pairs(form[at:].strip("- "))


def _terms(match: re.Match[str]) -> set[str]:
    sign, head, digits, tail, second, third, word, letter, _behind = match.groups()
    if letter:
        return {BUILDING + letter, BARE + letter}
    plain = str(int(digits))
    value = f"{sign or ''}{head or ''}{plain}{tail or ''}"
    kind = KINDS.get(word or "", BARE)
    if second and kind in (DOOR, BUILDING, UNIT, FLOOR):
        whole = "-".join(filter(None, (value, second, third)))
        return {kind + whole, kind + plain, BARE + plain, BARE + value, BARE + whole}
    found = {BARE + one for one in (plain, value, second, third) if one}
    if second:
        last = third or second
        return found | {
            BUILDING + value,
            UNIT + (second if third else value),
            ROOM + last,
        }
    if word == STOREY:
        kinds = {BUILDING, FLOOR}
    else:
        kinds = {DOOR, ROOM} if kind == BARE else {kind}
    return found | {one + said for one in kinds for said in (plain, value)}


def asked(one: Number, *, loosely: bool = False) -> str:
    """The word that a row must have to hold a number; ``loosely``: of any kind."""
    if loosely or one.kind == BARE or one.word in (STOREY, ""):
        return BARE + one.value
    if one.kind == BUILDING and one.word in ("号", "院", "号院"):
        return BARE + one.value
    return one.kind + one.value
