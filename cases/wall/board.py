"""All that a wall shows at one moment, made once for all walls of a unit."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Unit
from cases.wall import figures, goings, mapping
from cases.wall.ground import ground_of
from cases.wall.shifts import shift_now

KEPT = 4  # seconds
_making: dict[str, Lock] = {}  # by wall


@dataclass(frozen=True)
class Board:
    """One unit's wall. ``event``: the last event that is in it."""

    unit: Unit
    at: datetime
    event: int
    today: list[figures.Figure]
    rates: figures.Rates
    lines: list[figures.Line]
    classes: list[figures.ClassCount]
    trend: list[figures.TrendDay]
    ticks: list[goings.Tick]
    whistles: list[goings.OpenWhistle]
    map: mapping.Ground2D
    shift: str  # and never who is in it

    @property
    def is_district(self) -> bool:
        return self.unit.kind == Unit.Kind.DISTRICT


def board_of(unit: Unit) -> Board:
    """Not older than `KEPT`. Who asked has shown that he may see the unit's wall."""
    key = f"wall:{unit.pk}:{get_language()}"
    # One at a time of a wall, so that those who come together do not all reckon.
    with _making.setdefault(key, Lock()):
        board: Board | None = cache.get(key)
        if board is None:
            board = _made(unit)
            cache.set(key, board, KEPT)
    return board


def _made(unit: Unit) -> Board:
    now, ground = timezone.now(), ground_of(unit)
    # Read first: what happens meanwhile is told again, never missed.
    event = goings.last_event()
    counts = figures.counts_of(ground, now)
    whistles = goings.whistles_of(ground, now)
    return Board(
        unit=unit,
        at=now,
        event=event,
        today=figures.today_of(ground, counts, now),
        rates=figures.rates_of(ground, now),
        lines=figures.lines_of(ground, counts, now),
        classes=figures.classes_of(ground, now),
        trend=figures.trend_of(ground, now),
        ticks=goings.ticks_of(ground, event),
        whistles=whistles,
        map=mapping.ground_2d(ground, whistles, now),
        shift=shift_now(unit, now),
    )
