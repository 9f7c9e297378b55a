"""代班: while somebody is away another does the work.

Of a unit the proposals change (`cases.dispatching`). Of a person the other holds the
posts for that time, so that every rule of who may do what stays as it is.
"""

from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from accounts.models import Membership, Unit, User
from accounts.roles import SEES_UNIT
from cases.models import StandIn


def begin(
    away: Unit | User, by: Unit | User, lasts: DateTimeTZRange, reason: str
) -> StandIn:
    """The stand-in; of people with the posts that come with it.

    Only posts whose work is cases are lent: nobody stands in for an administrator.
    """
    if isinstance(away, Unit):
        return StandIn.objects.create(
            unit=away, by_unit=_unit(by), lasts=lasts, reason=reason
        )
    assert isinstance(by, User)
    posts = [
        Membership.objects.create(user=by, unit=post.unit, role=post.role, valid=span)
        for post in away.memberships.filter(valid__overlap=lasts, role__in=SEES_UNIT)
        if (span := _common(post.valid, lasts)) and not _holds(by, post, span)
    ]
    return StandIn.objects.create(
        person=away,
        by_person=by,
        lasts=lasts,
        reason=reason,
        posts=[post.pk for post in posts],
    )


def end(stand_in: StandIn) -> None:
    """From now on it is over; one that has not begun never happens."""
    now = timezone.now()
    for post in Membership.objects.filter(pk__in=stand_in.posts):
        if post.valid.lower >= now:
            post.delete()
        elif post.valid.upper > now:
            post.valid = DateTimeTZRange(post.valid.lower, now)
            post.save(update_fields=["valid"])
    if stand_in.lasts.lower >= now:
        stand_in.delete()
        return
    stand_in.lasts = DateTimeTZRange(stand_in.lasts.lower, now)
    stand_in.save(update_fields=["lasts"])


def _unit(by: Unit | User) -> Unit:
    assert isinstance(by, Unit)
    return by


def _common(one: Any, other: DateTimeTZRange) -> DateTimeTZRange | None:
    begins = max(filter(None, (one.lower, other.lower)))
    ends = min(filter(None, (one.upper, other.upper)))
    return DateTimeTZRange(begins, ends) if begins < ends else None


def _holds(by: User, post: Membership, span: DateTimeTZRange) -> bool:
    held = by.memberships.filter(unit=post.unit, role=post.role)
    return held.filter(valid__overlap=span).exists()
