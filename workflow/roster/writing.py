"""The roster is written: one shift of a unit at a time, or a week like the last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Membership, Unit, User
from accounts.roles import Role
from govmap.lib.errors import BadInput
from workflow.models import Shift, ShiftKind

PEOPLE_MOST = 40  # in one shift
AHEAD = timedelta(days=366)


class TooFar(BadInput):
    """A roster is written for today and a year ahead; yesterday stays as it was."""

    message = gettext_noop(
        "A roster is written from today to a year ahead. Choose another day."
    )


class NotOfTheUnit(BadInput):
    """Only people of the unit are on duty there."""

    message = gettext_noop(
        "%(person)s holds no post in %(unit)s on that day. Choose somebody who does."
    )


class OutOfUse(BadInput):
    """A kind of shift that is retired takes nobody new."""

    message = gettext_noop("“%(kind)s” is no shift any more. Choose another one.")


def people_of(unit: Unit, day: date) -> list[User]:
    """Who may be on duty in the unit on that day: whoever holds a post there then, or
    in a part of it."""
    posts = Membership.objects.filter(
        Q(unit=unit) | Q(unit__parent=unit, unit__kind=Unit.Kind.OFFICE),
        valid__overlap=_whole(day),
        user__is_active=True,
    ).exclude(role=Role.VOLUNTEER)
    rows = User.objects.filter(pk__in=posts.values("user"))
    return list(rows.order_by("name", "pk"))


def _whole(day: date) -> DateTimeTZRange:
    begins = timezone.make_aware(datetime.combine(day, time()))
    return DateTimeTZRange(begins, begins + timedelta(days=1))


def check_day(day: date) -> None:
    """Raises TooFar."""
    today = timezone.localdate()
    if not today <= day <= today + AHEAD:
        raise TooFar


def put(unit: Unit, day: date, kind: ShiftKind, wanted: Mapping[int, str]) -> bool:
    """These people, and nobody else, by their ids, each with his part.

    What stays is not written again. Returns whether anything changed. Raises TooFar,
    NotOfTheUnit, OutOfUse.
    """
    check_day(day)
    now = {
        row.person_id: row
        for row in Shift.objects.filter(unit=unit, day=day, kind=kind)
    }
    if kind.retired and set(wanted) - set(now):
        raise OutOfUse(kind=str(kind))
    known = {person.pk for person in people_of(unit, day)}
    if strangers := set(wanted) - known - set(now):
        person = User.objects.filter(pk__in=strangers).first()
        raise NotOfTheUnit(person=str(person or "?"), unit=str(unit))
    for key in set(now) - set(wanted):
        now[key].delete()
    changed = bool(set(now) - set(wanted))
    for key, part in wanted.items():
        row = now.get(key)
        if row is None:
            Shift.objects.create(
                unit=unit, day=day, kind=kind, person_id=key, part=part
            )
        elif row.part != part:
            row.part = part
            row.save(update_fields=["part"])
        else:
            continue
        changed = True
    return changed


@dataclass(frozen=True)
class Copied:
    """What became of a week that was copied."""

    added: int
    left: int  # of people who hold no post there any more, and of kinds out of use


def copy_week(unit: Unit, monday: date) -> Copied:
    """The week that begins then, where it is still empty, as the week before it.

    A shift in which somebody is already written down stays as it is, and so does
    what is over.
    """
    today = timezone.localdate()
    rows = Shift.objects.filter(unit=unit)
    week = timedelta(days=7)
    ends = monday + week - timedelta(days=1)
    taken = set(rows.filter(day__range=(monday, ends)).values_list("day", "kind"))
    before = rows.filter(day__range=(monday - week, ends - week))
    known: dict[date, set[int]] = {}
    added = left = 0
    for row in before.select_related("kind").order_by("pk"):
        day = row.day + week
        if day < today or (day, row.kind_id) in taken:
            continue
        if day not in known:
            known[day] = {person.pk for person in people_of(unit, day)}
        if row.kind.retired or row.person_id not in known[day]:
            left += 1
            continue
        Shift.objects.create(
            unit=unit, day=day, kind=row.kind, person_id=row.person_id, part=row.part
        )
        added += 1
    return Copied(added, left)
