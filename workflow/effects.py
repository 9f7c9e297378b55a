"""What a move does besides changing the state.

The process's data names effects, as ``name`` or ``name:argument``; they are registered
here and in higher apps under those names. An effect changes rows, never the state.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from accounts.models import Membership, User
from workflow.arguments import Sorts, Wording, Words, split
from workflow.evidence import Given
from workflow.models import Subject, Transition


@dataclass
class Doing:
    """An act while it is being done."""

    row: Subject
    move: Transition
    by: User
    post: Membership
    given: Given
    moment: datetime
    # What the effect being done is called with: all behind its name, or nothing.
    argument: str = ""
    # What was given when that was asked for which this act grants (`Request.given`).
    asked: dict[str, Any] = field(default_factory=dict)
    # Fields of the row that an effect set, to be saved with the state.
    changed: set[str] = field(default_factory=set)
    # The limits (`Deadline`) that ended with it, as they then are.
    met: list[Any] = field(default_factory=list)

    def told(self, name: str) -> Any:
        """What was given under that name: with the act, else with what it grants.

        The former as its reader made it, the latter as the record keeps it.
        """
        return self.given.values.get(name, self.asked.get(name))

    def set(self, **fields: object) -> None:
        """Set fields of the row; they are saved with the state."""
        for name, value in fields.items():
            setattr(self.row, name, value)
            self.changed.add(name)


Effect = Callable[[Doing], None]
EFFECTS: dict[str, Effect] = {}
# The sorts of their arguments, for whoever checks a process.
TAKES: dict[str, Sorts] = {}
# How people are told of them.
WORDINGS: dict[str, Wording] = {}
# Those that set what a new row cannot be without, and so run before it is first saved.
FILLING: set[str] = set()
# What is done after every act on a subject of a kind, whatever its move declares.
AFTER: dict[str, list[Effect]] = {}


def effect(
    name: str,
    *,
    fills: bool = False,
    takes: Sorts = (),
    words: str | Promise = "",
    names: Words | None = None,
) -> Callable[[Effect], Effect]:
    """Register an effect under the name that processes use.

    ``takes``: the sorts of its arguments (`workflow.arguments`); none by default.
    ``words``, ``names``: how people are told of it (`workflow.arguments.Wording`).
    """

    def register(function: Effect) -> Effect:
        EFFECTS[name], TAKES[name] = function, takes
        WORDINGS[name] = Wording(words, names or {})
        if fills:
            FILLING.add(name)
        return function

    return register


def after(kind: str) -> Callable[[Effect], Effect]:
    """Register what every act on such subjects does last, before it is recorded.

    The row is saved by then; as an effect, it may not change the state. It locks no
    row that another act could hold.
    """

    def register(function: Effect) -> Effect:
        AFTER.setdefault(kind, []).append(function)
        return function

    return register


def run(doing: Doing, *, filling: bool) -> None:
    """Run the move's effects of one sort, in the order of the data."""
    for text in doing.move.effects:
        name, arguments = split(text)
        if (name in FILLING) is filling:
            doing.argument = ":".join(arguments)
            EFFECTS[name](doing)
