"""Years without a table of holidays: whom that is told, and when."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from workflow.clock import WorkCalendar
from workflow.models import Deadline
from workflow.notices import everybody_with, notify

MISSING = "calendar_missing"
# The State Council sets a year's holidays in the November before.
AHEAD = timedelta(days=45)


def tell_if_unknown(row: Deadline) -> None:
    """The first limit that reaches into a year without a table says so."""
    if row.provisional:
        _tell(timezone.localdate(row.due_at).year)


def tell_ahead(today: date) -> None:
    """Whether or not any limit reaches so far yet."""
    year = (today + AHEAD).year
    if year not in WorkCalendar.current().known_years:
        _tell(year)


def _tell(year: int) -> None:
    notify(
        None,
        MISSING,
        people=everybody_with(Role.SYSTEM),
        key=f"{MISSING}/{year}",
        data={"year": year, "page": f"{reverse('workflow:calendar')}?year={year}"},
    )
