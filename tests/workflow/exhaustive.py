"""The whole table of a process: state x verb x person, read from its JSON alone.

What the data says is worked out here without the engine's code and compared with what
the engine offers (`moves_open_to`) and decides (`choose`), for real people, on one
subject that is put into every state without being saved. What lies around it (requests,
limits, past acts) is written for each `World` and undone again.

How it is used: make a subject whose process is the data's, say with `World` which units
and people the names of the data mean, and assert that `differences` finds none::

    base = World(units={"street": {"110109001"}, ...}, people={"reporter": {"worker"}})
    for world in worlds(data, base, asker="handler", other="clerk"):
        assert differences(case, data, world, people) == []
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, User
from govmap.lib.errors import DomainError
from workflow.engine import choose, moves_open_to
from workflow.models import Deadline, Event, Request, Subject
from workflow.surroundings import Surroundings

RUNS, LATE, PAUSED = "runs", "late", "paused"
PHASES = ("collect", "dispatch", "resolve", "verify")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What lies around the subject.

    ``units`` and ``people``: codes and user names by the names of the data. ``asked``:
    who asked last, by what was asked for; ``waiting``: of these, what nobody answered.
    ``left``: phases that somebody moved it out of. ``guards``: what guards of other
    apps answer, called with the user and their arguments.
    """

    units: Mapping[str, set[str]]
    people: Mapping[str, set[str]]
    asked: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    granted: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, frozenset[str]] = field(default_factory=dict)
    guards: Mapping[str, Callable[..., bool]] = field(default_factory=dict)
    name: str = "nothing asked, no limit"


def worlds(
    data: dict[str, Any], base: World, *, asker: str, other: str
) -> Iterator[World]:
    """The worlds that differ to the guards and bars of the data.

    ``asker`` and ``other`` are user names; either asks for everything in turn.
    """
    wanted = _called(data, "effects", "ask")
    limits = set(data.get("limits", {})) | _limits(data)
    yield base
    for name in (asker, other):
        yield replace(
            base,
            name=f"{name} asked for everything",
            asked=dict.fromkeys(wanted, name),
            waiting=frozenset(wanted),
            limits=dict.fromkeys(limits, RUNS),
        )
    for stands in (RUNS, LATE, PAUSED):
        said = dict.fromkeys(limits, stands)
        yield replace(base, name=f"every limit {stands}", limits=said)
    for count in (1, 2, 3):
        yield replace(
            base,
            name=f"everything granted {count} times",
            asked=dict.fromkeys(wanted, asker),
            granted=dict.fromkeys(wanted, count),
            limits=dict.fromkeys(limits, RUNS),
        )
    for phase in PHASES:
        left = dict.fromkeys([asker, other], frozenset({phase}))
        yield replace(base, name=f"{asker} and {other} left {phase}", left=left)


def differences(
    subject: Subject, data: dict[str, Any], world: World, people: dict[str, User]
) -> list[str]:
    """Sentences where the engine and the data disagree; nothing is changed."""
    with transaction.atomic():
        _make(subject, world, people)
        found = list(_differences(subject, data, world, people))
        transaction.set_rollback(True)
    return found


def _differences(
    subject: Subject, data: dict[str, Any], world: World, people: dict[str, User]
) -> Iterator[str]:
    verbs = sorted({move["verb"] for move in data["transitions"]} | {"fly"})
    states = {state.code: state for state in subject.process.states.all()}
    for user in people.values():
        around = Surroundings([subject], user)
        for code in states:
            subject.state = states[code]
            table = {verb: outcome(data, world, code, verb, user) for verb in verbs}
            for verb, expected in table.items():
                if (answer := _decided(subject, verb, around)) != expected:
                    where = f"{world.name}: {code} {verb} {user.username}"
                    yield f"{where}: the data says {expected}, the engine {answer}"
            offered = {move.verb for move in moves_open_to(subject, user)}
            allowed = {verb for verb, said in table.items() if said == "done"}
            if offered != allowed:
                where = f"{world.name}: {code} {user.username}"
                yield f"{where}: offered {offered}, but allowed are {allowed}"


def _decided(subject: Subject, verb: str, around: Surroundings) -> str:
    try:
        move, post = choose(subject, verb, around)
    except DomainError as error:
        return type(error).__name__
    assert post.user_id == around.by.pk
    assert move.from_state_id == subject.state_id
    return "done"


def outcome(
    data: dict[str, Any], world: World, state: str, verb: str, user: User
) -> str:
    """What must come of it: ``done`` or the name of the error."""
    moves = [move for move in data["transitions"] if move["verb"] == verb]
    if not moves:
        return "UnknownVerb"
    mine = [move for move in moves if _entries(move, world, user)]
    if not mine:
        return "MayNotAct"
    here = [move for move in mine if state in move["from"]]
    if not here:
        return "IllegalMove"
    (move,) = here
    if all(_excluded(who, world, user) for who in _entries(move, world, user)):
        return "AskedHimself"
    if world.left.get(user.username, frozenset()) & set(move.get("barred", [])):
        return "Barred"
    return "done" if _holds(move, world, user) else "NotNow"


def _entries(move: dict[str, Any], world: World, user: User) -> list[dict[str, Any]]:
    """The entries of ``who`` that one of the person's posts satisfies."""
    posts = {(post.role, post.unit.code) for post in user.posts}
    found = []
    for who in move["who"]:
        units = {unit for role, unit in posts if role == who["role"]}
        if "at" in who:
            units &= world.units[who["at"]]
        if "is" in who and user.username not in world.people[who["is"]]:
            units = set()
        if units:
            found.append(who)
    return found


def _excluded(who: dict[str, Any], world: World, user: User) -> bool:
    named = who.get("not", [])
    named = [named] if isinstance(named, str) else named
    return any(world.asked.get(one.split(":")[1]) == user.username for one in named)


def _holds(move: dict[str, Any], world: World, user: User) -> bool:
    needed = [text.split(":") for text in move.get("when", [])]
    for effect, *told in (text.split(":") for text in move.get("effects", [])):
        if effect == "ask":
            needed.append(["not_asked", *told])
        if effect in {"grant", "refuse", "take_back"}:
            needed.append(["asked", *told])
    return all(_guard(world, user, *one) for one in needed)


def _guard(world: World, user: User, name: str, *told: str) -> bool:
    stands = world.limits.get(told[0]) if told else None
    match name:
        case "asked":
            return told[0] in world.waiting
        case "not_asked":
            return told[0] not in world.waiting
        case "fewer":
            return world.granted.get(told[0], 0) < int(told[1])
        case "running":
            return stands in {RUNS, LATE}
        case "before_due":
            return stands == RUNS
        case "paused":
            return stands == PAUSED
    return world.guards[name](user, *told)


def _make(subject: Subject, world: World, people: dict[str, User]) -> None:
    """The rows of that world, instead of those that are there."""
    around = {"kind": subject.KIND, "subject_id": subject.pk}
    Request.objects.filter(**around).delete()
    now = timezone.now()
    Deadline.objects.running().filter(**around).update(met_at=now)
    for what, name in world.asked.items():
        asked = {**around, "what": what, "asked_by": people[name], "asked_at": now}
        answered = {"answer": Request.Answer.GRANTED, "decided_at": now}
        for _ in range(world.granted.get(what, 0)):
            Request.objects.create(**asked, asked_seq=1, **answered)
        if what in world.waiting:
            Request.objects.create(**asked, asked_seq=1)
    for name, stands in world.limits.items():
        due = now - DAY if stands == LATE else now + DAY
        Deadline.objects.create(
            **around,
            name=name,
            limit=1,
            limit_type="natural_days",
            started_at=due - DAY,
            yellow_at=due,
            due_at=due,
            paused_at=now if stands == PAUSED else None,
        )
    for name, phases in world.left.items():
        for phase in sorted(phases):
            _leave(subject, people[name], phase)


def _leave(subject: Subject, user: User, phase: str) -> None:
    """An event by which the person moved it out of a state of the phase."""
    states = subject.process.states.all()
    code = next((state.code for state in states if state.phase == phase), None)
    if code is None and phase != "collect":
        return
    post = Membership.objects.filter(user=user).order_by("pk")[0]
    now = timezone.now()
    Event.objects.create(
        act_id=uuid4(),
        kind=subject.KIND,
        subject_id=subject.pk,
        subject_uuid=subject.uuid,
        seq=Event.objects.of(subject.KIND, subject.uuid).count() + 1,
        process=subject.process,
        verb="left",
        from_state=code or "",
        to_state="elsewhere",
        actor=user,
        unit=post.unit,
        role=post.role,
        happened_at=now,
        recorded_at=now,
        body_digest="",
        canonical="",
        hash="",
    )


def _called(data: dict[str, Any], part: str, *names: str) -> set[str]:
    """The first arguments of the effects or guards of these names."""
    calls = [
        text.split(":") for move in data["transitions"] for text in move.get(part, [])
    ]
    return {told[0] for name, *told in calls if name in names and told}


def _limits(data: dict[str, Any]) -> set[str]:
    return _called(data, "when", "running", "before_due", "paused")


def table(data: dict[str, Any]) -> dict[tuple[str, str], set[str]]:
    """The roles that the data names by state and verb, whatever else must hold."""
    found: dict[tuple[str, str], set[str]] = {}
    for move in data["transitions"]:
        for state in move["from"]:
            roles = {who["role"] for who in move["who"]}
            found.setdefault((state or "", move["verb"]), set()).update(roles)
    return found
