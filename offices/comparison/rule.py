"""The rule of a comparison: of each key, what the list and the register say of it.

Pure: what is listed, what is held, and what absence means go in; each key comes out
in exactly one class. The order of rows does not matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SAME, NEW, CHANGED = "same", "new", "changed"
MOVED, DEAD = "moved", "dead"  # 疑似迁出, 疑似死亡


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of a key. ``fields``: those that it says something about."""

    key: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    content: str = ""  # equal where the list says the same
    is_dead: bool = False
    has_left: bool = False  # it says so, or names another community's ground


@dataclass(frozen=True, slots=True)
class Held:
    """What the register holds of a key."""

    key: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    is_here: bool = True  # neither moved away nor dead
    is_dead: bool = False
    # What is asked where the list has the key no more; "": absence says nothing.
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The class of a key, the fields that differ, and what was asked by it."""

    kind: str
    fields: tuple[str, ...] = ()
    content: str = ""


NOTHING = Found(SAME)


def classify(listed: Listed | None, held: Held | None) -> Found:
    """The class of one key; one of the two is given."""
    if listed is None:
        if held is not None and held.is_here and held.absent:
            return Found(MOVED, (), held.absent)
        return NOTHING
    if held is None or not held.is_here:
        return _unheld(listed, held)
    if listed.is_dead:
        return Found(DEAD, (), listed.content)
    if listed.has_left:
        return Found(MOVED, (), listed.content)
    differing = tuple(
        sorted(
            name
            for name, value in listed.fields.items()
            if value != held.fields.get(name)
        )
    )
    return Found(CHANGED, differing, listed.content) if differing else NOTHING


def _unheld(listed: Listed, held: Held | None) -> Found:
    """Nobody asks about the dead and the gone that the register does not have here."""
    if listed.is_dead or listed.has_left or (held is not None and held.is_dead):
        return NOTHING
    return Found(NEW, tuple(sorted(listed.fields)), listed.content)


def differences(listed: Iterable[Listed], held: Iterable[Held]) -> dict[str, Found]:
    """Each key of either side once. Of two rows of one key the smaller content counts,
    whatever their order."""
    said: dict[str, Listed] = {}
    for row in listed:
        there = said.get(row.key)
        if there is None or row.content < there.content:
            said[row.key] = row
    have = {row.key: row for row in held}
    return {
        key: classify(said.get(key), have.get(key))
        for key in sorted(said.keys() | have.keys())
    }


def to_ask(
    found: Mapping[str, Found], asked: Iterable[tuple[str, str, str]]
) -> dict[str, Found]:
    """Those that were not asked before: ``asked`` are key, kind and content."""
    before = set(asked)
    return {
        key: one
        for key, one in found.items()
        if one.kind != SAME and (key, one.kind, one.content) not in before
    }
