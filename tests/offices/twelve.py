"""The modules of the demonstration, and walks through their procedures made from data.

What a move asks for is invented by the shape of its field; whoever the data names is
there twice, so that nobody has to judge his own work.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone
from psycopg.types.range import TimestamptzRange

from accounts.models import Membership, Unit, User
from offices.models import Application, Module, Record
from offices.modules import loading
from offices.modules.making import make
from tests.sites import package
from workflow import ladder, processes
from workflow.engine import act, moves_open_to
from workflow.loading import load_process
from workflow.models import (
    Deadline,
    PaperDelivery,
    PaperTemplate,
    Process,
    Transition,
)
from workflow.papers.about import KINDS
from workflow.papers.printing import print_paper

DEMO = Path(__file__).parents[2] / "govmap" / "demo"
TWELVE = (3, 4, 7, 10, 14, 16, 18, 21, 24, 26, 29, 30)
STREET, COMMUNITY = "110109001", "110109001001"
SINCE = TimestamptzRange(datetime(2020, 1, 1, tzinfo=UTC), None)
LONG = timedelta(days=800)
Things = Mapping[str, Callable[[], str]]


@cache
def definitions() -> dict[str, dict[str, Any]]:
    """By code, those of the twelve modules."""
    found = {}
    for path in sorted((DEMO / "modules").glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        if data.get("guide_number") in TWELVE:
            found[data["code"]] = data
    return found


@cache
def procedures() -> dict[str, dict[str, Any]]:
    """By code, those of records."""
    paths = sorted((DEMO / "processes").glob("*.json"))
    files = [json.loads(path.read_text("utf-8")) for path in paths]
    return {data["code"]: data for data in files if data["kind"] == "record"}


def refers_to(data: Mapping[str, Any]) -> set[str]:
    """Codes of the modules that its fields refer to."""
    text = json.dumps(data["schema"])
    return {code for code in definitions() if f'"record:{code}"' in text}


def published(code: str, seen: frozenset[str] = frozenset()) -> Module:
    """The module with its procedure, after those that it refers to."""
    data = definitions()[code]
    if not Application.objects.exists():
        loading.put_applications(json.loads(loading.USUAL.read_text("utf-8")))
    for other in sorted(refers_to(data) - seen - {code}):
        published(other, seen | {code})
    if data["process"]:
        path = DEMO / "processes" / f"{data['process']}.json"
        load_process(processes.read(path))
    version = loading.publish(data)
    return Module.objects.select_related("published").get(pk=version.module_id)


def staff(data: Mapping[str, Any]) -> list[User]:
    """Two of each sort that a procedure names: at the office, the street, around."""
    street = Unit.objects.get(code=STREET)
    office, _new = Unit.objects.get_or_create(
        code=f"{STREET}-{data['owner']}",
        defaults={"name": "演示科室", "kind": Unit.Kind.OFFICE, "parent": street},
    )
    places = {
        "street_office": office,
        "office_head": office,
        "leader": street,
        "filer": street,
        "community_worker": Unit.objects.get(code=COMMUNITY),
        "grid_worker": Unit.objects.get(code=COMMUNITY),
    }
    return [_holder(role, unit, n) for role, unit in places.items() for n in (1, 2)]


def _holder(role: str, unit: Unit, number: int) -> User:
    user, new = User.objects.get_or_create(
        username=f"{role}-{unit.code}-{number}", defaults={"name": f"演示{number}"}
    )
    if new:
        Membership.objects.create(user=user, unit=unit, role=role, valid=SINCE)
    return user


def invented(spec: Mapping[str, Any], things: Things) -> Any:
    """A value that a field takes; None where it needs a thing that nobody gives."""
    if ref := spec.get("x-ref"):
        return things[ref]() if ref in things else None
    if spec.get("x-file") or spec.get("x-photo") or spec.get("x-codes"):
        return None
    if spec.get("x-place"):
        return list(package.inside(1, 1, 1))
    if "enum" in spec:
        return spec["enum"][0]
    match spec.get("type"):
        case "boolean":
            return True
        case "integer" | "number":
            return max(1, spec.get("minimum", 1))
        case "array" if "enum" in spec["items"]:
            return [spec["items"]["enum"][0]]
        case "array":
            rows = [_row(spec, things) for _ in range(spec.get("minItems", 1))]
            needed = set(spec["items"].get("required", ()))
            return rows if needed <= set(rows[0]) else None
    return _text(spec)


def _row(spec: Mapping[str, Any], things: Things) -> dict[str, Any]:
    columns = spec["items"]["properties"]
    row = {name: invented(one, things) for name, one in columns.items()}
    return {name: value for name, value in row.items() if value is not None}


def _text(spec: Mapping[str, Any]) -> str:
    today = timezone.localdate()
    if "pattern" in spec:
        return f"{today:%Y-%m}"
    if spec.get("format") == "date":
        return today.isoformat()
    if spec.get("format") == "date-time":
        return f"{today.isoformat()}T09:00"
    return {"phone": "13900001234"}.get(spec.get("x-format", ""), "演示")


class Walk:
    """One record on its way, always by the first chief move that is there."""

    def __init__(self, module: Module, things: Things, photo: Any) -> None:
        self.data = dict(module.published.definition)  # type: ignore[union-attr]
        self.process = Process.objects.get(code=self.data["process"])
        self.things, self.photo = things, photo
        self.people = staff(self.data)
        self.done: list[str] = []
        self.record = self._open(module)

    @property
    def fields(self) -> dict[str, Any]:
        found: dict[str, Any] = self.data["schema"]["properties"]
        return found

    def _open(self, module: Module) -> Record:
        opener = next(move for move in self.process.moves if not move.from_state_id)
        roles = [who["role"] for who in opener.who]
        by = next(user for user in self.people if user.posts[0].role in roles)
        values = self.filled(self.fields)
        community = Unit.objects.get(code=COMMUNITY)
        record, event = make(
            module, by=by, uuid=uuid4(), fields=values, community=community
        )
        self.done.append(event.verb)
        return record

    def filled(self, names: Any) -> dict[str, Any]:
        """Invented values of these fields, as the guards on the way want them."""
        wanted = dict(self._wanted())
        found = {}
        for name in names:
            spec = self.fields[name]
            if "x-computed" not in spec:
                found[name] = wanted.get(name, invented(spec, self.things))
        return {name: value for name, value in found.items() if value is not None}

    def _wanted(self) -> Iterator[tuple[str, Any]]:
        """From the last to the first: the first chief move of a state decides."""
        for move in reversed([m for m in self.process.moves if m.primary]):
            for text in move.when:
                name, *told = text.split(":")
                if name == "is":
                    plain = {"yes": True, "no": False}
                    boolean = self.fields[told[0]].get("type") == "boolean"
                    yield told[0], plain[told[1]] if boolean else told[1]
                if name in ("below", "at_least") and told[0] in self.fields:
                    yield told[0], int(told[1]) - (name == "below")

    def fresh(self) -> Record:
        self.record = Record.objects.get(pk=self.record.pk)
        return self.record

    @property
    def is_over(self) -> bool:
        return self.fresh().is_over

    def step(self) -> None:
        """Do the next chief move; what it waits for is brought about before."""
        moves = [move for move in self.fresh().moves_from_here() if move.primary]
        assert moves, f"no chief move leads on from {self.record.state.code}"
        for move in moves:
            self.prepare(move)
            if not move.who:
                return self.by_itself(move)
            if by := self.who_may(move):
                self.do(move, by)
                return None
        raise AssertionError(f"nobody may do {moves} in {self.record.state.code}")

    def who_may(self, move: Transition) -> User | None:
        for user in self.people:
            if move.pk in {one.pk for one in moves_open_to(self.record, user)}:
                return user
        return None

    def do(self, move: Transition, by: User) -> None:
        given = {name: self.evidence(name, move, by) for name in move.evidence}
        given = {name: value for name, value in given.items() if value is not None}
        act(self.fresh(), move.verb, by=by, act_id=uuid4(), evidence=given)
        self.done.append(move.verb)

    def evidence(self, name: str, move: Transition, by: User) -> Any:
        match name:
            case "note" | "reference":
                return "演示说明"
            case "reason":
                return move.reasons[0]["code"]
            case "on" | "until":
                return timezone.localdate().isoformat()
            case "limit":
                return 1
            case "photos":
                return [str(self.photo(by))]
            case "fields":
                return self.filled(self.data["steps"].get(move.verb, []))
        return None

    def by_itself(self, move: Transition) -> None:
        ladder.climb(timezone.now() + timedelta(days=1))
        last = self.fresh().events().last()
        assert last and last.verb == move.verb
        self.done.append(move.verb)

    def prepare(self, move: Transition) -> None:
        for text in move.when:
            name, _colon, told = text.partition(":")
            if name == "over":
                self.pass_time(told)
            if name in ("printed", "delivered"):
                self.print(told)

    def pass_time(self, name: str) -> None:
        row = Deadline.objects.running().named(self.record, name).get()
        names = ("started_at", "since", "yellow_at", "due_at", "first_due_at")
        for one in names:
            moment = getattr(row, one)
            setattr(row, one, moment and moment - LONG)
        row.look_at = timezone.now()
        row.save()

    def print(self, code: str) -> None:
        template = PaperTemplate.objects.current().get(code=code)
        user = next(one for one in self.people if one.posts[0].role == "office_head")
        found = KINDS["record"].find(str(self.record.uuid), user)
        assert found
        sent = {
            one["name"]: timezone.localdate().isoformat()
            if one.get("kind") == "day"
            else "演示"
            for one in template.asks
        }
        paper = print_paper(template, found, user, uuid=uuid4(), sent=sent)
        PaperDelivery.objects.create(
            paper=paper, how="handed", day=timezone.localdate(), by=user
        )
