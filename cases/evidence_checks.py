"""What about an act's evidence does not fit the case: said, never a reason to refuse.

Phones err, streets are narrow, and a result may be looked at from across the road.
"""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from cases.duplicates import METRES_A_DEGREE
from workflow.models import Attachment, Event

NEAR_ENOUGH = 100  # metres beyond what the phones say they may be off
TAKEN_BEFORE = timedelta(hours=24)  # a report may be sent in the evening
CLOCKS_DIFFER = timedelta(minutes=5)


def warnings(
    event: Event,
    photos: list[Attachment],
    place: Point | None,
    accuracy: float | None,
    since: datetime | None,
) -> list[str]:
    """Sentences for whoever judges the act.

    ``since``: when the step before was done; what shows a result is not older.
    """
    remark = getattr(event, "remark", None)
    found = list(_position(remark.position if remark else None, place, accuracy))
    for photo in photos:
        found += _taken_where(photo, place, accuracy)
        found += _taken_when(photo, event, since)
    return list(dict.fromkeys(found))


def metres_between(place: Point, other: list[float]) -> float:
    """Along the ground, for what is some kilometres apart at most. In degrees."""
    north = (other[1] - place.y) * METRES_A_DEGREE
    east = (other[0] - place.x) * METRES_A_DEGREE * math.cos(math.radians(place.y))
    return math.hypot(north, east)


def _position(
    position: list[float] | None, place: Point | None, accuracy: float | None
) -> Iterator[str]:
    if place is None or not position:
        return
    metres = metres_between(place, position)
    if metres > NEAR_ENOUGH + position[2] + (accuracy or 0):
        yield _("Done %(metres)s from the place of the case.") % {
            "metres": _length(metres)
        }


def _taken_where(
    photo: Attachment, place: Point | None, accuracy: float | None
) -> Iterator[str]:
    if place is None or not photo.taken_where:
        return
    metres = metres_between(place, photo.taken_where)
    if metres > NEAR_ENOUGH + (accuracy or 0):
        yield _("A photo was taken %(metres)s from the place of the case.") % {
            "metres": _length(metres)
        }


def _taken_when(
    photo: Attachment, event: Event, since: datetime | None
) -> Iterator[str]:
    taken = photo.taken_at
    if taken is None:
        return
    if since is not None and taken < since - CLOCKS_DIFFER:
        yield _("A photo is older than the step before this one.")
    elif since is None and taken < event.happened_at - TAKEN_BEFORE:
        hours = round((event.happened_at - taken) / timedelta(hours=1))
        yield _("A photo was taken %(hours)s hours before.") % {"hours": hours}


def _length(metres: float) -> str:
    if metres < 1000:
        return _("%(metres)s m") % {"metres": round(metres)}
    return _("%(kilometres)s km") % {"kilometres": f"{metres / 1000:.1f}"}
