"""The plain data of a draft under one change, and what every change leaves it like.

Whatever is said, what a step leaves can be drawn; what it lacks the checker explains.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from offices.builder.arranging import arrange
from offices.builder.said import Said
from offices.modules.definition import Definition

Data = dict[str, Any]


@dataclass
class Work:
    """A draft under a change. ``taken``: codes that earlier versions gave to fields;
    another field never gets one of these, for old records would take it for theirs.
    """

    data: Data
    taken: frozenset[str] = frozenset()
    subject: str = ""  # what it was about, in words
    made: list[str] = field(default_factory=list)

    @property
    def definition(self) -> Definition:
        return Definition(self.data)

    @property
    def properties(self) -> Data:
        found: Data = self.data["schema"]["properties"]
        return found

    def free(self, wanted: str = "") -> str:
        """A code that no field has or had."""
        taken = self.taken | set(self.properties)
        if wanted and wanted not in taken:
            return wanted
        number = 1
        while f"f{number}" in taken:
            number += 1
        return f"f{number}"


Step = Callable[[Work, Said], None]


EMPTY_PARTS: Mapping[str, Any] = {
    **{"list": [], "filters": [], "search": [], "groups": []},
    **{"reminders": [], "indicators": [], "symbol": {}, "rights": {}},
}


def taken_step(
    data: Mapping[str, Any], step: Step, said: Said, taken: frozenset[str]
) -> Work:
    """The draft after one step. Raises BadStep; then nothing is changed."""
    work = Work(copy.deepcopy(dict(data)), taken)
    for name, empty in EMPTY_PARTS.items():
        if work.data.get(name) is None:
            work.data[name] = copy.deepcopy(empty)
    work.data["schema"].setdefault("required", [])
    step(work, said)
    arrange(work.data)
    return work
