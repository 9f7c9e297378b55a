"""Whose a field of an entry is, and who works for its owner.

Most fields are the community's, where people go to the door. An owner that nobody
works for would never answer: the desk of the street then stands in for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Unit, User
from accounts.roles import DESK, OFFICES, Role
from govmap.lib.sealed import Sealed
from offices.models import FieldOwner, Label, LifeEvent, Person, Register
from offices.models.ground import Entry
from offices.models.ownership import COMMUNITY, LABEL, WRITER

DAYS = 5  # working days, where no group of fields says otherwise
YES = "yes"
SEALED = frozenset({"number", "phone"})
COMMUNITY_ROLES = frozenset({Role.COMMUNITY_WORKER, Role.GRID_WORKER})
WORDS: dict[str, str | Promise] = {
    COMMUNITY: _("the community"),
    WRITER: _("who entered it"),
}


def register_of(row: Entry) -> str:
    return Register[type(row).__name__.upper()].value


def roles_for(unit: Unit) -> frozenset[str]:
    """Whose work it is to decide for a unit."""
    if unit.kind == Unit.Kind.COMMUNITY:
        return COMMUNITY_ROLES
    return DESK if unit.kind == Unit.Kind.STREET else OFFICES


def works_for(user: User, unit: Unit | None) -> bool:
    return unit is not None and any(
        post.unit_id == unit.pk and post.role in roles_for(unit) for post in user.posts
    )


def units_of(user: User) -> list[int]:
    """The units that somebody decides for."""
    return [post.unit_id for post in user.posts if post.role in roles_for(post.unit)]


@dataclass(frozen=True)
class Field:
    """One field of one entry, as its page tells of it."""

    name: str
    owner: str | Promise
    is_mine: bool
    # The community's are so many that saying it of each would hide the others.
    is_usual: bool


class Ownership:
    """The owners of one entry's fields, for one reader; a few small queries."""

    def __init__(self, row: Entry, user: User) -> None:
        self.row, self.user = row, user
        self.register = register_of(row)
        self._units: dict[str, Unit | None] = {}

    @cached_property
    def groups(self) -> dict[str, FieldOwner]:
        rows = FieldOwner.objects.filter(register=self.register)
        return {name: row for row in rows for name in row.fields}

    def owner(self, field: str) -> str:
        group = self.groups.get(field)
        return group.owner if group else COMMUNITY

    def days(self, field: str) -> int:
        group = self.groups.get(field)
        return group.days if group else DAYS

    def unit(self, field: str) -> Unit | None:
        """Who decides on it."""
        owner = self.owner(field)
        if owner not in self._units:
            self._units[owner] = self._found(owner)
        return self._units[owner]

    def _found(self, owner: str) -> Unit | None:
        unit = self._named(owner)
        return unit if unit and _is_staffed(unit) else self.row.street

    def _named(self, owner: str) -> Unit | None:
        if owner == COMMUNITY:
            return self.row.community
        if owner == WRITER:
            return self.row.source_unit or self._entered_by
        codes = Q(code=owner)
        if self.row.street:
            codes |= Q(code=f"{self.row.street.code}-{owner}")
        return Unit.objects.filter(codes).first()

    @cached_property
    def _entered_by(self) -> Unit | None:
        rows = LifeEvent.objects.filter(
            subject=self.row.uuid, what=LifeEvent.What.ENTERED
        )
        first = rows.select_related("unit").order_by("pk").first()
        return first.unit if first else None

    @cached_property
    def entered_today(self) -> bool:
        """Who entered it today mends what he mistyped; labels are another's word."""
        rows = LifeEvent.objects.filter(
            subject=self.row.uuid, what=LifeEvent.What.ENTERED, by=self.user.pk
        )
        return rows.filter(on=timezone.localdate()).exists()

    def is_mine(self, field: str) -> bool:
        if works_for(self.user, self.unit(field)):
            return True
        return not field.startswith(LABEL) and self.entered_today

    def words(self, field: str) -> str | Promise:
        """The owner as people call it."""
        unit = self.unit(field)
        if unit is None:
            return WORDS.get(self.owner(field), self.owner(field))
        return str(unit)

    def of(self, field: str) -> Field:
        usual = self.owner(field) == COMMUNITY
        return Field(field, self.words(field), self.is_mine(field), usual)


def _is_staffed(unit: Unit) -> bool:
    rows = Membership.objects.valid_at(timezone.now())
    posts = rows.filter(unit=unit, role__in=roles_for(unit), user__is_active=True)
    return posts.exists()


# Values as texts: what a proposal keeps.


def text_of(value: Any) -> str:
    """A value of a field as a proposal keeps it; forms read it back."""
    if value is None or value is False:
        return ""
    if value is True:
        return YES
    if isinstance(value, Sealed):
        return value.open()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def now_in(row: Entry, field: str) -> Any:
    """What the field holds; of a label whether it holds today. Sealed stays sealed."""
    if field.startswith(LABEL):
        on = "person" if isinstance(row, Person) else "dwelling"
        held = Label.objects.on().filter(**{on: row.pk})
        return held.filter(code__code=field.removeprefix(LABEL)).exists()
    return getattr(row, field)


def is_same(row: Entry, field: str, value: Any) -> bool:
    return text_of(now_in(row, field)) == text_of(value)


def changed_by(row: Entry, said: dict[str, Any]) -> Iterable[str]:
    """The fields that would change, in their order."""
    return [name for name, value in said.items() if not is_same(row, name, value)]
