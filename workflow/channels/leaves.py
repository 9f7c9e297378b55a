"""Who is away: told by himself, and who is told instead of him."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Membership, User
from accounts.roles import DESK, SUPERVISES, Role
from govmap.lib.errors import BadInput, Conflict
from workflow import notices
from workflow.models import Leave

LONGEST = timedelta(days=366)
SHOWN = 12  # people that a search shows
YOU_STAND_IN, NO_LONGER = "leave_stand_in", "leave_ended"
notices.says(
    YOU_STAND_IN,
    gettext_lazy("You are told what is told to %(away)s, from %(begins)s to %(ends)s"),
)
notices.says(NO_LONGER, gettext_lazy("You are no longer told what is told to %(away)s"))


class NotALeave(BadInput):
    """A leave needs days and a stand-in."""

    message = gettext_noop(
        "A leave ends on the day it begins or later, within a year, and somebody else"
        " stands in."
    )


class Overlaps(Conflict):
    """There is a leave for some of these days already."""

    message = gettext_noop(
        "There is a leave for some of these days already. End that one first."
    )


def begin(person: User, stand_in: User, first: date, last: date, *, by: User) -> Leave:
    """Raises NotALeave, Overlaps. The stand-in is told."""
    if not first <= last <= first + LONGEST or person == stand_in:
        raise NotALeave
    if last < timezone.localdate():
        raise NotALeave
    try:
        with transaction.atomic():
            row = Leave.objects.create(
                person=person,
                stand_in=stand_in,
                begins_on=first,
                ends_on=last,
                made_by=by,
                made_at=timezone.now(),
            )
    except IntegrityError as error:
        raise Overlaps from error
    _tell(row, YOU_STAND_IN)
    return row


def end(leave: Leave) -> None:
    """Back since today; a leave that has not begun never happens."""
    today = timezone.localdate()
    if leave.ends_on < today:
        return
    _tell(leave, NO_LONGER)
    if leave.begins_on >= today:
        leave.delete()
        return
    leave.ends_on = today - timedelta(days=1)
    leave.save(update_fields=["ends_on"])


def _tell(leave: Leave, what: str) -> None:
    data = {
        "away": str(leave.person),
        "begins": leave.begins_on.isoformat(),
        "ends": leave.ends_on.isoformat(),
    }
    notices.notify(None, what, people=[leave.stand_in_id], data=data)


def own(person: User) -> QuerySet[Leave]:
    """His leaves that are not over."""
    rows = Leave.objects.filter(person=person, ends_on__gte=timezone.localdate())
    return rows.select_related("stand_in").order_by("begins_on")


def sees_who_is_away(user: User) -> bool:
    """Who hands out work must know who is there to do it."""
    return user.has_role(*DESK, *SUPERVISES, Role.UNIT_CLERK, Role.SYSTEM)


def away_seen_by(user: User, day: date) -> QuerySet[Leave]:
    """Those away on a day, of the person's own units and the ones below."""
    units = {post.unit_id for post in user.posts}
    below = Q(unit__in=units) | Q(unit__parent__in=units)
    below |= Q(unit__parent__parent__in=units)
    posts = Membership.objects.valid_at(timezone.now()).filter(below)
    rows = Leave.objects.on(day).filter(person__in=posts.values("user"))
    return rows.select_related("person", "stand_in").order_by("ends_on", "pk")


def colleagues(user: User) -> QuerySet[User]:
    """Who may stand in: whoever has a post in a unit of the person's, or right above
    or below one of them."""
    own_units = {post.unit_id for post in user.posts}
    above = {post.unit.parent_id for post in user.posts if post.unit.parent_id}
    near = Q(unit__in=own_units | above) | Q(unit__parent__in=own_units)
    posts = Membership.objects.valid_at(timezone.now()).filter(near)
    people = User.objects.filter(is_active=True, pk__in=posts.values("user"))
    return people.exclude(pk=user.pk).order_by("name", "username")


def found(user: User, text: str) -> list[User]:
    """Those of them that the words may mean."""
    text = text.replace("\x00", "").strip()[:60]
    named = Q(name__icontains=text) | Q(username__istartswith=text)
    return list(colleagues(user).filter(named)[:SHOWN])


def meant(user: User, text: str) -> User:
    """The one whom a choice of the list, a name or a sign-in name means.

    Raises NotALeave where it is nobody, or several.
    """
    text = text.replace("\x00", "").strip()[:100]
    name = text.rpartition("(")[2].rstrip(")") if text.endswith(")") else text
    people: Iterable[User] = colleagues(user).filter(username=name)[:1]
    rows = list(people) or list(colleagues(user).filter(name=text)[:2])
    if len(rows) != 1:
        raise NotALeave
    return rows[0]
