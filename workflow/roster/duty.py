"""Who is on duty: the one place that answers it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from workflow.models import Shift

USUAL = timedelta(hours=12)  # of a shift, where no roster says how long it is


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


def next_ends(unit_id: int, moment: datetime) -> datetime:
    """When the shift after the present one ends; by the usual length of one where
    the roster does not say."""
    now = Shift.objects.filter(unit=unit_id).at(moment)
    lasting = now.order_by("lasts__endswith").values_list("lasts", flat=True).last()
    ends: datetime = lasting.upper if lasting else moment
    following = Shift.objects.filter(
        unit=unit_id,
        day__range=(timezone.localdate(moment), timezone.localdate(ends)),
        lasts__startswith__gte=ends,
        lasts__startswith__lte=ends + timedelta(hours=2),
    )
    after = following.order_by("lasts__endswith").values_list("lasts", flat=True).last()
    return after.upper if after else ends + USUAL
