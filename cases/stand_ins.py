"""代班: while somebody is away another does the work.

Of a unit the proposals change (`cases.dispatching`). Of a person the other holds the
posts for that time, so that every rule of who may do what stays as it is.
"""

from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Unit, User
from accounts.roles import DISPOSES, SEES_UNIT
from cases.models import StandIn
from workflow import notices

FOR_YOU, BY_YOU = "stood_in_for", "stands_in"
OF_UNITS, ENDED = "unit_stands_in", "stand_in_ended"
notices.says(
    FOR_YOU, gettext_lazy("%(by)s stands in for you from %(begins)s to %(ends)s")
)
notices.says(
    BY_YOU, gettext_lazy("You stand in for %(away)s from %(begins)s to %(ends)s")
)
notices.says(
    OF_UNITS,
    gettext_lazy("%(by)s stands in for %(away)s from %(begins)s to %(ends)s"),
)
notices.says(ENDED, gettext_lazy("%(by)s no longer stands in for %(away)s"))


def begin(
    away: Unit | User, by: Unit | User, lasts: DateTimeTZRange, reason: str
) -> StandIn:
    """The stand-in; of people with the posts that come with it.

    Only posts whose work is cases are lent: nobody stands in for an administrator.
    """
    if isinstance(away, Unit):
        row = StandIn.objects.create(
            unit=away, by_unit=_unit(by), lasts=lasts, reason=reason
        )
        _tell(row)
        return row
    assert isinstance(by, User)
    posts = [
        Membership.objects.create(user=by, unit=post.unit, role=post.role, valid=span)
        for post in away.memberships.filter(valid__overlap=lasts, role__in=SEES_UNIT)
        if (span := _common(post.valid, lasts)) and not _holds(by, post, span)
    ]
    row = StandIn.objects.create(
        person=away,
        by_person=by,
        lasts=lasts,
        reason=reason,
        posts=[post.pk for post in posts],
    )
    _tell(row)
    return row


def end(stand_in: StandIn) -> None:
    """From now on it is over; one that has not begun never happens. Both are told."""
    _tell(stand_in, ended=True)
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


def _tell(row: StandIn, *, ended: bool = False) -> None:
    """Who is stood in for, and who stands in; of units, whoever works there."""
    shown = {"begins": _told(row.lasts.lower), "ends": _told(row.lasts.upper)}
    data = {
        "away": str(row.unit or row.person),
        "by": str(row.by_unit or row.by_person),
    }
    data |= shown
    if row.person_id is None:
        units = [row.unit_id, row.by_unit_id]
        posts = {(unit, role) for unit in units if unit for role in DISPOSES}
        what = ENDED if ended else OF_UNITS
        notices.notify(None, what, posts=posts, data=data)
        return
    for person, what in ((row.person_id, FOR_YOU), (row.by_person_id, BY_YOU)):
        notices.notify(
            None, ENDED if ended else what, people=[person] if person else (), data=data
        )


def _told(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


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
