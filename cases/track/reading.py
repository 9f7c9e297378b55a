"""Whose positions somebody may read; each look at another's is written down, and he
whose they are sees it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Unit, User
from accounts.roles import DESK, SUPERVISES
from cases.field_ground import GOES_OUT
from cases.models import TrackPoint, TrackReading
from govmap.lib.errors import NotFound

Purpose = TrackReading.Purpose
# What a reader may say; the map says its own.
PURPOSES = [choice for choice in Purpose.choices if choice[0] != Purpose.MAP]
SHOWN = 50  # looks at one's own
MOST_POINTS = 8_640  # of a day: as many as are ever kept, one each ten seconds
GROUND = (Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY)


def units_of(user: User, roles: Iterable[str]) -> tuple[bool, set[int]]:
    """(the whole district, else the units) where the person holds such a post."""
    wanted = set(roles)
    posts = [post for post in user.posts if post.role in wanted]
    grounds = [post.unit for post in posts if post.unit.kind in GROUND]
    whole = any(unit.kind == Unit.Kind.DISTRICT for unit in grounds)
    return whole, {unit.pk for unit in grounds}


def outdoor_posts(user: User, roles: Iterable[str]) -> QuerySet[Membership]:
    """Posts held outdoors today, on the ground of the person's posts of these roles."""
    whole, units = units_of(user, roles)
    rows = Membership.objects.valid_at(timezone.now())
    rows = rows.filter(role__in=GOES_OUT, user__is_active=True)
    if not whole:
        rows = rows.filter(Q(unit__in=units) | Q(unit__parent__in=units))
    return rows.select_related("user", "unit").order_by("unit__code", "user__username")


def can_read_tracks(user: User) -> bool:
    """Who supervises workers, or leads a unit with some."""
    whole, units = units_of(user, SUPERVISES)
    return whole or bool(units)


def sees_workers(user: User) -> bool:
    """Whose work it is to know who is on duty outdoors: the desk and who supervises."""
    whole, units = units_of(user, DESK | SUPERVISES)
    return whole or bool(units)


def workers_read_by(user: User) -> list[User]:
    """Whose tracks the person may read; not his own, which he need not ask for."""
    found: dict[int, User] = {}
    for post in outdoor_posts(user, SUPERVISES):
        if post.user_id != user.pk:
            found.setdefault(post.user_id, post.user)
    return list(found.values())


def first_day(days: int) -> date:
    """The first of the days of which positions are kept."""
    return timezone.localdate() - timedelta(days=days)


def bounds(day: date) -> tuple[datetime, datetime]:
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return begins, ends


def track_of(person: User, day: date) -> list[TrackPoint]:
    """The positions of that day, in their order. For whom, was asked before."""
    begins, ends = bounds(day)
    rows = TrackPoint.objects.filter(person=person, at__gte=begins, at__lt=ends)
    return list(rows.order_by("at")[:MOST_POINTS])


@transaction.atomic
def read(
    by: User, username: str, day: date, *, purpose: str, note: str
) -> tuple[User, list[TrackPoint]]:
    """Another's positions of a day; that they were read is on record first.

    Raises NotFound (404) for whoever is none of the reader's workers.
    """
    person = next(
        (one for one in workers_read_by(by) if one.username == username), None
    )
    if person is None:
        raise NotFound
    TrackReading.objects.create(
        by=by, person=person, day=day, purpose=purpose, note=note
    )
    return person, track_of(person, day)


def note_map(by: User, people: Iterable[int]) -> None:
    """These people's positions stood on the map before the reader: once a day each."""
    day = timezone.localdate()
    wanted = {pk for pk in people if pk != by.pk}
    rows = TrackReading.objects.filter(by=by, day=day, purpose=Purpose.MAP)
    known = set(rows.filter(person__in=wanted).values_list("person", flat=True))
    TrackReading.objects.bulk_create(
        [
            TrackReading(by=by, person_id=pk, day=day, purpose=Purpose.MAP)
            for pk in sorted(wanted - known)
        ],
        ignore_conflicts=True,
    )


def readings_of(person: User) -> list[TrackReading]:
    """Who looked at this person's positions, the last first."""
    rows = TrackReading.objects.filter(person=person).select_related("by")
    return list(rows.order_by("-at", "-pk")[:SHOWN])
