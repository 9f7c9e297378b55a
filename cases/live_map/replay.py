"""One day of the event log as the map plays it again: one compact document a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from cases.live_map.sql import LAT, LON
from cases.models import Case
from workflow.models import Event, Phase, State

PHASES = tuple(Phase.values)
DIGITS = 6  # of degrees: a decimetre
MOST = 60_000  # events of a day: beyond, the day is told up to there


@dataclass
class Played:
    """A case on that day: where, its phase when the day began, and what changed.

    ``before`` is an index of `PHASES`, -1 where the case was not there yet; a change is
    the second of the day and the phase from then on.
    """

    place: tuple[float, float]
    before: int
    changes: list[tuple[int, int]] = field(default_factory=list)

    def written(self) -> list[Any]:
        lon, lat = (round(degrees, DIGITS) for degrees in self.place)
        return [
            lon,
            lat,
            self.before,
            *(part for change in self.changes for part in change),
        ]


def day_of_cases(user: User, day: date) -> dict[str, Any]:
    """What happened on that day to the cases that this person sees.

    Cases of which nothing happened that day are in no such document. Each is a row
    [lon, lat, phase before, second, phase, second, phase, …].
    """
    begins, ends = bounds(day)
    rows = list(_events(user, begins, ends)[: MOST + 1])
    played = played_of(rows[:MOST], begins)
    return {
        "day": day.isoformat(),
        "begins": begins.isoformat(),
        "seconds": round((ends - begins).total_seconds()),
        "phases": PHASES,
        "whole": len(rows) <= MOST,
        "cases": [one.written() for one in played],
    }


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day in the site's zone, and that of the next."""
    first = timezone.make_aware(datetime.combine(day, time.min))
    after = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return first, after


def _events(user: User, begins: datetime, ends: datetime) -> "QuerySet[Event, Any]":
    seen = Case.objects.visible_to(user).filter(place__isnull=False)
    rows = Event.objects.filter(
        kind=Case.KIND,
        happened_at__gte=begins,
        happened_at__lt=ends,
        subject_id__in=seen.values("pk"),
    )
    return rows.order_by("pk").values_list(
        "subject_id", "process_id", "from_state", "to_state", "happened_at"
    )


def played_of(rows: Iterable[Any], begins: datetime) -> list[Played]:
    """The rows are in the order in which they were written."""
    rows = list(rows)
    places = _places({row[0] for row in rows})
    states = State.objects.filter(process__kind=Case.KIND)
    known = states.values_list("process_id", "code", "phase")
    phases = {(process, code): PHASES.index(phase) for process, code, phase in known}
    played: dict[int, Played] = {}
    for case, process, before, after, moment in rows:
        was, now = phases.get((process, before), -1), phases[process, after]
        one = played.setdefault(case, Played(places[case], was))
        last = one.changes[-1][1] if one.changes else one.before
        if now != last:
            one.changes.append((int((moment - begins).total_seconds()), now))
    return [one for one in played.values() if one.changes]


def _places(keys: set[int]) -> dict[int, tuple[float, float]]:
    rows = Case.objects.filter(pk__in=keys).order_by()
    spots = rows.values_list("pk", LON, LAT)
    return {pk: (lon, lat) for pk, lon, lat in spots}
