"""How well an address answers what was asked: a score, and what it rests on."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from layers.addresses.asking import Question
from layers.addresses.levels import (
    BARE,
    BUILDING,
    DEPTH,
    DOOR,
    FLOOR,
    NAME,
    ROOM,
    UNIT,
    Number,
    Parsed,
    pairs,
    parse,
)

# GB/T 37149-2018; behind the building the standard names no levels.
LEVELS = {"road": 6, "estate": 7, DOOR: 8, BUILDING: 9}
TITLES = {
    "road": gettext_lazy("road or lane"),
    "estate": gettext_lazy("estate"),
    NAME: gettext_lazy("place name"),
    DOOR: pgettext_lazy("level of an address", "door"),
    BUILDING: pgettext_lazy("level of an address", "building"),
    UNIT: pgettext_lazy("level of an address", "entrance"),
    FLOOR: pgettext_lazy("level of an address", "floor"),
    ROOM: pgettext_lazy("level of an address", "room"),
}
CODES = {
    **{name: name for name in ("road", "estate")},
    **{NAME: "name", DOOR: "door", BUILDING: "building"},
    **{UNIT: "unit", FLOOR: "floor", ROOM: "room"},
}
LEVEL_CODES = list(CODES.values())
WEIGHTS = {NAME: 40, DOOR: 25, BUILDING: 15, UNIT: 8, FLOOR: 4, ROOM: 8, BARE: 15}
# Without a number nobody knows which of a road's doors is meant.
NAME_ONLY, NUMBERS_ONLY = 40, 50
TYPED, SCATTERED, BESIDE, DEEPER, ELSEWHERE = 10, 6, 12, 6, 40
SURE = 85  # of a hundred
NATURAL = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Row:
    """An address of the register, as it is compared."""

    code: str
    text: str
    cell: str
    lon: float
    lat: float
    road: str
    estate: str
    size: int  # words of its index: the fewer, the less it says besides

    @property
    def order(self) -> tuple[int, int, list[str | int]]:
        parts = NATURAL.split(self.text)
        natural = [int(one) if one.isdecimal() else one for one in parts]
        return self.size, len(self.text), natural


@dataclass(frozen=True)
class Match:
    """An address that is meant, how surely (0 to 100), and why."""

    row: Row
    score: int
    level: str  # the deepest that was met
    met: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)  # asked for, and not met
    said: str = ""  # what was read otherwise than it was written

    @property
    def code(self) -> str:
        """The level by a word of the API."""
        return CODES[self.level]

    @property
    def number(self) -> int | None:
        """The level by GB/T 37149; None behind the building."""
        return LEVELS.get(self.level)

    @property
    def title(self) -> str:
        return str(TITLES[self.level])

    @property
    def why(self) -> str:
        """What it rests on, in words."""
        parts = [_("met down to the %(level)s") % {"level": self.title}]
        if self.lacking:
            said = "、".join(self.lacking)
            parts.append(_("not in the register: %(what)s") % {"what": said})
        if self.said:
            parts.append(self.said)
        return "；".join(parts)

    @property
    def is_whole(self) -> bool:
        return not self.lacking and not self.said


def match(row: Row, asked: Question, meant: Question) -> Match:
    """``meant``: as it was looked for, which may be less than was ``asked``."""
    parsed = parse(row.text)
    met: list[str] = []
    lacking: list[str] = []
    total = got = 0.0
    levels = set()
    if asked.names:
        total += WEIGHTS[NAME]
        got += WEIGHTS[NAME] * _called(parsed, meant)
        levels.add(name_level(row, meant))
        met += meant.names
    rest = list(parsed.numbers)
    for one in asked.numbers:
        total += WEIGHTS[one.kind]
        if (held := _held(one, rest)) is None:
            lacking.append(one.text)
            continue
        rest.remove(held)
        if held.value == one.value:
            got += WEIGHTS[one.kind]
        else:
            got += WEIGHTS[one.kind] / 2
            lacking.append(one.text)
        levels.add(held.kind if held.kind != BARE else DOOR)
        met.append(held.text)
    score = 100 * got / total if total else 0.0
    score -= _doubts(row, parsed, asked, meant, rest)
    if not asked.numbers:
        score = min(score, NAME_ONLY)
    elif not meant.names:
        score = min(score, NUMBERS_ONLY)
    level = _deepest(levels)
    return Match(row, max(0, round(score)), level, met, lacking, meant.said)


def _deepest(levels: set[str]) -> str:
    for kind in reversed(DEPTH[1:]):
        if kind in levels:
            return kind
    return next(iter(levels - {NAME}), NAME)


def _held(one: Number, numbers: list[Number]) -> Number | None:
    """The number of a row that is meant by one that was asked for."""
    same = [held for held in numbers if held.value == one.value]
    like = [held for held in numbers if held.plain == one.plain]
    for found in (same, like):
        for held in found:
            if held.kind == one.kind or BARE in (held.kind, one.kind):
                return held
    return same[0] if same and one.word in ("", "楼", "号", "号院", "院") else None


def _called(parsed: Parsed, meant: Question) -> float:
    """How much of the names stands in the row's."""
    there = pairs_of(parsed)
    if not meant.names:
        return 0.0
    found = 0.0
    for name in meant.names:
        wanted = pairs(name)
        if any(name in said for said in parsed.names):
            found += 1
        elif wanted:
            found += 0.85 * len(wanted & there) / len(wanted)
    return found / len(meant.names)


def pairs_of(parsed: Parsed) -> set[str]:
    return set().union(*map(pairs, parsed.names))


def name_level(row: Row, meant: Question) -> str:
    """Whether a road was named, or an estate, as far as the register says."""
    for level, name in (("road", row.road), ("estate", row.estate)):
        form = parse(name).form
        if form and any(form in said or said in form for said in meant.names):
            return level
    return NAME


def _doubts(
    row: Row, parsed: Parsed, asked: Question, meant: Question, rest: list[Number]
) -> float:
    """What takes from the score: typing errors, other numbers, another street."""
    doubts = 0.0
    if meant.said:
        doubts += TYPED
    if rest and asked.numbers and not _is_named_by(rest, meant):
        doubts += DEEPER
    for unit in asked.units:
        if not (row.cell.startswith(unit.code) or unit.name in row.text):
            doubts += ELSEWHERE
    return doubts


def _is_named_by(rest: list[Number], meant: Question) -> bool:
    """祥纸西里2号楼 names its door too: 月坛街3号祥纸西里2号楼."""
    kinds = {one.kind for one in meant.numbers}
    return BUILDING in kinds and all(one.kind == DOOR for one in rest)
