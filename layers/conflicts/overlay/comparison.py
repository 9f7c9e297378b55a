"""The comparison of a rule: what two features' attributes should say of each other."""

from dataclasses import dataclass, field
from typing import Any, Self

OPS = ("equal", "differs", "at_most", "at_least")
# A number as people write it; anything else cannot be compared and is left alone.
NUMBER = r"^\s*-?[0-9]+(\.[0-9]+)?\s*$"


@dataclass(frozen=True)
class Comparison:
    """What is wanted; a conflict is where it does not hold.

    ``left`` times ``factor`` is compared with the field ``right`` or with ``value``;
    numbers may miss by ``slack``. ``mapping`` names, for values of the left code
    list, the right ones that agree; values that it leaves out are not judged. Neither
    are features that say nothing.
    """

    left: str
    op: str
    right: str = ""
    value: Any = None
    factor: float = 1.0
    slack: float = 0.0
    mapping: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self | None:
        """Of a rule's data, checked before; None for an empty one."""
        return cls(**data) if data else None

    @property
    def left_text(self) -> str:
        """SQL of the left value, as text."""
        return "one.compared"

    def right_text(self, other: str) -> str:
        """SQL of what it is compared with, as text; ``other`` is the right row."""
        if self.right:
            return f"{other}.compared"
        return "%(compared_value)s::text"

    def difference(self, other: str) -> str:
        """SQL: by how much numbers disagree; null where one is none."""
        left = f"{_number(self.left_text)} * %(factor)s"
        right = _number(self.right_text(other))
        if self.op == "at_most":
            return f"({left} - {right})"
        if self.op == "at_least":
            return f"({right} - {left})"
        return f"abs({left} - {right})"

    def fails(self, other: str, *, numbers: bool) -> str:
        """SQL: true where the two disagree; null where nothing can be said."""
        if numbers:
            sign = "<=" if self.op == "differs" else ">"
            return f"{self.difference(other)} {sign} %(slack)s"
        left, right = self.left_text, self.right_text(other)
        if self.mapping:
            agrees = f"jsonb_exists(%(mapping)s::jsonb -> {left}, {right})"
        elif isinstance(self.value, list):
            agrees = f"{left} = ANY(%(compared_values)s)"
        else:
            agrees = f"{left} = {right}"
        return agrees if self.op == "differs" else f"NOT {agrees}"

    def parameters(self, dump: Any) -> dict[str, Any]:
        """What the SQL above names; ``dump`` writes JSON."""
        values = self.value if isinstance(self.value, list) else [self.value]
        return {
            "compared_left": self.left,
            "compared_right": self.right,
            "compared_value": ", ".join(str(value) for value in values),
            "compared_values": [str(value) for value in values],
            "factor": self.factor,
            "slack": self.slack,
            "mapping": dump(self.mapping),
        }


def _number(text: str) -> str:
    """SQL: the number that a text is, else null. No row may break a whole run."""
    return f"CASE WHEN {text} ~ %(number)s THEN ({text})::float8 END"
