"""Random walks over any process, checked by replaying the record.

`Machine` does whatever a number chooses: mostly what is open to somebody, sometimes
what is not. After each act the subject must be as its events alone say, and nobody may
have judged what he had a part in. What an act needs is given by ``evidence``, so that a
process with other evidence runs here too.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from accounts.models import User
from govmap.lib.errors import DomainError
from tests.workflow.walking import check_record
from workflow.engine import act, moves_open_to
from workflow.models import Deadline, Event, Request, Subject, Transition

Evidence = Callable[[Transition, User], dict[str, Any]]


@dataclass
class Replayed:
    """What the events of a subject say of it."""

    state: str = ""
    waiting: dict[str, int] = field(default_factory=dict)  # what -> actor
    granted: Counter[str] = field(default_factory=Counter)
    running: set[str] = field(default_factory=set)
    paused: set[str] = field(default_factory=set)
    left: dict[int, set[str]] = field(default_factory=dict)  # actor -> phases


def replay(data: dict[str, Any], events: Sequence[Event]) -> Replayed:
    """The events in their order, read by the process's data; asserts what must hold."""
    moves = {
        (move["verb"], state or ""): move
        for move in data["transitions"]
        for state in move["from"]
    }
    phases = {state["code"]: state["phase"] for state in data["states"]}
    found = Replayed()
    for event in events:
        move = moves[event.verb, event.from_state]
        assert event.from_state == found.state
        assert event.to_state == move.get("to", event.from_state)
        _check_actor(move, event, found)
        found.state = event.to_state
        for effect in move.get("effects", []):
            _follow(effect, event, found)
        if "to" in move:
            phase = phases.get(event.from_state, "collect")
            found.left.setdefault(event.actor_id, set()).add(phase)
            _lapse(data, found)
    return found


def _check_actor(move: dict[str, Any], event: Event, found: Replayed) -> None:
    """Nobody judges his own work, and nobody grants what he asked for."""
    left = found.left.get(event.actor_id, set())
    assert not left & set(move.get("barred", [])), f"{event.actor} is barred: {event}"
    for effect in move.get("effects", []):
        name, _colon, what = effect.partition(":")
        if name == "grant":
            assert found.waiting[what] != event.actor_id, f"granted himself: {event}"
        if name in {"refuse", "take_back"}:
            assert what in found.waiting
        if name == "ask":
            assert what not in found.waiting


def _follow(effect: str, event: Event, found: Replayed) -> None:
    name, _colon, what = effect.partition(":")
    match name:
        case "ask":
            found.waiting[what] = event.actor_id
        case "grant":
            found.granted[what] += 1
            found.waiting.pop(what)
        case "refuse" | "take_back":
            found.waiting.pop(what)
        case "start":
            found.running.add(what)
            found.paused.discard(what)
        case "stop":
            found.running.discard(what)
            found.paused.discard(what)
        case "pause":
            found.paused.add(what)
        case "resume":
            found.paused.discard(what)


def _lapse(data: dict[str, Any], found: Replayed) -> None:
    answered = {
        effect.partition(":")[2]
        for move in data["transitions"]
        for effect in move.get("effects", [])
        if found.state in move["from"] and effect.split(":")[0] in {"grant", "refuse"}
    }
    for what in set(found.waiting) - answered:
        del found.waiting[what]


@dataclass
class Machine:
    """One subject and the people around it."""

    data: dict[str, Any]
    subject: Subject
    people: dict[str, User]
    evidence: Evidence

    def step(self, name: str, number: int, lawful: bool) -> None:
        """Let somebody try something; a refusal changes nothing."""
        subject, user = self.fresh(), self.people[name]
        every = list(subject.process.moves)
        moves = moves_open_to(subject, user) if lawful else every
        if moves:
            self._try(subject, moves[number % len(moves)], user)
        self.check()

    def _try(self, subject: Subject, move: Transition, user: User) -> None:
        given = self.evidence(move, user)
        try:
            act(subject, move.verb, by=user, act_id=uuid4(), evidence=given)
        except DomainError:
            assert self.fresh().events_count == subject.events_count

    def fresh(self) -> Any:
        return type(self.subject)._default_manager.get(pk=self.subject.pk)

    def check(self) -> None:
        """The rows are what the events say."""
        subject = self.fresh()
        key = {"kind": subject.KIND, "subject_id": subject.pk}
        said = replay(self.data, list(Event.objects.of(subject.KIND, subject.uuid)))
        assert subject.state.code == said.state
        waiting = Request.objects.open().filter(**key)
        assert dict(waiting.values_list("what", "asked_by_id")) == said.waiting
        granted = Request.objects.filter(**key, answer=Request.Answer.GRANTED)
        assert Counter(granted.values_list("what", flat=True)) == said.granted
        limits = Deadline.objects.running().filter(**key)
        assert {row.name for row in limits} == said.running
        assert {row.name for row in limits if row.paused_at} == said.paused

    def end(self) -> None:
        """The record is whole: numbers without a gap, an unbroken chain."""
        check_record(self.fresh())
