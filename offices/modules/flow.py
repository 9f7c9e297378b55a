"""A procedure that a module brings itself: steps one after the other, as data.

A street's module says under ``flow`` which steps an entry goes through, who does each,
what it fills in and how long it may take. From that the engine's process is made here
and loaded when the module is published; whoever wants more writes a process by hand
and names it under ``process``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from govmap.lib.localized import localized
from workflow.models import Phase
from workflow.models.clock import LimitType

Data = dict[str, Any]
LABELS: Mapping[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("flow.json").read_text("utf-8")
)
KIND = "record"
PREFIX = "own_"  # before the module's code: no process of a package is called so
OVER, REFUSED, VOID = "flow_over", "flow_refused", "flow_void"
ENTER, NOTE, MAKE_VOID, AGAIN = "flow_enter", "flow_note", "flow_void_it", "flow_again"
MOST = 12  # steps
# Where a right lies and how the engine calls it; a department has no such place.
PLACES = ("owner", "street", "community", "district")
CREATOR = "creator"
# How the limit of a step may run.
LIMITS = (LimitType.WHOLE_WORK_DAYS, LimitType.STATUTORY_DAYS, LimitType.WORK_HOURS)


def process_code(module: str) -> str:
    """The code of the process of a module's own steps."""
    return f"{PREFIX}{module}"


@dataclass(frozen=True)
class FlowStep:
    """One step: who does it, what it fills in, how long it may take."""

    spec: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.spec["code"])

    @property
    def title(self) -> str:
        return localized(self.spec.get("title"))

    @property
    def verb(self) -> str:
        return f"do_{self.code}"

    @property
    def state(self) -> str:
        """Where an entry waits for it."""
        return f"wait_{self.code}"

    @property
    def phase(self) -> Phase:
        """Of an entry that waits for it: what somebody else does is a check."""
        return Phase.VERIFY if self.is_apart else Phase.RESOLVE

    @property
    def who(self) -> list[dict[str, Any]]:
        return list(self.spec.get("who", ()))

    @property
    def fields(self) -> list[str]:
        return list(self.spec.get("fields", ()))

    @property
    def limit(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.spec.get("limit") or {}
        return found

    @property
    def may_go_back(self) -> bool:
        return bool(self.spec.get("back"))

    @property
    def may_refuse(self) -> bool:
        return bool(self.spec.get("refuse"))

    @property
    def is_apart(self) -> bool:
        """Whether somebody else than who entered it or did a step before does it."""
        return bool(self.spec.get("apart"))


def steps_in(data: Mapping[str, Any]) -> list[FlowStep]:
    return [FlowStep(spec) for spec in data.get("flow") or ()]


@dataclass(frozen=True)
class Flow:
    """What a sound definition with ``flow`` says to the engine."""

    data: Mapping[str, Any]

    @cached_property
    def steps(self) -> list[FlowStep]:
        return steps_in(self.data)

    def process(self, version: int) -> Data:
        code = str(self.data["code"])
        found: Data = {
            "kind": KIND,
            "code": process_code(code),
            "version": version,
            "title": self.data["title"],
            "takes": {"module": [code]},
            "states": list(self._states()),
            "transitions": list(self._moves()),
        }
        limits = {step.code: self._limit(step) for step in self.steps if step.limit}
        return found | ({"limits": limits} if limits else {})

    def _limit(self, step: FlowStep) -> Data:
        label = _titled("limit", step.spec["title"])
        return {**step.limit, "label": label, "standing": "custom"}

    def _states(self) -> Iterator[Data]:
        for step in self.steps:
            label = _titled("waits", step.spec["title"])
            yield {"code": step.state, "phase": str(step.phase), "label": label}
        yield {"code": OVER, "phase": str(Phase.DONE), "label": LABELS["over"]}
        ends = [(VOID, "void")]
        if any(step.may_refuse for step in self.steps):
            ends.insert(0, (REFUSED, "refused"))
        for code, word in ends:
            done = {"code": code, "phase": str(Phase.DONE), "label": LABELS[word]}
            yield {**done, "rail": False}

    def _moves(self) -> Iterator[Data]:
        yield self._opening()
        for at, step in enumerate(self.steps):
            yield self._doing(at, step)
            if step.may_go_back and at:
                yield self._turned(step, self.steps[at - 1], "back", step.code)
            if step.may_refuse:
                yield self._turned(step, None, "refuse", step.code)
        yield self._noting()
        for step in self.steps:
            yield self._voiding(step)
        yield from self._again()

    def _opening(self) -> Data:
        """By whoever may write; where, the right itself says."""
        roles = dict.fromkeys(row["role"] for row in self.data["rights"]["write"])
        return {
            "verb": ENTER,
            "from": [None],
            "to": self.steps[0].state,
            "primary": True,
            "label": LABELS["enter"],
            "who": [{"role": role} for role in roles],
            "evidence": {"note": {"label": LABELS["note"]}},
            "effects": ["open_record", *_started(self.steps[0])],
        }

    def _doing(self, at: int, step: FlowStep) -> Data:
        after = self.steps[at + 1] if at + 1 < len(self.steps) else None
        evidence: Data = {"note": {"label": LABELS["note"]}}
        if step.fields:
            needed = self.data["schema"].get("required", ())
            is_needed = any(name in needed for name in step.fields)
            said = {"required": is_needed, "label": LABELS["fields"]}
            evidence = {"fields": said, **evidence}
        return {
            "verb": step.verb,
            "from": [step.state],
            "to": after.state if after else OVER,
            "primary": True,
            "label": dict(step.spec["title"]),
            **_done_by(step),
            "evidence": evidence,
            "effects": [*_stopped(step), *_started(after)],
        }

    def _turned(
        self, step: FlowStep, to: FlowStep | None, word: str, code: str
    ) -> Data:
        """Sent back to the step before, or refused for good; why is said."""
        return {
            "verb": f"{word}_{code}",
            "from": [step.state],
            "to": to.state if to else REFUSED,
            "label": LABELS[word],
            **_done_by(step),
            "evidence": {"note": {"required": True, "label": LABELS["reason"]}},
            "effects": [*_stopped(step), *_started(to)],
        }

    def _noting(self) -> Data:
        everybody = [row for step in self.steps for row in step.who]
        return {
            "verb": NOTE,
            "from": [step.state for step in self.steps],
            "label": LABELS["add_note"],
            "who": _who([*everybody, *self.data["rights"]["write"]]),
            "evidence": {
                "note": {"required": True, "label": LABELS["note"]},
                "photos": {"label": LABELS["photos"], "most": 9},
            },
        }

    @property
    def _keepers(self) -> list[Data]:
        """Who writes it at the office that owns it; else whoever writes it."""
        write = self.data["rights"]["write"]
        return [row for row in write if row["where"] == "owner"] or list(write)

    def _voiding(self, step: FlowStep) -> Data:
        return {
            "verb": MAKE_VOID,
            "from": [step.state],
            "to": VOID,
            "label": LABELS["make_void"],
            "who": _who(self._keepers),
            **({"barred": [str(Phase.RESOLVE)]} if step.is_apart else {}),
            "evidence": {"note": {"required": True, "label": LABELS["reason"]}},
            "effects": _stopped(step),
        }

    def _again(self) -> Iterator[Data]:
        """What has ended is taken up where it ended, by those who keep it."""
        first, last = self.steps[0], self.steps[-1]
        ends = [(OVER, last), (VOID, first)]
        if any(step.may_refuse for step in self.steps):
            ends.append((REFUSED, first))
        for code, step in ends:
            yield {
                "verb": AGAIN,
                "from": [code],
                "to": step.state,
                "label": LABELS["again"],
                "who": _who(self._keepers),
                "evidence": {"note": {"required": True, "label": LABELS["reason"]}},
                "effects": _started(step),
            }


def _titled(word: str, title: Mapping[str, str]) -> dict[str, str]:
    """The words around the title of a step, in each language that the title has."""
    return {
        language: LABELS[word].get(language, "%(title)s") % {"title": text}
        for language, text in title.items()
    }


def _done_by(step: FlowStep) -> Data:
    barred = [str(Phase.COLLECT), str(Phase.RESOLVE)] if step.is_apart else []
    return {"who": _who(step.who), **({"barred": barred} if barred else {})}


def _who(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Rights as the engine says them, each once."""
    found: list[dict[str, str]] = []
    for row in rows:
        where = row["where"]
        one = {"role": row["role"]}
        if where in PLACES:
            one["at"] = where
        elif where == CREATOR:
            one["is"] = CREATOR
        if one not in found:
            found.append(one)
    return found


def _started(step: FlowStep | None) -> list[str]:
    return [f"start:{step.code}"] if step and step.limit else []


def _stopped(step: FlowStep) -> list[str]:
    return [f"stop:{step.code}"] if step.limit else []
