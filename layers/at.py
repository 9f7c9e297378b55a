"""The day that a request asks about (``?at=2024-05-01``): for pages, tiles and API."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput

PARAMETER = "at"
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class NoSuchDay(BadInput):
    """This is no day. Write it as 2024-05-01."""

    message = gettext_noop("This is no day. Write it as 2024-05-01.")


class DayOrVersion(BadInput):
    """A day and a version were asked for at once. Ask for one of them."""

    message = gettext_noop(
        "A day and a version were asked for at once. Ask for one of them."
    )


def day_of(query: Mapping[str, str]) -> date | None:
    """The day of a request's query; None where none is asked: what is known now.

    ``query`` is ``request.GET`` or ``request.query_params``. An empty value is none,
    as a form without a day sends it. Raises NoSuchDay (400).
    """
    raw = query.get(PARAMETER, "").strip()
    return read_day(raw) if raw else None


def day_unless_version(query: Mapping[str, str]) -> date | None:
    """`day_of`, where a version may be asked for instead. Raises DayOrVersion too."""
    day = day_of(query)
    if day and query.get("version"):
        raise DayOrVersion
    return day


def read_day(text: str) -> date:
    """Raises NoSuchDay for anything but a day as 2024-05-01."""
    if not WRITTEN.fullmatch(text):
        raise NoSuchDay
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NoSuchDay from error


def end_of(day: date) -> datetime:
    """The last moment of a day in the site's zone: what stood then, stood that day."""
    return timezone.make_aware(datetime.combine(day, time.max))
