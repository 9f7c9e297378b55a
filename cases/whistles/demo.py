"""Invented whistles for the demonstration: a few of each street that has a leader.

They go through the real engine, dated back. Which move comes next is read from the
process by what its effects do; no state and no verb is known here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.models import Site, Unit, User
from accounts.roles import DISPOSES, Role
from cases.models import Whistle, WhistleOccasion
from cases.whistles.blowing import call
from cases.whistles.evidence import can_be_called
from layers.models import Address
from workflow.engine import act, moves_open_to

NAMESPACE = UUID("0b6c4a53-4f3e-5c7e-8a44-7d0a4a7a9b21")
SEED = 20180101
MINUTE = timedelta(minutes=1)
# Minutes after the call, the effect, who, and with what.
Step = tuple[int, str, User, dict[str, Any]]
OPEN = 3  # of those blown are not ended yet
# How many minutes ago each was blown.
AGES = (24 * 60 * 19, 24 * 60 * 12, 24 * 60 * 8, 24 * 60 * 5, 24 * 60 * 2, 200, 50, 6)
WORDS = {
    "demands": ("居民反映楼道堆物、私接电线，请到场处置", "商户油烟扰民，请到场会商"),
    "key_work": (
        "背街小巷整治，请到场核定权属和拆除范围",
        "老旧小区改造进场前现场会商",
    ),
    "enforcement": ("占道经营反复，请到场联合执法", "群租房集中整治，请到场联合检查"),
    "emergency": ("路面塌陷并有燃气异味，请立即到场", "暴雨后地下车库倒灌，请立即到场"),
}
DONE = ("已现场处置完毕", "已清理并告知当事人", "已立案，后续按程序办理")
# The effects that a story goes through.
SIGNS, COMES, TAPS, ANSWERS, ENDS = (
    *("sign_call", "arrive_call", "attend_call"),
    *("report_call", "end_whistle"),
)


def make(say: Callable[[str], None]) -> int:
    """Whistles for each street with a leader; how many were made now.

    A street that has some keeps to them; a site that is no demonstration gets none.
    """
    if not Site.objects.filter(demonstration=True).exists():
        return 0
    made = 0
    for street in Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code"):
        leader = _somebody(street, {Role.LEADER})
        if leader and not Whistle.objects.filter(street=street).exists():
            made += _of_street(street, leader)
    say(f"{made} invented whistles")
    return made


def _somebody(unit: Unit, roles: set[Any]) -> User | None:
    posts = unit.memberships.valid_at(timezone.now())
    post = posts.filter(role__in=roles, user__is_active=True).order_by("pk").first()
    return User.objects.get(pk=post.user_id) if post else None


def _of_street(street: Unit, leader: User) -> int:
    rng, now = Random(f"{SEED}/{street.code}"), timezone.now()
    spots = list(Address.objects.filter(text__contains=street.name)[:200])
    units = list(can_be_called(street).order_by("code"))
    if not spots or len(units) < 2:
        return 0
    own = [unit for unit in units if unit.parent_id == street.pk] or units
    for number, age in enumerate(AGES):
        chosen = rng.sample(own, min(len(own), rng.randint(2, 3)))
        story = Story(street, leader, rng, number, now - age * MINUTE)
        story.tell(rng.choice(spots), chosen, is_over=number < len(AGES) - OPEN)
    desk = _somebody(street, {Role.DISPATCHER})
    if desk is None:
        return len(AGES)
    asked = Story(street, desk, rng, len(AGES), now - 15 * MINUTE)
    asked.propose(rng.choice(spots), own[:2])
    return len(AGES) + 1


class Story:
    """One whistle from its call to where it stands now."""

    def __init__(
        self, street: Unit, caller: User, rng: Random, number: int, begun: datetime
    ) -> None:
        self.caller, self.rng, self.number = caller, rng, number
        self.uuid = uuid5(NAMESPACE, f"{street.code}/{number}")
        self.moment, self.begun, self.acts = begun, begun, 0

    @transaction.atomic
    def tell(self, spot: Address, units: list[Unit], *, is_over: bool) -> None:
        """All of it or nothing; of an open one only as far as it got by now."""
        occasions = list(WhistleOccasion.objects.in_use())
        occasion = occasions[self.number % len(occasions)]
        until = self.begun + max(occasion.minutes, 60) * MINUTE
        self._call(occasion, spot, units, until)
        steps = [step for unit in units for step in self._steps_of(unit)]
        for minutes, effect, by, given in sorted(steps, key=lambda step: step[0]):
            self.moment = self.begun + minutes * MINUTE
            if self.moment < timezone.now():
                self._do(by, effect, **given)
        if is_over:
            self._do(self.caller, ENDS)

    @transaction.atomic
    def propose(self, spot: Address, units: list[Unit]) -> None:
        """What the desk asks for and the leader has not answered yet."""
        for occasion in WhistleOccasion.objects.in_use().filter(at_once=False)[:1]:
            self._call(occasion, spot, units, timezone.now() + 180 * MINUTE)

    def _call(
        self, occasion: WhistleOccasion, spot: Address, units: list[Unit], by: datetime
    ) -> None:
        evidence = {
            "occasion": occasion.code,
            "place": [spot.place.x, spot.place.y],
            "address": spot.text[:200],
            "departments": [unit.code for unit in units],
            "appear_by": by.isoformat(),
            "note": self.rng.choice(WORDS.get(occasion.code, WORDS["demands"])),
        }
        begun = self.begun
        call(by=self.caller, uuid=self.uuid, evidence=evidence, happened_at=begun)

    def _steps_of(self, unit: Unit) -> list[Step]:
        """It signs, comes, which the street may say for it, and mostly answers."""
        person, rng = _somebody(unit, set(DISPOSES)), self.rng
        if person is None:
            return []
        signed, came = rng.randint(2, 12), rng.randint(14, 70)
        tapped = rng.random() < 0.3
        steps: list[Step] = [
            (signed, SIGNS, person, {}),
            (came, TAPS, self.caller, {"called": unit.code})
            if tapped
            else (came, COMES, person, {}),
        ]
        if rng.random() < 0.85:
            note = {"note": rng.choice(DONE)}
            steps.append((came + rng.randint(20, 60), ANSWERS, person, note))
        return steps

    def _do(self, by: User, effect: str, **given: Any) -> None:
        """The move open to the person that has the effect, with what it takes."""
        whistle = Whistle.objects.get(uuid=self.uuid)
        found = [m for m in moves_open_to(whistle, by) if effect in m.effects]
        for move in found[:1]:
            told = {k: v for k, v in given.items() if k in move.evidence}
            if move.reasons:
                told["reason"] = move.reasons[0]["code"]
            self.acts += 1
            act(
                whistle,
                move.verb,
                by=by,
                act_id=uuid5(self.uuid, f"act {self.acts}"),
                evidence=told,
                happened_at=self.moment,
            )
