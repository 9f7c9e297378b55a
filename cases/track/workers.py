"""Who is on duty outdoors now, and where: by the last position where the site keeps
tracks, else at the ground that the post is for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Membership, Unit, User
from accounts.roles import DESK, SUPERVISES
from cases.models import TrackPoint, TrackSettings
from cases.track.duty import LONGEST, Duty, duties_of
from cases.track.reading import note_map, outdoor_posts, units_of
from layers.models import Region

SEES = DESK | SUPERVISES


@dataclass(frozen=True)
class Worker:
    """One person on duty. ``name`` is empty for whom it is none of the reader's
    business; ``at`` is when he was there, or None where only the post is known."""

    key: str
    name: str
    role: str
    unit: Unit
    place: Point | None
    until: datetime | None
    at: datetime | None = None
    accuracy: int | None = None


@dataclass(frozen=True)
class Pin:
    """One sign on the map: a worker, or those of a unit of whom only the post is
    known."""

    key: str
    label: str
    workers: Sequence[Worker]

    @property
    def place(self) -> Point:
        place = self.workers[0].place
        assert place is not None
        return place

    @property
    def is_position(self) -> bool:
        return self.workers[0].at is not None


def on_duty_outdoors(user: User, now: datetime | None = None) -> list[Worker]:
    """Those on duty on the reader's ground. Six queries at the most.

    That positions were seen is written down (`reading.note_map`).
    """
    now = now or timezone.now()
    posts: dict[int, Membership] = {}
    for post in outdoor_posts(user, SEES):
        posts.setdefault(post.user_id, post)
    settings = TrackSettings.current()
    duties = dict(duties_of(posts, since=now, until=now))
    if not settings.is_on:
        duties = {pk: Duty((), duty.shifts) for pk, duty in duties.items()}
    present = {pk: duty for pk, duty in duties.items() if duty.is_on(now)}
    points = _last_points(present, now) if settings.is_on else {}
    grounds = _grounds(posts[pk].unit_id for pk in present if pk not in points)
    note_map(user, points)
    named = _names(user)
    return [
        _worker(user, post, present[pk].ends(now), points.get(pk), grounds, named)
        for pk, post in posts.items()
        if pk in present
    ]


def _last_points(present: dict[int, Duty], now: datetime) -> dict[int, TrackPoint]:
    """Each one's last position of the duty that lasts now."""
    rows = TrackPoint.objects.filter(person__in=present, at__gte=now - LONGEST)
    last = rows.order_by("person", "-at").distinct("person")
    begun = {
        pk: next(span.begins for span in duty.spans() if span.holds(now))
        for pk, duty in present.items()
    }
    return {row.person_id: row for row in last if row.at >= begun[row.person_id]}


def _grounds(units: Iterable[int]) -> dict[int, Point]:
    rows = Region.objects.filter(unit__in=set(units))
    found = rows.annotate(middle=PointOnSurface("geometry"))
    return dict(found.values_list("unit", "middle"))


def _names(user: User) -> tuple[bool, set[int]]:
    """Where the reader knows the workers by name: his own street's, and whoever
    supervises the district all of them; its desk need not."""
    whole, _units = units_of(user, SUPERVISES)
    return whole, units_of(user, SEES)[1]


def _worker(
    user: User,
    post: Membership,
    until: datetime | None,
    point: TrackPoint | None,
    grounds: dict[int, Point],
    named: tuple[bool, set[int]],
) -> Worker:
    whole, units = named
    known = whole or not units.isdisjoint(_own_units(post.unit))
    return Worker(
        # The same for one reader, and nothing to anybody else.
        key=salted_hmac("duty", f"{user.pk}:{post.user.uuid}").hexdigest()[:16],
        name=str(post.user) if known else "",
        role=post.get_role_display(),
        unit=post.unit,
        place=point.place if point else grounds.get(post.unit_id),
        until=until,
        at=point.at if point else None,
        accuracy=point.accuracy if point else None,
    )


def _own_units(unit: Unit) -> set[int | None]:
    """The unit of a post, and of a community's its street; not the district above."""
    above = {unit.parent_id} if unit.kind == Unit.Kind.COMMUNITY else set()
    return {unit.pk, *above}


def pins_of(workers: Iterable[Worker]) -> list[Pin]:
    """Those with a position each alone, the others gathered by their unit."""
    found: dict[str, list[Worker]] = {}
    for one in workers:
        if one.place is not None:
            key = one.key if one.at else f"unit-{one.unit.pk}"
            found.setdefault(key, []).append(one)
    return [Pin(key, _label(rows), rows) for key, rows in found.items()]


def _label(workers: Sequence[Worker]) -> str:
    first = workers[0]
    if first.at:
        return first.name or first.role
    words = {"unit": first.unit, "count": len(workers)}
    return str(_("%(unit)s: %(count)s on duty") % words)


def as_geojson(pins: Iterable[Pin]) -> dict[str, Any]:
    """Points for a map; a pin's page says the rest."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": pin.key,
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(pin.place.x, 6), round(pin.place.y, 6)],
                },
                "properties": {
                    "label": pin.label,
                    "count": len(pin.workers),
                    "at": pin.workers[0].at.isoformat() if pin.workers[0].at else None,
                },
            }
            for pin in pins
        ],
    }
