"""Taking positions in, and letting them go again.

A phone sends some at once, with the time of its own clock: a wrong one is put right by
the difference to ours. What is kept lies within the person's time on duty, not in the
future, not long ago, and not denser than the site asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import cos, hypot, radians
from time import monotonic

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from cases.field_ground import GOES_OUT
from cases.live_word import tell
from cases.models import DutyMark, TrackPoint, TrackSettings
from cases.track.duty import can_have_track, duty_of
from govmap.lib.errors import Conflict, NotAllowed
from govmap.lib.geo import SRID

MOST = 500  # positions at once
OLDEST = timedelta(hours=24)  # that a phone may bring after it had no network
CLOSEST = 10  # seconds between two positions, whatever a site asks for
VAGUE = 500  # metres: a position that is no better says nothing
SLACK = timedelta(seconds=5)
RIGHT_CLOCK = timedelta(seconds=30)  # so late the network may make it
METRES = 111_320  # of a degree of latitude
REMOVED_AT_ONCE = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
APART = 5  # seconds between two words of positions to a unit
KIND = "duty"  # of the word that workers on duty moved, came or went


class TrackIsOff(Conflict):
    """The site keeps no tracks."""

    message = gettext_noop("The site keeps no tracks. Nothing was taken.")


@dataclass(frozen=True)
class Position:
    """One position of a phone, by the milliseconds of its clock."""

    stamp: int
    lon: float
    lat: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Taken:
    kept: int
    dropped: int


def check_goes_out(user: User) -> None:
    """Raises NotAllowed (403)."""
    if not can_have_track(user):
        raise NotAllowed


@transaction.atomic
def mark(user: User, *, on: bool) -> None:
    """上岗 or 下岗; again, the same. Raises NotAllowed (403), TrackIsOff (409)."""
    check_goes_out(user)
    if not TrackSettings.current().is_on:
        raise TrackIsOff
    now = timezone.now()
    User.objects.select_for_update().get(pk=user.pk)
    if duty_of(user, since=now, until=now).is_on(now) != on:
        DutyMark.objects.create(person=user, at=now, on=on)
        tell_of(user)


@transaction.atomic
def take(user: User, sent: Sequence[Position], sent_at: int) -> Taken:
    """Keep what may be kept of these; sent again, once.

    ``sent_at``: the phone's clock now, in milliseconds. Raises NotAllowed (403),
    TrackIsOff (409).
    """
    check_goes_out(user)
    settings = TrackSettings.current()
    if not settings.is_on:
        raise TrackIsOff
    now = timezone.now()
    late = now - _moment(sent_at)
    # The way through the network makes it late and never early: a clock that is ahead,
    # by however little, is wrong.
    late = timedelta() if timedelta() <= late < RIGHT_CLOCK else late
    since = now - OLDEST
    duty = duty_of(user, since=since, until=now)
    rows = [
        row
        for row in _sparse(user, sent, late, settings)
        if since <= row.at <= now + SLACK and duty.is_on(row.at)
    ]
    stamps = [row.stamp for row in rows]
    known = TrackPoint.objects.filter(person=user, stamp__in=stamps)
    before = set(known.values_list("stamp", flat=True))
    fresh = [row for row in rows if row.stamp not in before]
    TrackPoint.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        tell_of(user, apart=True)
    return Taken(len(rows), len(sent) - len(rows))


def _sparse(
    user: User, sent: Sequence[Position], late: timedelta, settings: TrackSettings
) -> Iterator[TrackPoint]:
    """In their order, those that are exact enough and far enough from the last."""
    ordered = sorted(sent, key=lambda one: one.stamp)
    first = ordered[0].stamp if ordered else 0
    rows = TrackPoint.objects.filter(person=user, stamp__lt=first).order_by("-stamp")
    last = rows.first()
    for one in ordered:
        if one.accuracy is not None and one.accuracy > VAGUE:
            continue
        place = Point(one.lon, one.lat, srid=SRID)
        row = TrackPoint(
            person=user,
            stamp=one.stamp,
            at=_moment(one.stamp) + late,
            place=place,
            accuracy=None if one.accuracy is None else round(one.accuracy),
        )
        if last is None or _is_news(last, row, settings):
            last = row
            yield row


def _is_news(last: TrackPoint, row: TrackPoint, settings: TrackSettings) -> bool:
    """After the time, or the way, that the site asked for; a bit less is as good."""
    seconds = (row.stamp - last.stamp) / 1000
    if seconds < CLOSEST:
        return False
    return seconds >= settings.every * 0.8 or (
        _metres(last.place, row.place) >= settings.metres * 0.8
    )


def _metres(one: Point, other: Point) -> float:
    """Good enough for hundreds of metres."""
    east = (one.x - other.x) * cos(radians(one.y))
    return METRES * hypot(east, one.y - other.y)


def _moment(stamp: int) -> datetime:
    return EPOCH + timedelta(milliseconds=stamp)


# Units that were told a moment ago, by this process.
_told: dict[int, float] = {}


def tell_of(user: User, *, apart: bool = False) -> None:
    """The map of the units over the person asks again; nobody is named.

    ``apart``: of a position, not oftener than every few seconds.
    """
    units = {post.unit for post in user.posts if post.role in GOES_OUT}
    near = {key for unit in units for key in (unit.pk, unit.parent_id) if key}
    above = Unit.objects.filter(pk__in=near).values_list("parent", flat=True)
    holders = {*near, *(key for key in above if key)}
    if apart:
        now = monotonic()
        holders = {key for key in holders if now - _told.get(key, -APART) >= APART}
        _told.update(dict.fromkeys(holders, now))
    tell(KIND, None, {*holders, -user.pk})


def sweep(now: datetime) -> int:
    """Positions and taps whose days are over go; of a site that turned it off, too,
    when their days are over. How many positions went."""
    before = now - timedelta(days=TrackSettings.current().days)
    DutyMark.objects.filter(at__lt=before - OLDEST).delete()
    old = TrackPoint.objects.filter(at__lt=before).order_by("at").values("pk")
    gone, _each = TrackPoint.objects.filter(pk__in=old[:REMOVED_AT_ONCE]).delete()
    return gone
