"""A process as it is written in a site package: read, and refused where unsound.

What cannot be done, left, reached or judged by somebody else must not come in: once a
case runs on a process, that version never changes.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from accounts.roles import Role
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.arguments import split
from workflow.effects import EFFECTS
from workflow.evidence import READERS
from workflow.models import Phase, Subject
from workflow.models.clock import LimitType
from workflow.subjects import SUBJECTS

NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_-]*$", "maxLength": 40}
TITLES = {
    "type": "object",
    "required": ["zh-hans"],
    "additionalProperties": {"type": "string", "minLength": 1},
}
PHASES = {"enum": list(Phase.values)}
CALL = {"type": "string", "pattern": "^[a-z][a-z0-9_-]*(:[a-z0-9_-]+)*$"}
CALLS = {"type": "array", "items": CALL, "uniqueItems": True}
NOT_ASKER = {"type": "string", "pattern": "^asker:[a-z][a-z0-9_-]*$"}
FACT = {"anyOf": [NAME, {"type": "boolean"}, {"type": "array", "items": NAME}]}


def _record(needed: str, /, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": needed.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


WHO = _record(
    "role",
    role=NAME,
    at=NAME,
    **{
        "is": NAME,
        "not": {"anyOf": [NOT_ASKER, {"type": "array", "items": NOT_ASKER}]},
    },
)
SHAPE = _record(
    "kind code version title states transitions",
    kind={**NAME, "maxLength": 20},
    code=NAME,
    version={"type": "integer", "minimum": 1},
    default={"type": "boolean"},
    title=TITLES,
    takes={"type": "object", "additionalProperties": FACT},
    priority={"type": "integer", "minimum": -1000, "maximum": 1000},
    limits={
        "type": "object",
        "propertyNames": {**NAME, "maxLength": 20},
        "additionalProperties": _record(
            "limit type label",
            limit={"type": "integer", "minimum": 1, "maximum": 100_000},
            type={"enum": list(LimitType.values)},
            label=TITLES,
        ),
    },
    states=_list(
        _record(
            "code phase label",
            code=NAME,
            phase=PHASES,
            label=TITLES,
            rail={"type": "boolean"},
        ),
        least=1,
    ),
    transitions=_list(
        _record(
            "verb from label who",
            verb=NAME,
            **{"from": _list({"anyOf": [NAME, {"type": "null"}]}, least=1)},
            to=NAME,
            label=TITLES,
            primary={"type": "boolean"},
            who=_list(WHO),
            when=CALLS,
            auto={"type": "boolean"},
            barred={"type": "array", "items": PHASES, "uniqueItems": True},
            evidence={
                "type": "object",
                "additionalProperties": _record(
                    "label",
                    label=TITLES,
                    required={"type": "boolean"},
                    most={"type": "integer", "minimum": 1},
                ),
            },
            reasons=_list(_record("code label", code=NAME, label=TITLES)),
            effects=CALLS,
        ),
        least=1,
    ),
)


@dataclass(frozen=True)
class Move:
    """One transition from one state; ``from_state`` is empty where it makes one."""

    spec: dict[str, Any]
    from_state: str | None

    @property
    def to_state(self) -> str:
        """Where nothing is said, it stays; an opening that says nothing is unsound."""
        return self.spec.get("to", self.from_state or "")

    @property
    def stays(self) -> bool:
        return "to" not in self.spec

    @property
    def roles(self) -> set[str]:
        return {who["role"] for who in self.spec["who"]}

    @property
    def opens(self) -> bool:
        return self.from_state is None

    @property
    def bars_who_disposed(self) -> bool:
        return Phase.RESOLVE in self.spec.get("barred", [])

    def __str__(self) -> str:
        return f"“{self.spec['verb']}” from {self.from_state or 'the beginning'}"


@dataclass(frozen=True)
class Draft:
    """A process of the right shape, not checked any further."""

    data: dict[str, Any]

    @cached_property
    def phases(self) -> dict[str, str]:
        return {state["code"]: state["phase"] for state in self.data["states"]}

    @cached_property
    def moves(self) -> list[Move]:
        return [
            Move(spec, state)
            for spec in self.data["transitions"]
            for state in spec["from"]
        ]

    @property
    def subject(self) -> type[Subject] | None:
        return SUBJECTS.get(self.data["kind"])

    @property
    def digest(self) -> str:
        """Of everything but which process is the default: that may change."""
        fixed = {key: part for key, part in self.data.items() if key != "default"}
        text = json.dumps(fixed, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def text(self) -> str:
        """As a file says it, keys in their order."""
        return json.dumps(self.data, ensure_ascii=False, indent=2)

    def leaving(self, phase: str) -> list[Move]:
        return [move for move in self.moves if self._phase(move.from_state) == phase]

    def reachable(self, states: set[str], moves: list[Move]) -> set[str]:
        """All states that ``moves`` lead to from ``states``, these included."""
        found, size = set(states), -1
        while size < len(found):
            size = len(found)
            found |= {move.to_state for move in moves if move.from_state in found}
        return found

    def _phase(self, state: str | None) -> str:
        return self.phases.get(state or "", "")


def read(path: Path) -> Draft:
    """Raises BadInput with everything that is unsound about the process."""
    data = read_json(path)
    found = list(_wrong_shape(data)) or list(problems(Draft(data)))
    if found:
        raise BadInput(f"{path.name}: unsound process:\n  " + "\n  ".join(found))
    return Draft(data)


def _wrong_shape(data: Any) -> Iterator[str]:
    for error in Draft202012Validator(SHAPE).iter_errors(data):
        yield f"{error.json_path}: {error.message}"


def problems(draft: Draft) -> Iterator[str]:
    """Sentences that say what is unsound and what to do."""
    broken = list(_names(draft))
    yield from broken
    for move in draft.moves:
        yield from _who(draft, move)
        yield from _evidence(move)
        yield from _effects(draft, move)
    # Paths through states that are not there would say nothing true.
    if not broken:
        yield from _ways(draft)
        yield from _judges(draft)


def _names(draft: Draft) -> Iterator[str]:
    if draft.subject is None:
        known = ", ".join(sorted(SUBJECTS))
        yield f"kind “{draft.data['kind']}” is none of: {known}"
    codes = [state["code"] for state in draft.data["states"]]
    for code in _twice(codes):
        yield f"state “{code}” is there twice: give one another code"
    for name in _twice([str(move) for move in draft.moves]):
        yield f"{name} is there twice: a verb leads from a state to one other"
    used = {move.to_state for move in draft.moves}
    used |= {move.from_state for move in draft.moves if move.from_state}
    for code in sorted(used - set(codes)):
        yield f"state “{code}” is named by a move but is none of the states"


def _who(draft: Draft, move: Move) -> Iterator[str]:
    units = draft.subject.RELATED_UNITS if draft.subject else frozenset()
    people = draft.subject.RELATED_PEOPLE if draft.subject else frozenset()
    if not move.spec["who"] and not move.spec.get("auto"):
        yield f"{move}: nobody may do it: “who” must name somebody"
    for who in move.spec["who"]:
        if who["role"] not in Role.values:
            yield f"{move}: nobody has the role “{who['role']}”"
        if draft.subject and "at" in who and who["at"] not in units:
            yield f"{move}: “at” must be one of {', '.join(sorted(units))}"
        if draft.subject and "is" in who and who["is"] not in people:
            yield f"{move}: “is” must be one of {', '.join(sorted(people))}"


def _evidence(move: Move) -> Iterator[str]:
    evidence = move.spec.get("evidence", {})
    for name in evidence:
        if name not in READERS:
            known = ", ".join(sorted(READERS))
            yield f"{move}: evidence “{name}” is none of: {known}"
    reasons = [row["code"] for row in move.spec.get("reasons", [])]
    if bool(reasons) != ("reason" in evidence):
        yield f"{move}: “reasons” and the evidence “reason” need one another"
    for code in _twice(reasons):
        yield f"{move}: reason “{code}” is there twice"


def _effects(draft: Draft, move: Move) -> Iterator[str]:
    effects = move.spec.get("effects", [])
    for name, _arguments in map(split, effects):
        if name not in EFFECTS:
            known = ", ".join(sorted(EFFECTS))
            yield f"{move}: effect “{name}” is none of: {known}"
    needed = draft.subject.OPENS_WITH if draft.subject else ""
    if needed and move.from_state is None and needed not in effects:
        yield f"{move}: an opening move needs the effect “{needed}”"
    if needed and move.from_state and needed in effects:
        yield f"{move}: the effect “{needed}” belongs to opening moves"


def _ways(draft: Draft) -> Iterator[str]:
    opened = {move.to_state for move in draft.moves if move.from_state is None}
    if not opened:
        yield "no move opens the process: one must have “from”: [null]"
    reached = draft.reachable(opened, draft.moves)
    for state, phase in draft.phases.items():
        if opened and state not in reached:
            yield f"state “{state}” cannot be reached: let a move lead to it"
        further = draft.reachable({state}, draft.moves)
        if phase == Phase.DONE:
            continue
        if further == {state}:
            yield f"state “{state}” cannot be left: let a move lead from it"
        elif all(draft.phases[code] != Phase.DONE for code in further):
            yield f"no way leads from state “{state}” to one of the phase “done”"


def _judges(draft: Draft) -> Iterator[str]:
    """Who disposed never checks, and nothing ends unchecked."""
    disposing = set().union(*(move.roles for move in draft.leaving(Phase.RESOLVE)))
    open_to_all = [
        move for move in draft.leaving(Phase.VERIFY) if not move.bars_who_disposed
    ]
    for move in open_to_all:
        if shared := sorted(move.roles & disposing):
            yield (
                f"{move}: {', '.join(shared)} could judge what he disposed himself:"
                ' add "barred": ["resolve"]'
            )
    fed_back = {
        move.to_state
        for move in draft.leaving(Phase.RESOLVE)
        if draft.phases[move.to_state] == Phase.VERIFY
    }
    unchecked = draft.reachable(fed_back, open_to_all)
    for move in open_to_all:
        ends = draft.phases[move.to_state] == Phase.DONE
        if ends and move.from_state in unchecked:
            yield (
                f"{move} ends it though nobody but who disposed may have looked:"
                ' add "barred": ["resolve"] to it or to a check before it'
            )


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
