"""What the page of somebody's own cells is made of; each room adds its part.

It lies beside the rooms, for those below and those above add to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from accounts.models import Unit, User
from accounts.roles import Role
from offices.models.ground import OwnGround, on_ground

GOES_ROUND = (Role.GRID_WORKER, Role.COMMUNITY_WORKER)


def goes_round(user: User) -> bool:
    """Whoever has cells of his own: of a community, or of a street."""
    return user.has_role(*GOES_ROUND)


@dataclass(frozen=True)
class Mine:
    """Somebody and the cells of his posts."""

    user: User

    @cached_property
    def units(self) -> list[Unit]:
        found = {
            post.unit.pk: post.unit
            for post in self.user.posts
            if post.role in GOES_ROUND
            and post.unit.kind in (Unit.Kind.COMMUNITY, Unit.Kind.STREET)
        }
        return sorted(found.values(), key=lambda unit: unit.code)

    @cached_property
    def ground(self) -> OwnGround:
        def of(kind: str) -> frozenset[int]:
            return frozenset(unit.pk for unit in self.units if unit.kind == kind)

        return OwnGround(False, of(Unit.Kind.STREET), of(Unit.Kind.COMMUNITY))

    def where(self, prefix: str = "") -> Q:
        """Rows that lie in these cells, by their street and community."""
        if self.ground.is_none:
            return Q(pk__in=[])
        return on_ground(self.ground, prefix)


@dataclass(frozen=True)
class Item:
    """One thing to do or to know. ``ask``: what a form of its own needs."""

    title: str
    url: str
    detail: str = ""
    day: date | None = None
    is_late: bool = False
    mark: str = ""
    clock: Any = None
    ask: Any = None


@dataclass
class Part:
    """A section of the page. ``after``: where its next page begins, "" for the end."""

    code: str
    title: str | Promise
    glyph: str
    # What will be here, where nothing is.
    empty: str | Promise
    items: list[Item] = field(default_factory=list)
    count: str = ""
    after: str = ""
    form: str = ""  # the template of an item's own form


# ``make(mine, after, size)``: a page of the part, from after that place.
Source = Callable[[Mine, str, int], Part]
SOURCES: dict[str, tuple[int, Source]] = {}


def part(code: str, order: int) -> Callable[[Source], Source]:
    """Register a part of the page under its code; the least ``order`` comes first."""

    def keep(source: Source) -> Source:
        SOURCES[code] = (order, source)
        return source

    return keep


def sources() -> dict[str, Source]:
    """Those that are registered, in their order."""
    rows = sorted(SOURCES.items(), key=lambda row: row[1][0])
    return {code: source for code, (_order, source) in rows}


def number_in(after: str) -> int | None:
    """The id that a page begins after; None where it says none."""
    good = after.isascii() and after.isdigit() and len(after) < 19
    return int(after) if good else None
