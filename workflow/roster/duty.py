"""Who is on duty: the one place that answers it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from workflow.models import Shift
from workflow.models.roster import ShiftQuerySet

USUAL = timedelta(hours=12)  # of a shift, where no roster says how long it is
GAP = timedelta(hours=2)  # at most between one shift and the next


def on_duty(unit_ids: Iterable[int], moment: datetime) -> dict[int, list[Shift]]:
    """Of each unit who is on duty at the moment, the leader first: one query.

    Units without a roster are not in the answer.
    """
    found: dict[int, list[Shift]] = {}
    rows = Shift.objects.filter(unit__in=list(unit_ids), person__is_active=True)
    for shift in rows.at(moment).in_order():
        found.setdefault(shift.unit_id, []).append(shift)
    return found


def works_now(user: User, unit_id: int, moment: datetime) -> bool:
    """Whether the person himself is on duty there."""
    rows = Shift.objects.filter(unit=unit_id, person=user)
    return rows.at(moment).exists()


def next_shifts(unit_id: int, moment: datetime) -> ShiftQuerySet:
    """Those that begin when the present one ends.

    Somebody may lead for the whole day: the present one is what ends first.
    """
    begins = _present_ends(unit_id, moment)
    last = begins + GAP
    return Shift.objects.filter(
        unit=unit_id,
        day__range=(timezone.localdate(moment), timezone.localdate(last)),
        lasts__startswith__gte=begins,
        lasts__startswith__lte=last,
    )


def next_ends(unit_id: int, moment: datetime) -> datetime:
    """When the shift after the present one ends; by the usual length of one where
    the roster does not say."""
    following = _first_end(next_shifts(unit_id, moment))
    return following or _present_ends(unit_id, moment) + USUAL


def _present_ends(unit_id: int, moment: datetime) -> datetime:
    return _first_end(Shift.objects.filter(unit=unit_id).at(moment)) or moment


def _first_end(shifts: ShiftQuerySet) -> datetime | None:
    rows = shifts.order_by("lasts__endswith").values_list("lasts", flat=True)
    lasts = rows.first()
    return lasts.upper if lasts else None
