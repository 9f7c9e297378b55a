"""The State Council's yearly tables of holidays and make-up days, as published.

They come with the package chinesecalendar, which is renewed once a year: the default
of a site that has none of its own, and what its page fills a year with.
"""

from datetime import date
from functools import lru_cache

from chinese_calendar import constants
from chinese_calendar.constants import Holiday

NAMES = {holiday.value: holiday.chinese for holiday in Holiday}


@lru_cache(maxsize=1)
def table() -> dict[date, tuple[bool, str]]:
    """By day: whether it works, and the holiday's name."""
    days = {day: (False, NAMES.get(name, "")) for day, name in _off()}
    days |= {day: (True, NAMES.get(name, "")) for day, name in _worked()}
    return dict(sorted(days.items()))


def _off() -> list[tuple[date, str]]:
    return list(constants.holidays.items())


def _worked() -> list[tuple[date, str]]:
    return list(constants.workdays.items())


def of_year(year: int) -> dict[date, tuple[bool, str]]:
    """Empty where the year's table is not published yet."""
    return {day: told for day, told in table().items() if day.year == year}


@lru_cache(maxsize=1)
def exceptions() -> dict[date, bool]:
    """All of them, as `WorkCalendar.of` takes them."""
    return {day: works for day, (works, _name) in table().items()}
