"""What waits outdoors besides cases: each room adds its kind to the one list of tasks.

An application to the right of cases does the same: it registers a kind and a template
of its own form, and the list knows no more of it than this.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User

MOST = 30  # cards of one kind
MOST_POINTS = 200  # places of one card on the map
LonLat = tuple[float, float]


@dataclass(frozen=True)
class Card:
    """One thing to go to. ``key`` is its own among its kind."""

    key: str
    title: str
    url: str
    action: str | Promise  # what its button says
    where: str = ""
    detail: str = ""
    # Longitude and latitude; of what lies at many places each of them.
    points: tuple[LonLat, ...] = ()
    clock: Any = None  # a limit, for its light
    day: date | None = None  # the last day, where there is no limit
    form: str = ""  # the template of a form in place of the button
    ask: Any = None  # what that form is about

    @property
    def due(self) -> datetime | None:
        """When it is due: the limit, or the end of the day."""
        if self.clock is not None:
            return self.clock.due_at
        if self.day is None:
            return None
        return timezone.make_aware(datetime.combine(self.day, time(23, 59)))

    @property
    def is_late(self) -> bool:
        return self.day is not None and self.day < timezone.localdate()


@dataclass
class Found:
    """The cards of one kind, and the page of the rest where there are more."""

    cards: list[Card] = field(default_factory=list)
    rest: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of task. ``may``: whose list can hold it. ``phase``: colours its mark."""

    code: str
    title: str | Promise
    glyph: str
    phase: str
    may: Callable[[User], bool]
    find: Callable[[User], Found]


@dataclass(frozen=True)
class Waiting:
    """A card with its kind, as a list shows it."""

    kind: Kind
    card: Card

    @property
    def due(self) -> datetime | None:
        return self.card.due


KINDS: dict[str, tuple[int, Kind]] = {}
Find = Callable[[User], Found]


def task_kind(
    code: str,
    order: int,
    *,
    title: str | Promise,
    glyph: str,
    phase: str,
    may: Callable[[User], bool],
) -> Callable[[Find], Find]:
    """Register a kind of task; the least ``order`` is asked first."""

    def keep(find: Find) -> Find:
        KINDS[code] = (order, Kind(code, title, glyph, phase, may, find))
        return find

    return keep


def kinds_for(user: User) -> list[Kind]:
    """The kinds that this person's list can hold, in their order."""
    rows = sorted(KINDS.values(), key=lambda row: row[0])
    return [kind for _order, kind in rows if kind.may(user)]


def waiting_for(user: User) -> tuple[list[Waiting], list[tuple[Kind, str]]]:
    """The cards by what is due first, and of which kinds there are more, and where."""
    cards: list[Waiting] = []
    rest: list[tuple[Kind, str]] = []
    for kind in kinds_for(user):
        found = kind.find(user)
        cards += [Waiting(kind, card) for card in found.cards]
        if found.rest:
            rest.append((kind, found.rest))
    return sorted(cards, key=lambda one: _when(one.due)), rest


def _when(due: datetime | None) -> tuple[bool, float]:
    """What has no limit comes last."""
    return due is None, due.timestamp() if due else 0.0
