"""Taking an invented record through its procedure, dated back, as its people would.

The way is read from the procedure: always a chief move, for as many steps as the story
has, as long as somebody may do it and what it waits for is over.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.robots import robot
from cases.demo.pictures import picture
from govmap.lib.errors import DomainError
from offices.models.record import Record
from offices.modules.demo.filling import Filling, words
from workflow.attachments import store
from workflow.engine import act, moves_open_to
from workflow.models import (
    Deadline,
    PaperDelivery,
    PaperTemplate,
    Process,
    Transition,
)
from workflow.papers.about import KINDS
from workflow.papers.printing import print_paper

SCENE = "worksite"
FIRST, LAST = 9, 17  # hours of an office


def wanted_by(process: Process, filling: Filling) -> Iterator[tuple[str, Any]]:
    """What the guards on the chief way want of fields, the first decision last."""
    fields = filling.definition.fields
    for move in reversed([one for one in process.moves if one.primary]):
        for text in move.when:
            name, *told = text.split(":")
            if name == "is" and told[0] in fields:
                is_truth = fields[told[0]].kind == "truth"
                yield told[0], told[1] == "yes" if is_truth else told[1]
            if name == "not" and told[0] in fields:
                codes = [one.code for one in fields[told[0]].choices]
                others = [code for code in codes if code != told[1]]
                yield told[0], others[0] if others else told[1] != "yes"
            if name in ("below", "at_least") and told[0] in fields:
                yield told[0], int(told[1]) - (100 if name == "below" else 0)


class Walk:
    """One record; ``people`` are asked in turn who may do the next move."""

    def __init__(
        self, record: Record, filling: Filling, people: list[User], dice: Random
    ) -> None:
        self.record, self.filling, self.dice = record, filling, dice
        self.people, self.moment = people, record.created_at
        self.now = timezone.now()
        self.done = 0
        self.wanted = dict(wanted_by(record.process, filling))

    def go(self, steps: int) -> int:
        """So many steps, or as many as can be gone; how many were."""
        while self.done < steps and self._step():
            self.done += 1
        return self.done

    def _step(self) -> bool:
        self.record = Record.objects.select_related("module", "street", "creator").get(
            pk=self.record.pk
        )
        moment = self.moment
        for move in self.record.moves_from_here():
            if not move.primary or not self._comes(move):
                self.moment = moment
                continue
            by = robot() if move.auto else self._who_may(move)
            if by is not None and self._do(move, by):
                return True
            self.moment = moment
        return False

    def _comes(self, move: Transition) -> bool:
        """When it is done; False where that is not yet. Its papers are printed."""
        moment = self.moment + timedelta(days=self.dice.choice((1, 1, 2, 3, 4)))
        for text in move.when:
            name, _colon, told = text.partition(":")
            if name == "over":
                limit = Deadline.objects.running().named(self.record, told).first()
                if limit is None or limit.paused_at:
                    return False
                moment = max(moment, limit.due_at + timedelta(minutes=5))
        self.moment = in_hours(moment, self.dice)
        if self.moment >= self.now:
            return False
        for text in move.when:
            name, _colon, told = text.partition(":")
            if name in ("printed", "delivered"):
                self._print(told, delivered=name == "delivered")
        return True

    def _who_may(self, move: Transition) -> User | None:
        roles = {who["role"] for who in move.who}
        fit = [user for user in self.people if user.roles & roles]
        return next(
            (user for user in fit if move in moves_open_to(self.record, user)), None
        )

    def _do(self, move: Transition, by: User) -> bool:
        try:
            with transaction.atomic():
                act(
                    self.record,
                    move.verb,
                    by=by,
                    act_id=uuid5(self.record.uuid, f"act {self.done}"),
                    evidence=self._evidence(move, by),
                    happened_at=self.moment,
                )
        except DomainError:
            return False
        return True

    def _evidence(self, move: Transition, by: User) -> dict[str, Any]:
        day = timezone.localdate(self.moment)
        given: dict[str, Any] = {}
        for name, spec in move.evidence.items():
            match name:
                case "note":
                    given[name] = self.dice.choice(words()["notes"])
                case "reference":
                    given[name] = words()["number"] % (day.year, self.filling.nth + 1)
                case "on":
                    given[name] = day.isoformat()
                case "until":
                    given[name] = (day + timedelta(days=20)).isoformat()
                case "reason":
                    given[name] = move.reasons[0]["code"]
                case "limit":
                    given[name] = 1
                case "fields":
                    given[name] = self._fields(move, day)
                case "photos" if spec.get("required"):
                    given[name] = [str(self._photo(by))]
        return given

    def _fields(self, move: Transition, day: Any) -> dict[str, Any]:
        names = [one.name for one in self.filling.definition.step(move.verb)]
        return self.filling.fill(names, day, self.wanted)

    def _photo(self, by: User) -> UUID:
        uuid = uuid5(self.record.uuid, f"photo {self.done}")
        taken_at = timezone.localtime(self.moment)
        content = picture(SCENE, str(uuid), 0.5, taken_at)
        upload = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
        found: UUID = store(by, uuid, upload).uuid
        return found

    def _print(self, code: str, *, delivered: bool) -> None:
        template = PaperTemplate.objects.current().filter(code=code).first()
        for user in self.people:
            found = KINDS[Record.KIND].find(str(self.record.uuid), user)
            if template is None or found is None:
                continue
            try:
                uuid = uuid5(self.record.uuid, f"paper {code}")
                with transaction.atomic():
                    paper = print_paper(
                        template, found, user, uuid=uuid, sent=self._asked(template)
                    )
                    if delivered:
                        day = timezone.localdate(self.moment)
                        PaperDelivery.objects.create(
                            paper=paper, how="handed", day=day, by=user
                        )
            except DomainError:
                continue
            return

    def _asked(self, template: PaperTemplate) -> dict[str, str]:
        day = timezone.localdate(self.moment).isoformat()
        return {
            one["name"]: day if one.get("kind") == "day" else words()["notes"][0]
            for one in template.asks
        }


def in_hours(moment: datetime, dice: Random) -> datetime:
    """That moment where an office is open then, else one of the next opening."""
    there = timezone.localtime(moment)
    if FIRST <= there.hour < LAST:
        return there
    day = there if there.hour < FIRST else there + timedelta(days=1)
    hour, minute = dice.randint(FIRST, LAST - 1), dice.randint(0, 59)
    return day.replace(hour=hour, minute=minute, second=0)
