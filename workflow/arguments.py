"""What effects and guards are called with: ``name:argument:argument``.

Each is registered with the sorts of its arguments, so that a process that misspells
one is refused before a case runs on it, and in words, so that people can read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

LIMIT = "limit"  # one of the process's limits, or one that the subject answers
PAUSE = "pause"  # one of the process's named pauses
REQUEST = "request"  # something that a move of the process asks for
NUMBER = "number"
NAME = "name"  # any name
WHOM = "whom"  # a unit or a person that the subject names
ROLE = "role"

Sorts = tuple[str, ...]
PLACES = ("one", "two", "three")  # what its words call its arguments
Words = Mapping[str, str | Promise]


@dataclass(frozen=True)
class Wording:
    """How people are told of a guard, an effect or a piece of evidence.

    ``words`` may hold ``%(one)s`` and so on for the arguments; ``names`` says what
    single arguments are called.
    """

    words: str | Promise = ""
    names: Words = field(default_factory=dict)


# What the effects of requests wait for, whether or not a move says so.
_IMPLIED = {
    "ask": "not_asked",
    "grant": "asked",
    "refuse": "asked",
    "take_back": "asked",
}


def implied(effects: list[str]) -> list[str]:
    """The guards that go with these effects."""
    pairs = [split(text) for text in effects]
    return [
        ":".join([_IMPLIED[name], *arguments])
        for name, arguments in pairs
        if name in _IMPLIED
    ]


def split(text: str) -> tuple[str, list[str]]:
    """``"fewer:extension:2"`` as its name and its arguments."""
    name, *arguments = text.split(":")
    return name, arguments
