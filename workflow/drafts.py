"""The shape of a process as it is written in a site package."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from govmap.lib.localized import localized
from workflow.arguments import implied, split
from workflow.models import Phase, Subject
from workflow.models.clock import LimitType
from workflow.shape_words import sentence_of
from workflow.subjects import SUBJECTS

STARTS = ("start", "start_on")
PAUSES = ("pause", "pause_for")
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
# Where a limit or a pause comes from: a law, the practice of the city, a custom that
# the site may change, or a text that has still to be looked up.
STANDING = {"enum": ["law", "practice", "custom", "unverified"]}
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
            basis=TITLES,
            standing=STANDING,
            waits={"type": "boolean"},
        ),
    },
    pauses={
        "type": "object",
        "propertyNames": {**NAME, "maxLength": 20},
        "additionalProperties": _record(
            "label", label=TITLES, basis=TITLES, standing=STANDING
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
            when_over=NAME,
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
    def auto(self) -> bool:
        return bool(self.spec.get("auto"))

    @property
    def when_over(self) -> str:
        """The limit upon whose end the system does it by itself."""
        return str(self.spec.get("when_over", ""))

    @property
    def effects(self) -> list[tuple[str, list[str]]]:
        """Names of effects, each with its arguments."""
        return [split(text) for text in self.spec.get("effects", [])]

    @property
    def guards(self) -> list[tuple[str, list[str]]]:
        """Names of guards with their arguments, those that its effects need too."""
        effects = self.spec.get("effects", [])
        return [split(text) for text in [*self.spec.get("when", []), *implied(effects)]]

    def named(self, *effects: str) -> set[str]:
        """The first arguments of its effects of these names."""
        pairs = self.effects
        return {told[0] for name, told in pairs if name in effects and told}

    @property
    def pauses(self) -> list[tuple[str, str]]:
        """The limits that it pauses, each with the named pause it is for, or none."""
        called = [(told, name) for name, told in self.effects if told]
        return [
            (told[0], told[1] if len(told) > 1 else "")
            for told, name in called
            if name in PAUSES
        ]

    @property
    def roles(self) -> set[str]:
        return {who["role"] for who in self.spec["who"]}

    @property
    def opens(self) -> bool:
        return self.from_state is None

    @property
    def bars_who_disposed(self) -> bool:
        """Whether a person other than who disposed does it."""
        return not self.auto and Phase.RESOLVE in self.spec.get("barred", [])

    def __str__(self) -> str:
        told = {"verb": self.spec["verb"]}
        if self.from_state is None:
            return _("“%(verb)s” from the beginning") % told
        return _("“%(verb)s” from %(state)s") % {**told, "state": self.from_state}


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
    def title(self) -> str:
        return localized(self.data["title"])

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
        """The moves that lead out of the states of a phase, not those that stay."""
        moves = [move for move in self.moves if not move.stays]
        return [move for move in moves if self._phase(move.from_state) == phase]

    @property
    def limits(self) -> set[str]:
        """Names of the limits that the process or its subjects answer for."""
        own = set(self.data.get("limits", {}))
        return own | (self.subject.LIMITS if self.subject else set())

    @property
    def pauses(self) -> set[str]:
        """Names of the pauses that the process knows."""
        return set(self.data.get("pauses", {}))

    def named(self, *effects: str) -> set[str]:
        """The first arguments of all its effects of these names."""
        return set().union(*(move.named(*effects) for move in self.moves))

    def reachable(self, states: set[str], moves: list[Move]) -> set[str]:
        """All states that ``moves`` lead to from ``states``, these included."""
        found, size = set(states), -1
        while size < len(found):
            size = len(found)
            found |= {move.to_state for move in moves if move.from_state in found}
        return found

    def _phase(self, state: str | None) -> str:
        return self.phases.get(state or "", "")


def wrong_shape(data: Any) -> Iterator[str]:
    """Sentences that say where the data has not the shape of a process."""
    for error in Draft202012Validator(SHAPE).iter_errors(data):
        yield sentence_of(error)
