"""The calendar of a site package: slots, working weekdays, holidays, make-up days,
special periods. Written as it is read, so that one site's file serves another.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Unit
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow import calendar_moves
from workflow.clock import WorkCalendar
from workflow.models import Calendar, Day, SpecialPeriod
from workflow.models.clock import LimitType
from workflow.package_rows import PackageRows

CODE = "default"
WORDS = {"off": False, "work": True}
SHIFTS = {works: word for word, works in WORDS.items()}


def load(path: Path) -> str:
    """The whole calendar as the file says: days that it leaves out are normal ones.

    A file that says what it said last time leaves alone what was changed since.
    """
    data, known = read_json(path), PackageRows("calendar")
    if not known.is_new(path.name, data) and Calendar.objects.exists():
        return f"{len(data['holidays'])} days, unchanged"
    line = load_data(data, name=path.name)
    known.keep()
    return line


@transaction.atomic
def load_data(data: Any, *, name: str) -> str:
    """As `load`, of what a file called ``name`` holds. Returns a line for a report.

    Raises BadInput that says what to write instead; then nothing is changed.
    """
    days = list(_days(name, data))
    years = _years(name, data)
    slots, weekdays = data.get("slots"), data.get("weekdays")
    check(name, slots, weekdays)
    calendar, made = Calendar.objects.get_or_create(
        code=CODE, defaults={"slots": slots, "weekdays": weekdays}
    )
    before = calendar.digest
    calendar.slots, calendar.weekdays, calendar.years = slots, weekdays, years
    if "periods" in data:
        _replace_periods(list(_periods(name, data["periods"])))
    _replace_days(calendar, days)
    touch(calendar)
    if calendar.digest == before and not made:
        return f"{len(days)} days, unchanged"
    return f"{len(days)} days"


def check(name: str, slots: Any, weekdays: Any) -> None:
    """Raises BadInput where they make no calendar."""
    try:
        WorkCalendar.of(slots, weekdays, {}, UTC)
    except (TypeError, ValueError) as error:
        raise BadInput(
            f"{name}: {error}. Write slots as"
            ' [["08:00", "12:00"], …] and weekdays as [0, 1, …], Monday being 0.'
        ) from error


def touch(calendar: Calendar) -> None:
    """The calendar's rows changed: from now on everybody counts by the new ones.

    Limits that were provisional follow where their year is known now.
    """
    text = json.dumps(export(calendar), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if calendar.digest != digest:
        calendar.digest = digest
        calendar.save()
        calendar_moves.follow()


def export(calendar: Calendar) -> dict[str, Any]:
    """The calendar as a site package has it."""
    days = calendar.days.order_by("date")
    data = {
        "slots": calendar.slots,
        "weekdays": calendar.weekdays,
        "holidays": {str(day.date): SHIFTS[day.works] for day in days},
        "names": {str(day.date): day.name for day in days if day.name},
        "periods": [export_period(row) for row in SpecialPeriod.objects.order_by("pk")],
    }
    return data if calendar.years is None else {**data, "years": calendar.years}


def export_period(row: SpecialPeriod) -> dict[str, Any]:
    data = {
        "title": row.titles,
        "from": str(row.first_day),
        "to": str(row.last_day),
        "area": row.area.code if row.area else "",
        "classes": row.classes,
        "limit_name": row.name,
        "factor": str(row.factor.normalize()) if row.factor is not None else None,
        "limit": row.limit,
        "type": row.limit_type,
        "priority": row.priority,
    }
    return {name: value for name, value in data.items() if value not in ("", None, [])}


def _replace_days(calendar: Calendar, days: list[tuple[date, bool, str]]) -> None:
    """Only rows that differ are written, so that the record shows what changed."""
    wanted = {day: (works, name) for day, works, name in days}
    for row in calendar.days.all():
        if row.date not in wanted:
            row.delete()
        elif (row.works, row.name) == wanted[row.date]:
            del wanted[row.date]
    rows = [
        Day(calendar=calendar, date=day, works=works, name=name)
        for day, (works, name) in wanted.items()
    ]
    Day.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["calendar", "date"],
        update_fields=["works", "name"],
    )


def _days(name: str, data: Any) -> Iterator[tuple[date, bool, str]]:
    if not isinstance(data, dict) or not isinstance(data.get("holidays"), dict):
        raise BadInput(f'{name}: “holidays” must be {{"YYYY-MM-DD": "off", …}}.')
    names = data.get("names", {})
    if not isinstance(names, dict):
        raise BadInput(f'{name}: “names” must be {{"YYYY-MM-DD": "国庆节", …}}.')
    for text, word in data["holidays"].items():
        try:
            day = date.fromisoformat(text)
            yield day, WORDS[word], str(names.get(text, ""))[:40]
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(
                f"{name}: “{text}”: “{word}” is no day of the calendar."
                ' Write "YYYY-MM-DD": "off" for a holiday or "work" for a make-up day.'
            ) from error


def _years(name: str, data: dict[str, Any]) -> list[int] | None:
    years = data.get("years")
    if years is None:
        return None
    if isinstance(years, list) and all(type(year) is int for year in years):
        return sorted(set(years))
    raise BadInput(f"{name}: “years” must be a list of years, as [2026, 2027].")


def _replace_periods(rows: list[SpecialPeriod]) -> None:
    """Those that stay the same keep their rows: limits that began in them name them."""
    wanted = [export_period(row) for row in rows]
    kept = []
    for row in SpecialPeriod.objects.select_related("area"):
        told = export_period(row)
        if told in wanted and told not in kept:
            kept.append(told)
        else:
            row.delete()
    for row, told in zip(rows, wanted, strict=True):
        if told not in kept:
            row.save()


def _periods(name: str, data: Any) -> Iterator[SpecialPeriod]:
    if not isinstance(data, list):
        raise BadInput(f"{name}: “periods” must be a list.")
    for number, told in enumerate(data, start=1):
        try:
            yield _period(told)
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise BadInput(
                f"{name}: period {number}: {error}. It needs title, from and to; area"
                " is a unit's code, type one of the limit types."
            ) from error


def _period(told: dict[str, Any]) -> SpecialPeriod:
    area, factor = told.get("area"), told.get("factor")
    units = Unit.objects.filter(code=area) if area else Unit.objects.none()
    row = SpecialPeriod(
        titles=dict(told["title"]),
        first_day=date.fromisoformat(told["from"]),
        last_day=date.fromisoformat(told["to"]),
        area=units.first(),
        classes=list(told.get("classes", [])),
        name=str(told.get("limit_name", "")),
        factor=None if factor is None else Decimal(str(factor)),
        limit=told.get("limit"),
        limit_type=LimitType(told["type"]) if "type" in told else "",
        priority=int(told.get("priority", 1)),
    )
    if area and row.area is None:
        raise ValueError(f"no unit has the code “{area}”")
    if row.last_day < row.first_day:
        raise ValueError("it ends before it begins")
    if (row.limit is None) != (not row.limit_type):
        raise ValueError("limit and type belong together")
    if row.factor is not None and row.factor <= 0:
        raise ValueError("the factor must be above zero")
    return row
