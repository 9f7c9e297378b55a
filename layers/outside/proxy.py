"""The caching proxy: from disk while it is fresh, else asked for, else what is kept.

A source that does not answer must not hold up the pages: few requests ask at a time,
and after some failures in a row nobody asks for a while.
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db.models import Q
from django.utils import timezone

from layers.models import OutsideAnswer, OutsideSource
from layers.outside.drawing import draw
from layers.outside.fetching import Fetched, fetch
from layers.outside.grid import Tile
from layers.outside.keeping import STORE
from layers.outside.trouble import UNREACHED, NotFetched, NoTurn

NOTHING_HOURS = 24  # so long it is believed that there is nothing
AT_ONCE = 3  # requests of one process that ask outside
PATIENCE = 2.0  # seconds that another one waits for its turn
FAILURES = 3  # in a row, then there is a rest
REST = 30.0  # seconds
NOTE_EVERY = timedelta(minutes=5)  # that a source still answers well


class Gate:
    """How many ask at a time, and which sources rest; of one process."""

    def __init__(self) -> None:
        self.turns = threading.BoundedSemaphore(AT_ONCE)
        self.failed: dict[int, int] = {}
        self.rests: dict[int, tuple[float, str]] = {}

    @contextlib.contextmanager
    def turn(self, source: int) -> Iterator[None]:
        """Raises NotFetched while the source rests, or where no turn comes."""
        until, why = self.rests.get(source, (0.0, ""))
        if time.monotonic() < until:
            raise NotFetched(why)
        if not self.turns.acquire(timeout=PATIENCE):
            raise NoTurn(UNREACHED)
        try:
            yield
        except NotFetched as error:
            self._count(source, error.why)
            raise
        else:
            self.failed.pop(source, None)
        finally:
            self.turns.release()

    def _count(self, source: int, why: str) -> None:
        count = self.failed[source] = self.failed.get(source, 0) + 1
        if count >= FAILURES:
            self.rests[source] = (time.monotonic() + REST, why)
            self.failed.pop(source, None)

    def open(self, source: int) -> None:
        """An administrator tries it: whatever was, it is asked."""
        self.failed.pop(source, None)
        self.rests.pop(source, None)


GATE = Gate()


def tile_of(source: OutsideSource, tile: Tile) -> Fetched:
    """Raises NotFetched where the source is down and nothing is kept."""
    return draw(source, tile, lambda name, url: _kept(source, name, url))


def _kept(source: OutsideSource, name: str, url: str) -> Fetched:
    path = STORE.path(source, name)
    known = STORE.get(path)
    if known and known.is_fresh:
        return known.fetched
    old = known.fetched if known else Fetched()
    try:
        with GATE.turn(source.pk):
            came = fetch(url, etag=old.etag, changed=old.changed)
    except NotFetched as error:
        if not isinstance(error, NoTurn):
            note(source, error.why)
        if known:  # better old than nothing
            return old
        raise
    note(source, "")
    return _put(path, old if came.unchanged else came, source.keep_hours)


def _put(path: Path, fetched: Fetched, hours: int) -> Fetched:
    hours = hours if fetched.body else min(hours, NOTHING_HOURS)
    if hours:
        STORE.put(path, fetched, hours=hours)
    return fetched


def note(source: OutsideSource, why: str) -> None:
    """How it answered, for the catalogue; the same again is not written each time."""
    now = timezone.now()
    field = "badly_at" if why else "well_at"
    said = {field: now, "trouble": why}
    rows = OutsideAnswer.objects.filter(source=source.pk)
    same = Q(trouble=why) & Q(**{f"{field}__gt": now - NOTE_EVERY})
    if rows.filter(same).exists() or rows.update(**said):
        return
    OutsideAnswer.objects.bulk_create(
        [OutsideAnswer(source_id=source.pk, **said)], ignore_conflicts=True
    )
