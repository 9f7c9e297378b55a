"""Walking any process by its data alone: what the tests know, they read there."""

import hashlib
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from accounts.models import User
from cases.intake import report
from cases.models import Case
from tests.cases.driving import litter, photo_of
from tests.sites import package
from workflow.engine import act
from workflow.loading import load_processes
from workflow.models import Condition, Event, Process, Remark, Transition
from workflow.record import canonical_text, digest_of

LOOP = Path(__file__).parent / "loop.json"


def load_loop(folder: Path) -> Process:
    """A street's loop without requests; it becomes the default of cases."""
    shutil.copy(LOOP, folder / "loop.json")
    list(load_processes(folder))
    return Process.objects.current("case")


def evidence_of(move: Transition, user: User) -> dict[str, Any]:
    """Something of each kind that the move cannot do without."""
    return {
        name: _given(name, move, user)
        for name, spec in move.evidence.items()
        if spec.get("required")
    }


def _given(name: str, move: Transition, user: User) -> Any:
    if name == "photos":
        return [str(photo_of(user))]
    if name == "reason":
        return move.reasons[0]["code"]
    if name == "condition":
        return Condition.objects.get(category=litter()).pk
    return {
        "category": litter().pk,
        "place": list(package.inside(1, 1, 1)),
        "unit": "sanitation",
        "note": "说明",
        "position": [*package.inside(1, 1, 1), 12.0],
    }[name]


def may_do(move: Transition, user: User, case: Case) -> bool:
    """What the process's data says of this person, worked out apart from the engine."""
    community = "110109001001"
    units = {
        "street": {"110109001"},
        "community": {community},
        "district": {"110109"},
        "host": {row.unit.code for row in case.assignments.filter(ended_at=None)},
    }
    posts = {(post.role, post.unit.code) for post in user.posts}
    for who in move.who:
        held = {unit for role, unit in posts if role == who["role"]}
        if "is" in who and case.reporter_id != user.pk:
            held = set()
        if "at" in who:
            held &= units[who["at"]]
        if held:
            return True
    return False


def took_part(case: Case, user: User, phases: list[str]) -> bool:
    states = {state.code: state.phase for state in case.process.states.all()}
    acted = case.events().filter(actor=user).values_list("from_state", flat=True)
    return any(states.get(code) in phases for code in acted)


def somebody_for(move: Transition, case: Case, people: dict[str, User]) -> User:
    return next(
        user
        for user in people.values()
        if may_do(move, user, case) and not took_part(case, user, move.barred)
    )


def begin_case(people: dict[str, User]) -> Case:
    """A case in the first state, told by whoever the opening allows."""
    process = Process.objects.current("case")
    opening = next(move for move in process.moves if move.from_state is None)
    roles = {who["role"] for who in opening.who}
    reporter = next(user for user in people.values() if user.roles & roles)
    case, _ = report(by=reporter, uuid=uuid4(), evidence=evidence_of(opening, reporter))
    return case


def path_to(process: Process, state: str) -> list[Transition]:
    """The fewest moves from the first state to this one."""
    first = next(m.to_state.code for m in process.moves if m.from_state is None)
    paths: dict[str, list[Transition]] = {first: []}
    queue = [first]
    while queue:
        here = queue.pop(0)
        for move in process.moves:
            if not move.from_state or move.from_state.code != here:
                continue
            if move.to_state.code not in paths:
                paths[move.to_state.code] = [*paths[here], move]
                queue.append(move.to_state.code)
    return paths[state]


def case_at(state: str, people: dict[str, User]) -> Case:
    """A case of the current process, taken to a state by its data alone."""
    case = begin_case(people)
    for move in path_to(case.process, state):
        step(case, move, people)
    return Case.objects.get(pk=case.pk)


def step(case: Case, move: Transition, people: dict[str, User]) -> Event:
    user = somebody_for(move, case, people)
    evidence = evidence_of(move, user)
    return act(case, move.verb, by=user, act_id=uuid4(), evidence=evidence)


def check_record(subject: Any) -> None:
    """Events numbered without a gap, each holding the hash of the one before it."""
    before = ""
    events = list(Event.objects.of(subject.KIND, subject.uuid))
    for number, event in enumerate(events, start=1):
        remark = Remark.objects.filter(event=event).first()
        text = canonical_text(event, digest_of(remark))
        assert (event.seq, event.previous_hash) == (number, before)
        assert event.canonical == text
        assert event.hash == hashlib.sha256(text.encode()).hexdigest()
        before = event.hash
    assert subject.events_count == len(events)
