"""Tiles of cases as one process keeps them: by all that they depend on.

That is what the reader sees, what he asks for, the end of the event log and the minute.
Another event or another minute is another tile; what was of older ones goes then.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from accounts.models import User
from cases.live_map import sql
from cases.live_map.wanted import Wanted, this_minute
from layers.tiles.cache import pack
from layers.tiles.drawing import Place
from workflow.models import Event

TILES, SUMMARIES = 256, 32  # kept of one moment; some kilobytes each
# A map asks for many tiles at once: one counts, the others wait for it.
LOCKS = [threading.Lock() for _ in range(16)]


@dataclass(frozen=True)
class View:
    """What one person asks for at one moment; equal where the answer is."""

    holders: tuple[int, ...]  # none: the district
    wanted: Wanted
    last: int
    now: datetime
    user: User = field(compare=False)

    @property
    def ask(self) -> sql.Ask:
        rows = self.wanted.cases(self.user, self.now)
        return sql.Ask(rows, self.wanted.ranks, self.now)


def view_of(user: User, wanted: Wanted) -> View:
    """Everybody who sees the district sees the same; of others each his own."""
    holders = () if user.sees_district else tuple(user.holders)
    last, now = Event.objects.last_id(), this_minute()
    _newest.take((now, last))
    return View(holders, wanted, last, now, user)


@lru_cache(maxsize=TILES)
def case_tile(view: View, place: Place) -> bytes:
    """Packed."""
    if place.z <= sql.FAR:
        return pack(sql.far_tile(_once(_squares, view), place))
    return pack(sql.near_tile(view.ask, place))


@lru_cache(maxsize=TILES)
def cell_tile(view: View, place: Place) -> bytes:
    """Packed."""
    far = place.z <= sql.FAR
    counts = _once(_counts, view) if far else sql.counts_of(view.ask, place)
    return pack(sql.cells_tile(counts, place))


def _once(read: Callable[[View], Any], view: View) -> Any:
    with LOCKS[hash(view) % len(LOCKS)]:
        return read(view)


@lru_cache(maxsize=SUMMARIES)
def _squares(view: View) -> list[sql.Square]:
    return sql.summary_of(view.ask)


@lru_cache(maxsize=SUMMARIES)
def _counts(view: View) -> list[sql.Count]:
    return sql.counts_of(view.ask)


def forget() -> None:
    """Of what nobody asks any more, and for whoever measures a cold tile."""
    for memory in (case_tile, cell_tile, _squares, _counts):
        memory.cache_clear()


class Newest:
    """The newest minute and event that somebody asked for; what was before it goes."""

    def __init__(self) -> None:
        self.moment: tuple[datetime, int] | None = None
        self.lock = threading.Lock()

    def take(self, moment: tuple[datetime, int]) -> None:
        with self.lock:
            # A slower request may still come with an older one.
            if self.moment and moment <= self.moment:
                return
            self.moment = moment
        forget()


_newest = Newest()
