"""Working slots, holidays and make-up days of the State Council's notices, and the
special periods of a year in the capital.
"""

from datetime import date
from typing import Any

from chinese_calendar import constants
from chinese_calendar.constants import Holiday

YEARS = (2025, 2026)
NAMES = {holiday.value: holiday.chinese for holiday in Holiday}


def calendar() -> dict[str, Any]:
    """`off` on a holiday, `work` on a weekend day that is worked instead."""
    days = {day: "off" for day in constants.holidays if day.year in YEARS}
    days |= {day: "work" for day in constants.workdays if day.year in YEARS}
    named = constants.holidays | constants.workdays
    return {
        "slots": [["08:00", "12:00"], ["14:00", "18:00"]],
        "weekdays": [0, 1, 2, 3, 4],
        "holidays": {day.isoformat(): days[day] for day in sorted(days)},
        "names": {day.isoformat(): NAMES.get(named[day], "") for day in sorted(days)},
        "years": list(YEARS),
        "periods": periods(),
    }


def periods() -> list[dict[str, Any]]:
    """Flood season, the sessions in March, the snow: what is urgent then."""
    year = YEARS[-1]
    return [
        {
            "title": {"zh-hans": "汛期", "en": "Flood season"},
            "from": date(year, 6, 1).isoformat(),
            "to": date(year, 9, 15).isoformat(),
            "classes": ["event/05"],
            "limit_name": "disposal",
            "factor": "0.5",
            "priority": 3,
        },
        {
            "title": {"zh-hans": "全国两会服务保障", "en": "The sessions in March"},
            "from": date(year, 3, 1).isoformat(),
            "to": date(year, 3, 15).isoformat(),
            "limit_name": "disposal",
            "factor": "0.5",
            "priority": 5,
        },
        {
            "title": {"zh-hans": "扫雪铲冰", "en": "Snow and ice"},
            "from": date(year, 12, 1).isoformat(),
            "to": date(year + 1, 3, 15).isoformat(),
            "classes": ["event/10"],
            "limit_name": "disposal",
            "limit": 4,
            "type": "urgent_hours",
            "priority": 4,
        },
    ]
