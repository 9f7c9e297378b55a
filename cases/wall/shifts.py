"""The shift that a wall's clock names: never who is in it."""

from datetime import datetime

from django.utils import timezone

from accounts.models import Unit
from workflow.models import Shift, ShiftKind


def shift_now(unit: Unit, moment: datetime) -> str:
    """By the unit's roster, else by the hours of the site's shifts; may be empty.

    One or two queries.
    """
    rows = Shift.objects.filter(unit=unit).at(moment)
    kind = ShiftKind.objects.filter(pk__in=rows.values("kind")).first()
    if kind is not None:
        return f"{kind} {kind.hours}"
    time = timezone.localtime(moment).time()
    for kind in ShiftKind.objects.filter(retired=False):
        within = kind.starts <= time < kind.ends
        if kind.crosses_midnight:
            within = time >= kind.starts or time < kind.ends
        if within:
            return f"{kind} {kind.hours}"
    return ""
