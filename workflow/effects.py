"""What a move does besides changing the state.

The process's data names effects; they are registered here and in higher apps under
those names. An effect changes rows, never the state.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Membership, User
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
    # Fields of the row that an effect set, to be saved with the state.
    changed: set[str] = field(default_factory=set)

    def set(self, **fields: object) -> None:
        """Set fields of the row; they are saved with the state."""
        for name, value in fields.items():
            setattr(self.row, name, value)
            self.changed.add(name)


Effect = Callable[[Doing], None]
EFFECTS: dict[str, Effect] = {}
# Those that set what a new row cannot be without, and so run before it is first saved.
FILLING: set[str] = set()


def effect(name: str, *, fills: bool = False) -> Callable[[Effect], Effect]:
    """Register an effect under the name that processes use."""

    def register(function: Effect) -> Effect:
        EFFECTS[name] = function
        if fills:
            FILLING.add(name)
        return function

    return register


def run(doing: Doing, *, filling: bool) -> None:
    """Run the move's effects of one sort, in the order of the data."""
    for name in doing.move.effects:
        if (name in FILLING) is filling:
            EFFECTS[name](doing)
