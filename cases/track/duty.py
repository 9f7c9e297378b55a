"""When somebody is on duty outdoors: by his own taps, else by the roster.

A tap counts until the next one; one within a shift at the longest to that shift's end,
one outside of any for `LONGEST`. Who is on standby is at home.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from accounts.models import User
from cases.field_ground import GOES_OUT
from cases.models import DutyMark
from workflow.models import Shift

LONGEST = timedelta(hours=12)
# A shift that lasts now began at the latest so long ago, and so did what it holds.
REACH = timedelta(hours=36)


@dataclass(frozen=True)
class Span:
    """A time from its first moment to before its last."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


@dataclass(frozen=True)
class Tap:
    at: datetime
    on: bool


@dataclass(frozen=True)
class Duty:
    """What is known of one person's time. ``taps`` in their order."""

    taps: Sequence[Tap] = ()
    shifts: Sequence[Span] = ()

    def is_on(self, moment: datetime) -> bool:
        before = [tap for tap in self.taps if tap.at <= moment]
        if before and moment < self._until(before[-1]):
            return before[-1].on
        return any(shift.holds(moment) for shift in self.shifts)

    def ends(self, moment: datetime) -> datetime | None:
        """When the duty of that moment ends by itself; None while there is none."""
        if not self.is_on(moment):
            return None
        after = (turn for turn in self._turns() if turn > moment)
        return next((turn for turn in after if not self.is_on(turn)), None)

    def spans(self) -> list[Span]:
        """The times on duty, in their order."""
        found: list[Span] = []
        turns = self._turns()
        for begins, ends in pairwise(turns):
            if not self.is_on(begins):
                continue
            if found and found[-1].ends == begins:
                begins = found.pop().begins
            found.append(Span(begins, ends))
        return found

    def _until(self, tap: Tap) -> datetime:
        within = [shift.ends for shift in self.shifts if shift.holds(tap.at)]
        if within:
            return max(within)
        return tap.at + LONGEST if tap.on else tap.at

    def _turns(self) -> list[datetime]:
        """Every moment at which duty may begin or end."""
        moments = {tap.at for tap in self.taps}
        moments |= {self._until(tap) for tap in self.taps}
        for shift in self.shifts:
            moments |= {shift.begins, shift.ends}
        return sorted(moments)


def can_have_track(user: User) -> bool:
    """Whose work is outdoors; a volunteer has neither duty nor track."""
    return user.has_role(*GOES_OUT)


def duty_of(user: User, *, since: datetime, until: datetime) -> Duty:
    """One person's time that touches these moments: two queries."""
    return duties_of([user.pk], since=since, until=until)[user.pk]


def duties_of(
    people: Iterable[int], *, since: datetime, until: datetime
) -> defaultdict[int, Duty]:
    """As `duty_of` of several people: two queries for all."""
    keys = list(people)
    taps: dict[int, list[Tap]] = {}
    marks = DutyMark.objects.filter(
        person__in=keys, at__gte=since - REACH, at__lte=until
    )
    for person, at, on in marks.order_by("at", "pk").values_list("person", "at", "on"):
        taps.setdefault(person, []).append(Tap(at, on))
    first = timezone.localdate(since - REACH)
    last = timezone.localdate(until)
    rows = Shift.objects.filter(person__in=keys, day__range=(first, last))
    rows = rows.exclude(part=Shift.Part.STANDBY)
    shifts: dict[int, list[Span]] = {}
    for person, lasts in rows.values_list("person", "lasts"):
        shifts.setdefault(person, []).append(Span(lasts.lower, lasts.upper))
    found = defaultdict[int, Duty](Duty)
    for key in {*taps, *shifts}:
        found[key] = Duty(taps.get(key, ()), shifts.get(key, ()))
    return found
