"""Working slots, holidays and make-up days of the State Council's notices."""

from typing import Any

from chinese_calendar import constants

YEARS = (2025, 2026)


def calendar() -> dict[str, Any]:
    """`off` on a holiday, `work` on a weekend day that is worked instead."""
    days = {day: "off" for day in constants.holidays if day.year in YEARS}
    days |= {day: "work" for day in constants.workdays if day.year in YEARS}
    return {
        "slots": [["08:00", "12:00"], ["14:00", "18:00"]],
        "weekdays": [0, 1, 2, 3, 4],
        "holidays": {day.isoformat(): days[day] for day in sorted(days)},
    }
