"""Taking a story through the engine, move by move, as its people would."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, User
from cases.demo.moments import next_moment
from cases.demo.pictures import picture
from cases.demo.plan import GIVEN, Story, can_be_given
from cases.demo.troubles import BESIDES, REMARKS
from cases.grouping import ASK, PRESS, STEP, group_of
from cases.intake import report
from cases.models import Case
from cases.openings import opening_for
from cases.places import nearest_address
from layers.finding.places import point
from workflow.attachments import store
from workflow.engine import act, moves_open_to
from workflow.models import Phase, Transition

# How often what a move may come with, but need not, is given.
SELDOM = {"note": 0.6, "photos": 0.3, "position": 0.8}
DEGREE = 1e-5  # about a metre
# How often something is done besides, and how many sorts of it are tried.
BESIDE, LOOKED_AT = 0.12, 4


class Walk:
    """One story; ``people`` are asked in turn who may do the next move."""

    def __init__(self, story: Story, people: list[User], now: datetime) -> None:
        self.story, self.people, self.now = story, people, now
        self.rng, self.moment, self.acts = story.rng, story.begun, 0
        self.ahead = list(story.moves)
        self.reason = ""
        self.case: Case | None = None

    @transaction.atomic
    def go(self) -> Case:
        """The whole way, or as far as somebody may go it. All of it or nothing."""
        story = self.story
        draft = Case(reporter=story.reporter)
        _process, opening = opening_for(draft, story.reporter, story.told)
        self.case, _event = report(
            by=story.reporter,
            uuid=story.uuid,
            evidence=self._evidence(opening, story.reporter),
            happened_at=self.moment,
        )
        while self.ahead and self._step(self.ahead[0]):
            self.ahead.pop(0)
            if self.rng.random() < BESIDE:
                self._do_besides({ASK, PRESS})
                self._do_besides({STEP})
        return self._current()

    def _do_besides(self, groups: set[str]) -> None:
        """Somebody urges, supervises or asks for something, or answers that."""
        case = self._current()
        moves = [
            move
            for move in case.moves_from_here()
            if move.stays and group_of(move) in groups and can_be_given(move)
        ]
        self.rng.shuffle(moves)
        for move in moves[:LOOKED_AT]:
            if actor := self._somebody_for(case, move):
                self._act(case, move, actor)
                return

    def _step(self, move: Transition) -> bool:
        case = self._current()
        actor = self._somebody_for(case, move)
        if actor is None:
            return False
        # Whatever comes after needs time too.
        left = (self.now - self.moment) * (0.9 if len(self.ahead) == 1 else 0.6)
        self.moment = next_moment(
            self.rng, self.moment, move, case.deadline(), max(left, timedelta())
        )
        self._act(case, move, actor)
        return True

    def _act(self, case: Case, move: Transition, actor: User) -> None:
        self.acts += 1
        act(
            case,
            move.verb,
            by=actor,
            act_id=uuid5(self.story.uuid, f"act {self.acts}"),
            evidence=self._evidence(move, actor),
            happened_at=self.moment,
        )

    def _current(self) -> Case:
        rows = Case.objects.select_related("process", "state", "street")
        return rows.prefetch_related("assignments").get(uuid=self.story.uuid)

    def _somebody_for(self, case: Case, move: Transition) -> User | None:
        roles = {who["role"] for who in move.who}
        fit = [user for user in self.people if user.roles & roles]
        self.rng.shuffle(fit)
        return next((user for user in fit if move in moves_open_to(case, user)), None)

    def _evidence(self, move: Transition, actor: User) -> dict[str, Any]:
        """What the move takes, as far as there is something to give."""
        self.reason = ""
        given = {}
        # The reason before the note that explains it.
        for name in sorted(GIVEN & set(move.evidence), key=_reason_first):
            needed = move.evidence[name].get("required") or move.from_state is None
            if needed or self.rng.random() < SELDOM.get(name, 1):
                given[name] = GIVERS[name](self, move, actor)
        return given

    def category(self, _move: Transition, _actor: User) -> int:
        return self.story.condition.category_id

    def condition(self, _move: Transition, _actor: User) -> int:
        return self.story.condition.pk

    def place(self, _move: Transition, _actor: User) -> list[float]:
        return [*self.story.place, round(self.rng.uniform(4, 18), 1)]

    def position(self, _move: Transition, _actor: User) -> list[float]:
        """Somewhere near: people do not stand where they stood before."""
        astray = [self.rng.uniform(-20, 20) * DEGREE for _axis in range(2)]
        x, y = (a + b for a, b in zip(self.story.place, astray, strict=True))
        return [round(x, 7), round(y, 7), round(self.rng.uniform(4, 18), 1)]

    def address(self, _move: Transition, _actor: User) -> str:
        return nearest_address(point(*self.story.place))

    def reason_code(self, move: Transition, _actor: User) -> str:
        chosen = self.rng.choice(move.reasons)
        self.reason = chosen["label"]["zh-hans"]
        return str(chosen["code"])

    def note(self, move: Transition, _actor: User) -> str:
        if move.from_state is None:
            return self.rng.choice(self.story.trouble.notes)
        if self.reason:
            return f"{self.reason}，{self.rng.choice(BESIDES)}"
        phases = (Phase(move.from_state.phase), Phase(move.to_state.phase))
        return self.rng.choice(REMARKS.get(phases, self.story.trouble.done))

    def unit(self, _move: Transition, _actor: User) -> str:
        """Another one each time: what came back was not theirs."""
        assert self.case
        units = self._units
        return units[self.case.assignments.count() % len(units)].code

    @cached_property
    def _units(self) -> list[Unit]:
        """Who could do it: the street's own, the condition's, or any of the street."""
        assert self.case
        disposing = Unit.objects.disposing()
        streets = list(disposing.filter(parent=self.case.street).order_by("kind"))
        own = [unit for unit in streets if unit.kind == self.story.trouble.own]
        usual = disposing.filter(pk=self.story.condition.department_id or 0)
        fitting = [*own, *usual]
        self.rng.shuffle(fitting)
        others = [unit for unit in streets if unit not in fitting]
        return [*fitting, *others] or list(disposing.order_by("code")[:3])

    def units(self, _move: Transition, _actor: User) -> list[str]:
        """Seldom somebody helps, and then of those who could do it too."""
        if self.rng.random() < 0.75:
            return []
        return [self._units[-1].code] if len(self._units) > 1 else []

    def until(self, _move: Transition, _actor: User) -> str:
        day = timezone.localdate() + timedelta(days=self.rng.randint(20, 120))
        return day.isoformat()

    def source(self, _move: Transition, _actor: User) -> str:
        return str(self.story.told.get("source", "phone"))

    def urgent(self, _move: Transition, _actor: User) -> str:
        return "yes" if self.story.told.get("urgent") else ""

    def photos(self, move: Transition, actor: User) -> list[str]:
        """One picture: the trouble, half of it where the work comes back, or none."""
        level = 1.0 if move.from_state is None else 0.0
        if level == 0 and not all(one.primary for one in self.ahead):
            level = 0.4
        taken_at = timezone.localtime(self.moment)
        story = self.story
        content = picture(story.trouble.scene, str(story.uuid), level, taken_at)
        upload = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
        kept = store(actor, uuid5(story.uuid, f"photo {self.acts}"), upload)
        return [str(kept.uuid)]


def _reason_first(name: str) -> tuple[bool, str]:
    return name != "reason", name


# By the names that processes give to what a move takes.
GIVERS: dict[str, Callable[[Walk, Transition, User], Any]] = {
    "address": Walk.address,
    "category": Walk.category,
    "condition": Walk.condition,
    "note": Walk.note,
    "photos": Walk.photos,
    "place": Walk.place,
    "position": Walk.position,
    "reason": Walk.reason_code,
    "source": Walk.source,
    "unit": Walk.unit,
    "units": Walk.units,
    "until": Walk.until,
    "urgent": Walk.urgent,
}
