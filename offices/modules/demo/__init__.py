"""Invented records of the demonstration: `make(street)`, for every module there is.

They go through the same doors as a form and a button would, dated back over a quarter
of a year, so that homes, charts, maps and lists have something to show: some just
written, some half-way, some late, some ended. No state and no verb is known here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Unit, User
from govmap.lib.errors import DomainError
from govmap.lib.history import recorded
from layers.models import GridCell
from offices.models.dwelling import Dwelling
from offices.models.ground import HERE
from offices.models.household import Household
from offices.models.module import Module
from offices.models.organization import Organization
from offices.models.person import Person
from offices.models.record import Record
from offices.modules.definition import Definition
from offices.modules.demo.filling import Filling, Things
from offices.modules.demo.walking import Walk, in_hours, wanted_by
from offices.modules.keeping import put
from offices.modules.making import (
    BadFields,
    asked_at_first,
    definition_now,
    draft_of,
    ground_for,
    opening_of,
    process_of,
)
from offices.modules.rights import WRITE, ground_in
from offices.modules.values import check
from workflow.engine import begin
from workflow.models import Notice

NAMESPACE = UUID("5f2cfe0c-6d3f-5f5e-9d61-0f4c1a9a7e18")
COUNT = 5  # of a module
# Of each in turn: how many days ago it was written, how many steps it went.
AGES = (2, 20, 33, 70, 9, 0, 48, 5, 13, 85)
STEPS = (0, 3, 2, 40, 1, 0, 40, 0, 1, 5)
OF_EACH = 60  # things of a sort that records refer to
READ_AFTER = timedelta(days=2)  # what is older was read


def make(street: Unit, *, count: int = COUNT, say: Callable[[str], None]) -> int:
    """So many records of each module in one street; how many were made now.

    A street where nobody writes them gets none; those that are there are left alone.
    """
    dice = Random(f"records {street.code}")
    people = _people(street)
    made = 0
    things = _things(street)
    for module in _in_order(list(Module.objects.published())):
        story = Story(street, module, people, things, dice, say)
        made += story.tell(count)
    _mark_read(people)
    say(f"{street.code}: {made} invented records")
    return made


def _people(street: Unit) -> list[User]:
    """Who holds a post in the street, its offices and communities; clerks first."""
    near = Unit.objects.filter(parent=street) | Unit.objects.filter(pk=street.pk)
    posts = Membership.objects.valid_at(timezone.now()).filter(unit__in=near)
    ids = set(posts.values_list("user_id", flat=True))
    users = User.objects.filter(pk__in=ids, is_active=True)
    return sorted(users, key=lambda user: (_rank(user), user.username))


def _rank(user: User) -> int:
    """Those who do one thing before those who do many."""
    kinds = {post.unit.kind for post in user.posts}
    return len(user.posts) + (0 if Unit.Kind.OFFICE in kinds else 10)


def _things(street: Unit) -> Things:
    keys: dict[str, list[str]] = {}
    for kind, model in (
        *(("person", Person), ("household", Household)),
        *(("dwelling", Dwelling), ("organization", Organization)),
    ):
        rows = model.objects.filter(HERE, street=street).order_by("pk")
        keys[kind] = [str(uuid) for uuid in rows.values_list("uuid", flat=True)]
        keys[kind] = Random(kind).sample(keys[kind], min(len(keys[kind]), OF_EACH))
    cells = GridCell.objects.filter(community__parent=street).order_by("code")
    inner = [cell.geometry.point_on_surface for cell in cells[:OF_EACH]]

    def spot(dice: Random) -> list[float] | None:
        if not inner:
            return None
        at = dice.choice(inner)
        return [round(at.x + dice.uniform(-4e-4, 4e-4), 7), round(at.y, 7)]

    return Things(keys, spot)


def _in_order(modules: list[Module]) -> list[Module]:
    """Each after those that its entries refer to."""
    known = {module.code: module for module in modules}
    found: dict[str, Module] = {}

    def add(module: Module) -> None:
        if module.code in found:
            return
        found[module.code] = module
        for one in definition_now(module).every_field():
            kind, _colon, code = one.ref.partition(":")
            if kind == "record" and code in known and code not in found:
                del found[module.code]
                add(known[code])
                found[module.code] = module

    for module in modules:
        add(module)
    return list(found.values())


class Story:
    """The records of one module in one street."""

    def __init__(
        self,
        street: Unit,
        module: Module,
        people: list[User],
        things: Things,
        dice: Random,
        say: Callable[[str], None],
    ) -> None:
        self.say = say
        self.street, self.module, self.things, self.dice = street, module, things, dice
        self.definition: Definition = definition_now(module)
        self.people = people
        opening = process_of(self.definition).moves
        roles = {
            who["role"]
            for move in opening
            if move.from_state_id is None
            for who in move.who
        }
        self.writers = [
            user
            for user in people
            if user.roles & roles and street.pk in _streets(user, module)
        ]
        self.now = timezone.now()

    def uuid(self, nth: int) -> UUID:
        return uuid5(NAMESPACE, f"{self.street.code}/{self.module.code}/{nth}")

    def tell(self, count: int) -> int:
        """Those that are missing; each is written whole or not at all."""
        uuids = [self.uuid(nth) for nth in range(count)]
        there = set(
            Record.objects.filter(uuid__in=uuids).values_list("uuid", flat=True)
        )
        made = 0
        for nth, uuid in enumerate(uuids):
            if uuid not in there and self.writers:
                made += self._tell(nth, uuid)
        kept = self.things.keys.setdefault(f"record:{self.module.code}", [])
        kept += map(
            str, Record.objects.filter(uuid__in=uuids).values_list("uuid", flat=True)
        )
        return made

    def _tell(self, nth: int, uuid: UUID) -> bool:
        by = self.writers[0]
        filling = Filling(self.definition, self.things, self.dice, nth)
        ago = timedelta(days=AGES[nth % len(AGES)])
        day = timezone.localtime(self.now - ago).replace(hour=self.dice.randint(7, 8))
        moment = min(in_hours(day, self.dice), self.now)
        try:
            with transaction.atomic(), recorded(by):
                record = self._written(uuid, by, filling, moment)
                Walk(record, filling, self.people, self.dice).go(
                    STEPS[nth % len(STEPS)]
                )
        except DomainError as error:
            self.say(f"{self.module.code}: {error.text}")
            return False
        return True

    def _written(
        self, uuid: UUID, by: User, filling: Filling, moment: datetime
    ) -> Record:
        """As `offices.modules.making.make` does it, on an earlier day."""
        process = process_of(self.definition)
        names = [one.name for one in asked_at_first(self.definition, process)]
        day = timezone.localdate(moment)
        wanted = {**dict(wanted_by(process, filling))}
        fields = filling.fill(names, day, wanted)
        checked = check(self.definition, fields, by)
        if checked.errors:
            raise BadFields(checked, self.definition)
        community = self.dice.choice(self._communities) if self._communities else None
        about = self.definition.about in self.things.keys
        has_ground = about or "place" in {
            one.kind for one in self.definition.fields.values() if one.name in fields
        }
        ground: dict[str, Any] = ground_for(
            self.definition,
            checked,
            by,
            self.street,
            None if has_ground else community,
            moment,
        )
        record = draft_of(self.module, by, uuid=uuid, moment=moment, ground=ground)
        put(record, self.definition, checked.values)
        record.fresh = checked.values  # type: ignore[attr-defined]
        verb = opening_of(record, by).verb
        begin(record, verb, by=by, act_id=uuid, happened_at=moment)
        return Record.objects.get(uuid=uuid)

    @cached_property
    def _communities(self) -> list[Unit]:
        rows = self.street.children.filter(kind=Unit.Kind.COMMUNITY)
        return list(rows.order_by("code")[:6])


def _streets(user: User, module: Module) -> frozenset[int]:
    return ground_in(user, module, WRITE).streets


def _mark_read(people: list[User]) -> None:
    """What happened days ago was read by whom it was told to."""
    old = Notice.objects.filter(
        kind=Record.KIND,
        person__in=people,
        read_at__isnull=True,
        made_at__lt=timezone.now() - READ_AFTER,
    )
    old.update(read_at=timezone.now())
